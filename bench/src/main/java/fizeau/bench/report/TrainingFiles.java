// SPDX-License-Identifier: Apache-2.0
package fizeau.bench.report;

import fizeau.bench.files.Json;
import fizeau.bench.files.RunFolder;
import fizeau.bench.training.TrainingRecord;
import fizeau.bench.training.TrainingRun;
import fizeau.bench.training.VariantSpec;
import java.io.PrintStream;
import java.util.List;

/**
 * Writes the files of a run. The {@code phase5_*} files have the names that users of the original know; their JSON is this
 * project's own: each holds the same record, the performance files with one variant.
 */
public final class TrainingFiles {
    /** The whole record. */
    public static final String RESULT = "result.json";

    private static final List<String> ALWAYS = List.of(RESULT, "report.txt", "iterations.csv", "samples.csv");
    private static final List<String> OF_COMPARISON = List.of("phase5_comparison.json", "phase5_comparison_report.txt");

    private final RunFolder folder;

    public TrainingFiles(RunFolder folder) {
        this.folder = folder;
    }

    /** Tells the manifest what a complete run of these variants has. */
    public void announce(List<String> variants) {
        folder.expect(ALWAYS.toArray(String[]::new));
        folder.expect(TrainingPictures.NAMES.toArray(String[]::new));
        if (variants.size() > 1) {
            folder.expect(OF_COMPARISON.toArray(String[]::new));
        }
        for (String variant : variants) {
            if (hasPerformanceFiles(variant)) {
                folder.expect(performance(variant) + ".json", performance(variant) + ".txt");
            }
        }
    }

    /** Writes the raw samples first: they are what cannot be had again. */
    public void write(TrainingRecord record, List<TrainingRun> runs) {
        folder.writeText("iterations.csv", SamplesCsv.iterations(runs));
        folder.writeText("samples.csv", SamplesCsv.samples(runs));
        folder.writeJson(RESULT, record);
        String report = TrainingText.of(record);
        folder.writeText("report.txt", report);
        if (record.variants().size() > 1) {
            folder.writeJson(OF_COMPARISON.get(0), record);
            folder.writeText(OF_COMPARISON.get(1), report);
        }
        record.variants().forEach((key, variant) -> {
            if (hasPerformanceFiles(variant.name())) {
                TrainingRecord part = VariantPart.of(record, key);
                folder.writeJson(performance(variant.name()) + ".json", part);
                folder.writeText(performance(variant.name()) + ".txt", TrainingText.of(part));
            }
        });
    }

    /** Prints the record as JSON, or its report. */
    public void print(TrainingRecord record, boolean json, PrintStream out) {
        out.print(json ? Json.text(record) : TrainingText.of(record));
        out.flush();
    }

    private static boolean hasPerformanceFiles(String variant) {
        return variant.equals(VariantSpec.BASELINE) || variant.equals(VariantSpec.OPTIMIZED);
    }

    private static String performance(String variant) {
        return "phase5_" + variant + "_performance";
    }
}
