// SPDX-License-Identifier: Apache-2.0
package fizeau.bench.report;

import fizeau.bench.ablation.AblationRecord;
import fizeau.bench.ablation.AblationStep;
import fizeau.bench.ablation.SwitchEffect;
import fizeau.bench.ablation.SwitchSet;
import fizeau.bench.files.RunFolder;
import fizeau.bench.plot.BarPlot;
import fizeau.bench.plot.SvgFile;
import fizeau.bench.plot.WaterfallPlot;
import fizeau.bench.plot.WaterfallPlot.Level;
import fizeau.bench.stats.Ratio;
import fizeau.bench.training.VariantRecord;
import fizeau.bench.training.VariantSpec;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.stream.Collectors;

/** The pictures of an ablation, made from the record alone. */
final class AblationPictures {
    /** Names without ending. */
    static final String WATERFALL = "ablation_waterfall";

    static final String SWITCHES = "ablation";
    static final String STAGES = "ablation_stages";

    /** Names of the pictures of a complete ablation. */
    static final List<String> NAMES = List.of(SWITCHES + ".png", WATERFALL + ".png", STAGES + ".png");

    private final RunFolder folder;
    private final AblationRecord record;

    AblationPictures(RunFolder folder, AblationRecord record) {
        this.folder = folder;
        this.record = record;
    }

    /** Draws those that the record has the numbers for; what cannot be drawn is remarked upon. */
    void draw() {
        if (record.switches().stream().anyMatch(effect -> effect.alone() != null || effect.leftOut() != null)) {
            write(SWITCHES, path -> BarPlot.write(path, switches()));
        }
        levels().ifPresent(levels -> write(
                WATERFALL,
                path -> WaterfallPlot.write(
                        path,
                        new WaterfallPlot.Chart(
                                "From the original's way to the optimised engine ("
                                        + record.workload().name() + ")",
                                "time of the whole training (s)",
                                levels,
                                VariantSpec.OPTIMIZED))));
        if (!record.stages().isEmpty()) {
            write(STAGES, path -> BarPlot.write(path, stages()));
        }
    }

    private void write(String name, Consumer<Path> drawing) {
        folder.attempt(name + ".png", drawing);
        if (Files.exists(folder.path().resolve(SvgFile.nameOf(name)))) {
            folder.add(SvgFile.nameOf(name));
        }
    }

    private BarPlot.Chart switches() {
        List<String> groups = record.switchDetails().stream()
                .map(detail -> starred(detail.label(), detail.caveat()))
                .toList();
        return new BarPlot.Chart(
                "What each switch is worth (" + record.workload().name() + ")",
                "time without the switch / time with it",
                groups,
                List.of(
                        bars("alone, everything else off", SwitchEffect::alone),
                        bars("left out, everything else on", SwitchEffect::leftOut)),
                1);
    }

    private BarPlot.Bars bars(String name, Function<SwitchEffect, Ratio> side) {
        List<Ratio> ratios = record.switches().stream().map(side).toList();
        boolean known = ratios.stream().filter(Objects::nonNull).allMatch(ratio -> ratio.low() != null);
        return new BarPlot.Bars(
                name,
                ends(ratios, Ratio::ratio),
                known ? ends(ratios, Ratio::low) : null,
                known ? ends(ratios, Ratio::high) : null);
    }

    private static double[] ends(List<Ratio> ratios, Function<Ratio, Double> end) {
        return ratios.stream()
                .mapToDouble(ratio -> ratio == null ? Double.NaN : end.apply(ratio))
                .toArray();
    }

    /** Empty when a step is missing: levels do not hang in the air. */
    private Optional<List<Level>> levels() {
        Map<String, VariantRecord> byName =
                record.variants().values().stream().collect(Collectors.toMap(VariantRecord::name, Function.identity()));
        boolean baseline = record.hasBaseline();
        String start = baseline ? VariantSpec.BASELINE : SwitchSet.ALL_OFF;
        int steps = record.switches().size() + (baseline ? 1 : 0);
        if (record.steps().size() < steps || !byName.containsKey(start)) {
            return Optional.empty();
        }
        List<Level> levels = new ArrayList<>();
        levels.add(level(baseline ? "original's way" : "all off", byName.get(start)));
        for (AblationStep step : record.steps()) {
            levels.add(level(
                    starred(step.label(), step.caveat()),
                    byName.get(step.speedup().variant())));
        }
        return Optional.of(levels);
    }

    private static Level level(String name, VariantRecord variant) {
        return new Level(name, variant.trainingSeconds(), variant.trainingLow(), variant.trainingHigh());
    }

    private BarPlot.Chart stages() {
        List<String> names = List.copyOf(record.stages().get(0).millis().keySet());
        return new BarPlot.Chart(
                "Where an iteration goes (" + record.workload().name() + ")",
                "milliseconds of an iteration",
                names,
                record.stages().stream()
                        .map(stages -> new BarPlot.Bars(
                                stages.variant(),
                                names.stream().mapToDouble(stages.millis()::get).toArray(),
                                null,
                                null))
                        .toList(),
                Double.NaN);
    }

    private static String starred(String label, String caveat) {
        return label + (caveat.isEmpty() ? "" : " *");
    }
}
