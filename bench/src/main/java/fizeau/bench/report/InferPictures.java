// SPDX-License-Identifier: Apache-2.0
package fizeau.bench.report;

import fizeau.bench.files.RunFolder;
import fizeau.bench.infer.ImageModel;
import fizeau.bench.infer.InferRecord;
import fizeau.bench.infer.InferRow;
import fizeau.bench.plot.BatchPlot;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;

/** The pictures of an inference benchmark: time, pictures a second and memory against the batch size, for each model. */
final class InferPictures {
    private static final String LATENCY = "latency";
    private static final String THROUGHPUT = "throughput";
    private static final String MEMORY = "memory";

    private InferPictures() {}

    /** What a picture shows of a row. */
    private record Quantity(String name, String title, String unit, Function<InferRow, Double> of) {}

    private static final List<Quantity> QUANTITIES = List.of(
            new Quantity(
                    LATENCY,
                    "Time of a call (median)",
                    "ms",
                    row -> row.timings().p50()),
            new Quantity(
                    THROUGHPUT,
                    "Pictures a second",
                    "pictures a second",
                    row -> row.timings().imagesPerSecond()),
            new Quantity(
                    MEMORY,
                    "Most memory of the process",
                    "MB",
                    row -> row.memory().resident() == null
                            ? Double.NaN
                            : row.memory().resident() * 1e-6));

    /** Draws them into the run's folder; what cannot be drawn is remarked upon. */
    static void draw(RunFolder folder, InferRecord record) {
        for (String model : models(record)) {
            List<InferRow> rows = record.rows().stream()
                    .filter(row -> row.model().equals(model))
                    .toList();
            for (Quantity quantity : QUANTITIES) {
                String name = quantity.name() + "_" + model;
                folder.attempt(name + ".png", file -> BatchPlot.write(file, chart(record, model, rows, quantity)));
            }
        }
    }

    /** Names without ending, of models that have a measured row. */
    static List<String> names(InferRecord record) {
        List<String> names = new ArrayList<>();
        for (String model : models(record)) {
            QUANTITIES.forEach(quantity -> names.add(quantity.name() + "_" + model));
        }
        return names;
    }

    /** Captions of all pictures there can be. */
    static Map<String, String> captions() {
        Map<String, String> captions = new LinkedHashMap<>();
        for (ImageModel model : ImageModel.values()) {
            for (Quantity quantity : QUANTITIES) {
                captions.put(
                        quantity.name() + "_" + model.word(),
                        quantity.title() + " of " + model.word() + " against the number of pictures at once.");
            }
        }
        return captions;
    }

    private static List<String> models(InferRecord record) {
        return record.rows().stream()
                .filter(InferRow::measured)
                .map(InferRow::model)
                .distinct()
                .toList();
    }

    private static BatchPlot.Chart chart(InferRecord record, String model, List<InferRow> rows, Quantity quantity) {
        List<Integer> sizes = record.workload().batchSizes();
        List<BatchPlot.Line> lines = rows.stream()
                .filter(InferRow::measured)
                .map(InferRow::framework)
                .distinct()
                .map(framework -> new BatchPlot.Line(
                        framework,
                        sizes.stream()
                                .mapToDouble(size -> rows.stream()
                                        .filter(row -> row.measured()
                                                && row.framework().equals(framework)
                                                && row.batchSize() == size)
                                        .map(quantity.of())
                                        .findFirst()
                                        .orElse(Double.NaN))
                                .toArray()))
                .toList();
        return new BatchPlot.Chart(quantity.title() + ", " + model, quantity.unit(), sizes, lines);
    }
}
