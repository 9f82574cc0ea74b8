// SPDX-License-Identifier: Apache-2.0
package fizeau.bench.pinn;

import fizeau.bench.files.Json;
import fizeau.pinn.LowRankNetwork;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import org.apache.commons.rng.UniformRandomProvider;
import org.apache.commons.rng.simple.RandomSource;

/**
 * All numbers of a network, and our checkpoint format: this record as JSON.
 *
 * @param schema {@value #SCHEMA}
 * @param width h
 * @param columns C of the three square layers, row-major
 * @param rows R of the three square layers, row-major
 * @param trainable in the order of {@link LowRankNetwork}
 */
public record PinnWeights(String schema, int width, float[][] columns, float[][] rows, float[] trainable) {
    public static final String SCHEMA = "fizeau.pinn-weights/1";

    /** As published. */
    public static final int WIDTH = 50;

    private static final int META_PARAMETERS = 3;

    /** Weights of the first phase are seeded apart from the data, as the original seeds torch apart from the data set. */
    private static final long SEED_OFFSET = 0x5eed_0042L;

    /** From the workload's checkpoint, or seeded. */
    static PinnWeights load(PinnWorkload workload, double[] firstParameters) {
        return workload.checkpoint() == null
                ? seeded(workload.seed(), firstParameters)
                : read(Path.of(workload.checkpoint()), firstParameters);
    }

    /**
     * Reads a checkpoint, of our own format or of PyTorch's; what does not fit is refused in one sentence.
     *
     * @param firstParameters three numbers that choose the alphas where the file holds a meta network instead
     */
    static PinnWeights read(Path file, double[] firstParameters) {
        return isJson(file) ? read(file) : StoredNetwork.read(file).weights(firstParameters);
    }

    /** What a checkpoint is, in words; refuses what is none, or not whole. */
    public static String described(Path file) {
        if (isJson(file)) {
            read(file);
            return "checkpoint " + file;
        }
        StoredNetwork stored = StoredNetwork.read(file);
        stored.weights(new double[META_PARAMETERS]);
        return "checkpoint " + file
                + (stored.ofFirstPhase()
                        ? " of the first phase, alphas by its meta network from the first sample's parameters"
                        : " of the second phase");
    }

    private static boolean isJson(Path file) {
        try (InputStream stream = Files.newInputStream(file)) {
            int first = stream.read();
            while (Character.isWhitespace(first)) {
                first = stream.read();
            }
            return first == '{';
        } catch (IOException unreadable) {
            throw new IllegalArgumentException(
                    "checkpoint " + file + " is no file that can be read: name a checkpoint, or leave it out for seeded"
                            + " weights",
                    unreadable);
        }
    }

    /** Reads a checkpoint of our own format. */
    static PinnWeights read(Path file) {
        PinnWeights weights = Json.read(file, PinnWeights.class);
        if (!SCHEMA.equals(weights.schema)) {
            throw new IllegalArgumentException(file + " has the schema " + weights.schema + " where " + SCHEMA
                    + " is needed: use a checkpoint that this version wrote");
        }
        if (weights.trainable == null
                || weights.trainable.length != weights.network().trainable()) {
            throw new IllegalArgumentException(file + " does not hold the "
                    + weights.network().trainable() + " trained numbers of a network of width " + weights.width
                    + ": use a whole checkpoint");
        }
        return weights;
    }

    /**
     * An untrained network as the first phase leaves it before its training: C and R uniform on 0 to 1 over h, linear layers
     * uniform within one over the root of their inputs, alphas by the meta network from the first sample's parameters.
     */
    static PinnWeights seeded(long seed, double[] firstParameters) {
        UniformRandomProvider random = RandomSource.XO_RO_SHI_RO_128_PP.create(seed ^ SEED_OFFSET);
        int h = WIDTH;
        float[][] columns = new float[LowRankNetwork.SQUARE_LAYERS][h * h];
        float[][] rows = new float[LowRankNetwork.SQUARE_LAYERS][h * h];
        for (int layer = 0; layer < LowRankNetwork.SQUARE_LAYERS; layer++) {
            for (int i = 0; i < h * h; i++) {
                columns[layer][i] = random.nextFloat() / h;
                rows[layer][i] = random.nextFloat() / h;
            }
        }
        LowRankNetwork network = new LowRankNetwork(h, columns, rows);
        float[] trainable = new float[network.trainable()];
        uniform(random, trainable, network.startWeights(), 3 * h, LowRankNetwork.COORDINATES);
        uniform(random, trainable, network.endWeights(), h + 1, h);
        double[] meta = firstParameters.clone();
        for (int layer = 0; layer < 3; layer++) {
            meta = Arrays.stream(linear(random, meta, h)).map(Math::tanh).toArray();
        }
        for (int layer = 0; layer < LowRankNetwork.SQUARE_LAYERS; layer++) {
            double[] alpha = linear(random, meta, h);
            for (int k = 0; k < h; k++) {
                trainable[network.alpha(layer) + k] = (float) Math.max(0, alpha[k]);
            }
        }
        return new PinnWeights(SCHEMA, h, columns, rows, trainable);
    }

    LowRankNetwork network() {
        return new LowRankNetwork(width, columns, rows);
    }

    private static void uniform(UniformRandomProvider random, float[] target, int from, int count, int inputs) {
        for (int i = 0; i < count; i++) {
            target[from + i] = (float) ((2 * random.nextDouble() - 1) / Math.sqrt(inputs));
        }
    }

    private static double[] linear(UniformRandomProvider random, double[] input, int outputs) {
        double bound = 1 / Math.sqrt(input.length);
        double[] output = new double[outputs];
        for (int j = 0; j < outputs; j++) {
            output[j] = (2 * random.nextDouble() - 1) * bound;
            for (double value : input) {
                output[j] += (2 * random.nextDouble() - 1) * bound * value;
            }
        }
        return output;
    }
}
