// SPDX-License-Identifier: Apache-2.0
package fizeau.bench.report;

import fizeau.bench.files.RunFolder;
import fizeau.bench.operator.Direction;
import fizeau.bench.operator.OperatorRecord;
import fizeau.bench.operator.OperatorRow;
import fizeau.bench.operator.OperatorSetting;
import fizeau.bench.plot.BarPlot;
import fizeau.bench.plot.SvgFile;
import java.nio.file.Files;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;

/** Pictures of the operator's speed table: speedups over eager, a picture for each device, direction and mask. */
final class OperatorPicture {
    /** Without endings, with captions. */
    static final Map<String, String> CAPTIONS = captions();

    private OperatorPicture() {}

    private static Map<String, String> captions() {
        Map<String, String> captions = new LinkedHashMap<>();
        for (String device : List.of("cpu", "cuda")) {
            for (Direction direction : Direction.values()) {
                for (String mask : List.of(OperatorSetting.FIRST, OperatorSetting.LAST)) {
                    captions.put(
                            name(device, direction, mask),
                            "The operator on " + device + ", " + direction.word() + ", mask of the " + mask
                                    + " sample: how many times faster than PyTorch eager, with intervals where known. The"
                                    + " fastest of ours may be another plan in another group.");
                }
            }
        }
        return captions;
    }

    private static String name(String device, Direction direction, String mask) {
        return "operator-" + device + "-" + (direction == Direction.FORWARD ? "forward" : "adjoint") + "-" + mask;
    }

    /** Draws what has numbers; what cannot be drawn is remarked upon. */
    static void draw(RunFolder folder, OperatorRecord record) {
        for (String device : List.of("cpu", "cuda")) {
            for (Direction direction : Direction.values()) {
                for (String mask : List.of(OperatorSetting.FIRST, OperatorSetting.LAST)) {
                    draw(folder, record, device, direction, mask);
                }
            }
        }
    }

    private static void draw(RunFolder folder, OperatorRecord record, String device, Direction direction, String mask) {
        List<OperatorRow> rows = record.rows().stream()
                .filter(row -> row.device().equals(device)
                        && row.direction() == direction
                        && row.of().mask().equals(mask)
                        && row.overEager() != null)
                .toList();
        if (rows.isEmpty()) {
            return;
        }
        String name = name(device, direction, mask);
        String title = direction.word() + " on " + device + ", " + mask + " mask: speedup over PyTorch eager";
        folder.attempt(name + ".png", path -> BarPlot.write(path, chart(rows, Sentences.title(title))));
        if (Files.exists(folder.path().resolve(SvgFile.nameOf(name)))) {
            folder.add(SvgFile.nameOf(name));
        }
    }

    private static BarPlot.Chart chart(List<OperatorRow> rows, String title) {
        List<OperatorSetting.Case> cases =
                rows.stream().map(OperatorRow::of).distinct().toList();
        List<BarPlot.Bars> bars = new ArrayList<>();
        bars.add(bars("the fastest of ours", cases, rows, OperatorRow::ours));
        rows.stream()
                .filter(row -> !row.ours())
                .map(OperatorRow::method)
                .distinct()
                .forEach(method -> bars.add(bars(
                        "torch " + method,
                        cases,
                        rows,
                        row -> !row.ours() && row.method().equals(method))));
        return new BarPlot.Chart(
                title,
                "speedup",
                cases.stream()
                        .map(one -> one.imageSize() + " px, " + one.batch())
                        .toList(),
                bars,
                1);
    }

    private static BarPlot.Bars bars(
            String name, List<OperatorSetting.Case> cases, List<OperatorRow> rows, Predicate<OperatorRow> wanted) {
        double[] values = new double[cases.size()];
        double[] low = new double[values.length];
        double[] high = new double[values.length];
        for (int i = 0; i < values.length; i++) {
            OperatorSetting.Case one = cases.get(i);
            OperatorRow found = rows.stream()
                    .filter(wanted)
                    .filter(row -> row.of().equals(one))
                    .min(Comparator.comparingDouble(OperatorRow::medianMs))
                    .orElse(null);
            values[i] = found == null ? Double.NaN : found.overEager().ratio();
            boolean known = found != null && found.overEager().low() != null;
            low[i] = known ? found.overEager().low() : values[i];
            high[i] = known ? found.overEager().high() : values[i];
        }
        return new BarPlot.Bars(name, values, low, high);
    }
}
