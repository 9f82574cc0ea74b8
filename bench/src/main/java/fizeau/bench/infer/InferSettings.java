// SPDX-License-Identifier: Apache-2.0
package fizeau.bench.infer;

import fizeau.bench.protocol.ProtocolSpec;
import java.nio.file.Path;
import java.util.List;

/**
 * What a benchmark does.
 *
 * @param models one after the other
 * @param frameworks who run them
 * @param batchSizes pictures at once, ascending
 * @param warmUps calls of a process before its clock starts
 * @param iterations samples of a process
 * @param maxSeconds bound of the timed calls of a model at a batch size, all frameworks and rounds together
 * @param compiledRounds frameworks that compile for long take part in that many rounds only
 * @param legacyScale whether noise runs to 255 before it is normalised, as in the original
 * @param checkpoint file of the model's weights; null for seeded ones
 * @param dataSource {@code synthetic}, or a folder of pictures
 * @param device {@code cpu} or {@code cuda[:n]}
 * @param threads most threads
 * @param profile whether a process of each of our frameworks tells where its time goes
 */
public record InferSettings(
        List<ImageModel> models,
        List<Framework> frameworks,
        List<Integer> batchSizes,
        NumberFormat format,
        int warmUps,
        int iterations,
        double maxSeconds,
        int compiledRounds,
        boolean legacyScale,
        Path checkpoint,
        String dataSource,
        String device,
        int threads,
        boolean profile,
        ProtocolSpec protocol) {

    /** The word for noise instead of pictures. */
    public static final String SYNTHETIC = "synthetic";

    private static final int MOST_CALLS = 1_000_000;
    private static final int LARGEST_BATCH = 1 << 20;

    public InferSettings {
        models = List.copyOf(models);
        frameworks = List.copyOf(frameworks);
        batchSizes = batchSizes.stream().distinct().sorted().toList();
        require("--iterations", iterations, 1, MOST_CALLS);
        require("--warmup", warmUps, 0, MOST_CALLS);
        require("--compiled-rounds", compiledRounds, 1, ProtocolSpec.MOST_ROUNDS);
        batchSizes.forEach(size -> require("--batch-sizes", size, 1, LARGEST_BATCH));
        if (models.isEmpty() || frameworks.isEmpty() || batchSizes.isEmpty()) {
            throw new IllegalArgumentException(
                    "nothing to do: name at least one --model, one --framework and one of --batch-sizes");
        }
        if (checkpoint != null && models.size() > 1) {
            throw new IllegalArgumentException("--checkpoint " + checkpoint + " holds the weights of one model and "
                    + models.size() + " are asked for: name one --model");
        }
        if (!(maxSeconds > 0) || Double.isInfinite(maxSeconds)) {
            throw new IllegalArgumentException("--max-seconds " + maxSeconds + " is not possible: use more than 0");
        }
    }

    /** Whether a graphics card computes. */
    public boolean onDevice() {
        return !device.equals("cpu");
    }

    public boolean synthetic() {
        return dataSource.equals(SYNTHETIC);
    }

    private static void require(String option, int value, int least, int most) {
        if (value < least || value > most) {
            throw new IllegalArgumentException(option + " " + value + " is not possible: use " + least + " to " + most);
        }
    }
}
