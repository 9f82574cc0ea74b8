// SPDX-License-Identifier: Apache-2.0
package fizeau.bench.infer;

import fizeau.backend.selection.DeviceName;
import java.nio.file.Path;
import java.util.List;

/**
 * A benchmark of one framework and one model, with the original's fields and defaults.
 *
 * @param framework see {@link Framework}
 * @param modelName see {@link ImageModel}
 * @param devicePrefer {@code auto}, {@code cpu} or {@code cuda[:n]}; those that are not to be had are refused
 * @param batchSizes pictures at once
 * @param warmupIterations calls of a process before its clock starts
 * @param measurementIterations samples of a process
 * @param inputShape colours, rows, columns; the models of this family take theirs only
 * @param dtype see {@link NumberFormat}
 * @param dataSource {@code synthetic}, or a folder of pictures
 * @param csvOutputDir folder that takes the table, and the run's folder
 * @param verbose whether each row is printed to standard error
 */
public record BenchmarkConfig(
        String framework,
        String modelName,
        String devicePrefer,
        List<Integer> batchSizes,
        int warmupIterations,
        int measurementIterations,
        List<Integer> inputShape,
        String dtype,
        String dataSource,
        Path csvOutputDir,
        boolean verbose) {

    public BenchmarkConfig {
        batchSizes = List.copyOf(batchSizes);
        inputShape = List.copyOf(inputShape);
        int edge = ImageModel.named(modelName).network(1).edge();
        if (!inputShape.equals(List.of(3, edge, edge))) {
            throw new IllegalArgumentException("input shape " + inputShape + " does not suit " + modelName
                    + ": use [3, " + edge + ", " + edge + "]");
        }
        requireDevice(devicePrefer);
    }

    /** Everything by default. */
    public static BenchmarkConfig of(String framework, String modelName) {
        int edge = ImageModel.named(modelName).network(1).edge();
        return new BenchmarkConfig(
                framework,
                modelName,
                "auto",
                List.of(1, 8, 32, 128),
                10,
                50,
                List.of(3, edge, edge),
                NumberFormat.FLOAT32.word(),
                InferSettings.SYNTHETIC,
                Path.of("results", "raw"),
                true);
    }

    /** The same at other batch sizes. */
    public BenchmarkConfig withBatchSizes(List<Integer> sizes) {
        return new BenchmarkConfig(
                framework,
                modelName,
                devicePrefer,
                sizes,
                warmupIterations,
                measurementIterations,
                inputShape,
                dtype,
                dataSource,
                csvOutputDir,
                verbose);
    }

    /** The same with other numbers of calls. */
    public BenchmarkConfig withIterations(int warmUp, int measured) {
        return new BenchmarkConfig(
                framework,
                modelName,
                devicePrefer,
                batchSizes,
                warmUp,
                measured,
                inputShape,
                dtype,
                dataSource,
                csvOutputDir,
                verbose);
    }

    /** The same with another folder for results. */
    public BenchmarkConfig withCsvOutputDir(Path folder) {
        return new BenchmarkConfig(
                framework,
                modelName,
                devicePrefer,
                batchSizes,
                warmupIterations,
                measurementIterations,
                inputShape,
                dtype,
                dataSource,
                folder,
                verbose);
    }

    /** Refuses, in one sentence, words for devices that are none here. */
    public static void requireDevice(String device) {
        if (device.equals("mps") || device.equals("tpu")) {
            throw new IllegalArgumentException(
                    "device " + device + " does not exist on this platform: use cpu or cuda");
        }
        DeviceName.parse(device);
    }
}
