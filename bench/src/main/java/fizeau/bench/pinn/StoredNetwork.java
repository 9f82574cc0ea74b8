// SPDX-License-Identifier: Apache-2.0
package fizeau.bench.pinn;

import fizeau.bench.pinn.checkpoint.NamedTensors;
import fizeau.bench.pinn.checkpoint.TorchFile;
import fizeau.pinn.LowRankNetwork;
import java.nio.file.Path;
import java.util.List;

/**
 * A network that PyTorch has written, under the names of the original. After the second phase the alphas are stored; after the
 * first a meta network is, {@code 3 -> h -> h -> h} with tanh and one linear layer with ReLU for each alpha, which gives them
 * from the parameters of an equation.
 */
final class StoredNetwork {
    private static final String START = "start_layer.weight";
    private static final int META_LAYERS = 3;
    private static final int META_INPUTS = 3;

    private final NamedTensors tensors;
    private final int width;

    private StoredNetwork(NamedTensors tensors, int width) {
        this.tensors = tensors;
        this.width = width;
    }

    static StoredNetwork read(Path file) {
        NamedTensors tensors = NamedTensors.of(file, TorchFile.read(file), START);
        List<Integer> shape = tensors.shape(START);
        if (shape.size() != 2 || shape.get(1) != LowRankNetwork.COORDINATES) {
            throw new IllegalArgumentException(file + " holds " + START + " with the sizes " + shape
                    + " where a layer of two inputs is needed: use a checkpoint of this network");
        }
        return new StoredNetwork(tensors, shape.get(0));
    }

    /** Whether the alphas depend on the equation's parameters. */
    boolean ofFirstPhase() {
        return !tensors.has("alpha_0");
    }

    /** @param parameters three numbers of an equation, zeros behind its own */
    PinnWeights weights(double[] parameters) {
        int h = width;
        float[][] columns = new float[LowRankNetwork.SQUARE_LAYERS][];
        float[][] rows = new float[LowRankNetwork.SQUARE_LAYERS][];
        for (int layer = 0; layer < LowRankNetwork.SQUARE_LAYERS; layer++) {
            columns[layer] = tensors.values("col_basis_" + layer, h * h);
            rows[layer] = tensors.values("row_basis_" + layer, h * h);
        }
        LowRankNetwork network = new LowRankNetwork(h, columns, rows);
        float[] trainable = new float[network.trainable()];
        float[] start = tensors.values(START, LowRankNetwork.COORDINATES * h);
        for (int feature = 0; feature < h; feature++) {
            for (int coordinate = 0; coordinate < LowRankNetwork.COORDINATES; coordinate++) {
                trainable[network.startWeights() + coordinate * h + feature] =
                        start[feature * LowRankNetwork.COORDINATES + coordinate];
            }
        }
        System.arraycopy(tensors.values("start_layer.bias", h), 0, trainable, network.startBias(), h);
        System.arraycopy(tensors.values("end_layer.weight", h), 0, trainable, network.endWeights(), h);
        trainable[network.endBias()] = tensors.values("end_layer.bias", 1)[0];
        double[] meta = ofFirstPhase() ? meta(parameters) : null;
        for (int layer = 0; layer < LowRankNetwork.SQUARE_LAYERS; layer++) {
            float[] alpha = ofFirstPhase() ? alpha(layer, meta) : tensors.values("alpha_" + layer, h);
            System.arraycopy(alpha, 0, trainable, network.alpha(layer), h);
        }
        return new PinnWeights(PinnWeights.SCHEMA, h, columns, rows, trainable);
    }

    private double[] meta(double[] parameters) {
        double[] values = parameters;
        for (int layer = 1; layer <= META_LAYERS; layer++) {
            values = linear("meta_layer_" + layer, values, layer == 1 ? META_INPUTS : width);
            for (int i = 0; i < values.length; i++) {
                values[i] = Math.tanh(values[i]);
            }
        }
        return values;
    }

    private float[] alpha(int layer, double[] meta) {
        double[] values = linear("meta_alpha_" + layer, meta, width);
        float[] alpha = new float[width];
        for (int i = 0; i < width; i++) {
            alpha[i] = (float) Math.max(0, values[i]);
        }
        return alpha;
    }

    private double[] linear(String name, double[] input, int inputs) {
        float[] weight = tensors.values(name + ".weight", width * inputs);
        float[] bias = tensors.values(name + ".bias", width);
        double[] output = new double[width];
        for (int j = 0; j < width; j++) {
            output[j] = bias[j];
            for (int i = 0; i < inputs; i++) {
                output[j] += weight[j * inputs + i] * input[i];
            }
        }
        return output;
    }
}
