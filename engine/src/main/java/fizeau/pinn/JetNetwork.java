// SPDX-License-Identifier: Apache-2.0
package fizeau.pinn;

import java.util.Arrays;
import java.util.List;
import org.bytedeco.javacpp.FloatPointer;
import org.bytedeco.javacpp.Pointer;
import org.bytedeco.openblas.global.openblas;

/**
 * Jets of a {@link LowRankNetwork} on blocks of points, and the gradient of whatever is made of them. Channels are u, u_x,
 * u_t and one for each second-order operator; all travel together through the layers, each as a {@code features x points}
 * matrix, so that a layer is one product per channel and one pass over its elements.
 *
 * <p>Owns native memory. Confined to one thread; a second thread takes an object of its own.
 */
public final class JetNetwork implements AutoCloseable {
    private static final int LAYERS = LowRankNetwork.SQUARE_LAYERS + 2;
    private static final int END = LAYERS - 1;
    private static final int FIRST_ORDER = 3;

    private final LowRankNetwork network;
    private final List<SecondOrder> operators;
    private final int points;
    private final int channels;
    private final int elements;

    private final FloatPointer[] weights = new FloatPointer[LAYERS];
    private final FloatPointer[] weightGradients = new FloatPointer[LAYERS];
    private final FloatPointer[][] inputs = new FloatPointer[LAYERS][];
    private final FloatPointer scratch;
    private final float[][][] jets; // of each hidden layer and channel: y in place of z, then z_x, z_t, L z
    private final float[][] outer; // channels of y on the way forward, gradients on the way back
    private final float[][] outputs;
    private final float[] matrix;
    private float endBias;
    private double endBiasGradient;
    private boolean open = true;

    /**
     * @param operators second-order channels, possibly none
     * @param points of a block; the products of a layer are best at 64 to 256
     */
    public JetNetwork(LowRankNetwork network, List<SecondOrder> operators, int points) {
        if (points < 1) {
            throw new IllegalArgumentException("a block of " + points + " points is not possible: use 1 or more");
        }
        this.network = network;
        this.operators = List.copyOf(operators);
        this.points = points;
        this.channels = FIRST_ORDER + operators.size();
        this.elements = network.width() * points;
        int width = network.width();
        this.jets = new float[END][channels][elements];
        this.outer = new float[channels][elements];
        this.outputs = new float[channels][points];
        this.matrix = new float[width * Math.max(width, FIRST_ORDER)];
        this.scratch = zeros(elements);
        for (int layer = 0; layer < LAYERS; layer++) {
            weights[layer] = zeros(rows(layer) * columns(layer));
            weightGradients[layer] = zeros(rows(layer) * columns(layer));
            inputs[layer] = new FloatPointer[channels];
            for (int channel = 0; channel < channels; channel++) {
                inputs[layer][channel] = zeros(rows(layer) * points);
            }
        }
        fillSeeds();
    }

    /** Lets OpenBLAS compute on the calling thread only; threads of the caller share the points instead. */
    public static void useCallingThreadOnly() {
        openblas.blas_set_num_threads(1);
    }

    public int channels() {
        return channels;
    }

    public int points() {
        return points;
    }

    /** Bytes of native and Java arrays that this object holds. */
    public long bytes() {
        long floats = (long) channels * elements * (END + 1) + (long) channels * points + matrix.length + elements;
        for (int layer = 0; layer < LAYERS; layer++) {
            floats += 2L * rows(layer) * columns(layer) + (long) channels * rows(layer) * points;
        }
        return floats * Float.BYTES;
    }

    /** Takes parameters and forgets the gradient. */
    public void begin(float[] parameters) {
        requireOpen();
        int width = network.width();
        weights[0].put(parameters, network.startWeights(), (LowRankNetwork.COORDINATES + 1) * width);
        for (int layer = 0; layer < LowRankNetwork.SQUARE_LAYERS; layer++) {
            network.compose(layer, parameters, matrix);
            weights[layer + 1].put(matrix, 0, width * width);
        }
        weights[END].put(parameters, network.endWeights(), width);
        endBias = parameters[network.endBias()];
        endBiasGradient = 0;
        for (int layer = 0; layer < LAYERS; layer++) {
            Pointer.memset(weightGradients[layer], 0, (long) rows(layer) * columns(layer) * Float.BYTES);
        }
    }

    /**
     * Jets at the points of a block.
     *
     * @param x first coordinates, {@link #points} of them
     * @param t second coordinates
     * @return u, u_x, u_t and the second-order channels, each {@link #points} long; overwritten by the next call
     */
    public float[][] forward(float[] x, float[] t) {
        requireOpen();
        inputs[0][0].put(x, 0, points);
        inputs[0][0].getPointer(points).put(t, 0, points);
        for (int layer = 0; layer < END; layer++) {
            float[][] z = jets[layer];
            for (int channel = 0; channel < channels; channel++) {
                multiplyTransposedLeft(columns(layer), points, rows(layer), weights[layer], inputs[layer][channel]);
                scratch.get(z[channel], 0, elements);
            }
            TanhJets.firstOrder(z[0], z[1], z[2], outer[1], outer[2], elements);
            inputs[layer + 1][0].put(z[0], 0, elements);
            inputs[layer + 1][1].put(outer[1], 0, elements);
            inputs[layer + 1][2].put(outer[2], 0, elements);
            for (int channel = FIRST_ORDER; channel < channels; channel++) {
                SecondOrder operator = operators.get(channel - FIRST_ORDER);
                TanhJets.secondOrder(z[0], z[1], z[2], z[channel], outer[channel], operator, elements);
                inputs[layer + 1][channel].put(outer[channel], 0, elements);
            }
        }
        for (int channel = 0; channel < channels; channel++) {
            multiplyTransposedLeft(1, points, rows(END), weights[END], inputs[END][channel]);
            scratch.get(outputs[channel], 0, points);
        }
        for (int i = 0; i < points; i++) {
            outputs[0][i] += endBias;
        }
        return outputs;
    }

    /**
     * Adds the gradient of a block to that of the parameters; follows {@link #forward} on the same points.
     *
     * @param gradients of the loss by each channel of the jets, each {@link #points} long
     */
    public void backward(float[][] gradients) {
        requireOpen();
        for (int i = 0; i < points; i++) {
            endBiasGradient += gradients[0][i];
        }
        for (int channel = 0; channel < channels; channel++) {
            scratch.put(gradients[channel], 0, points);
            addWeightGradient(END, inputs[END][channel]);
            multiply(rows(END), points, 1, weights[END], scratch, inputs[END][channel]); // its input is done with
            inputs[END][channel].get(outer[channel], 0, elements);
        }
        for (int layer = END - 1; layer >= 0; layer--) {
            float[][] z = jets[layer];
            TanhJets.firstOrderAdjoint(z[0], z[1], z[2], outer[0], outer[1], outer[2], elements);
            for (int channel = FIRST_ORDER; channel < channels; channel++) {
                TanhJets.secondOrderAdjoint(
                        z[0],
                        z[1],
                        z[2],
                        z[channel],
                        outer[0],
                        outer[1],
                        outer[2],
                        outer[channel],
                        operators.get(channel - FIRST_ORDER),
                        elements);
            }
            for (int channel = 0; channel < channels; channel++) {
                scratch.put(outer[channel], 0, elements);
                addWeightGradient(layer, inputs[layer][channel]);
                if (layer > 0) {
                    multiply(rows(layer), points, columns(layer), weights[layer], scratch, inputs[layer][channel]);
                    inputs[layer][channel].get(outer[channel], 0, elements);
                }
            }
        }
    }

    /** Adds the gradient gathered since {@link #begin} to {@code gradient}, in the order of the trained numbers. */
    public void addGradient(float[] gradient) {
        requireOpen();
        int width = network.width();
        float[] values = new float[matrix.length];
        weightGradients[0].get(values, 0, FIRST_ORDER * width);
        add(values, gradient, network.startWeights(), FIRST_ORDER * width);
        for (int layer = 0; layer < LowRankNetwork.SQUARE_LAYERS; layer++) {
            weightGradients[layer + 1].get(values, 0, width * width);
            network.addAlphaGradient(layer, values, gradient);
        }
        weightGradients[END].get(values, 0, width);
        add(values, gradient, network.endWeights(), width);
        gradient[network.endBias()] += (float) endBiasGradient;
    }

    private static void add(float[] values, float[] gradient, int at, int count) {
        for (int i = 0; i < count; i++) {
            gradient[at + i] += values[i];
        }
    }

    /** The first layer's bias is a third coordinate that is 1; a coordinate's derivative by itself is 1. */
    private void fillSeeds() {
        float[] ones = new float[points];
        Arrays.fill(ones, 1);
        inputs[0][0].getPointer((long) LowRankNetwork.COORDINATES * points).put(ones, 0, points);
        inputs[0][1].put(ones, 0, points);
        inputs[0][2].getPointer(points).put(ones, 0, points);
    }

    private int rows(int layer) {
        return layer == 0 ? LowRankNetwork.COORDINATES + 1 : network.width();
    }

    private int columns(int layer) {
        return layer == END ? 1 : network.width();
    }

    /** scratch (m x n) = A' B with A (k x m), B (k x n). */
    private void multiplyTransposedLeft(int m, int n, int k, FloatPointer a, FloatPointer b) {
        openblas.cblas_sgemm(
                openblas.CblasRowMajor,
                openblas.CblasTrans,
                openblas.CblasNoTrans,
                m,
                n,
                k,
                1f,
                a,
                m,
                b,
                n,
                0f,
                scratch,
                n);
    }

    /** C (m x n) = A (m x k) B (k x n). */
    private static void multiply(int m, int n, int k, FloatPointer a, FloatPointer b, FloatPointer c) {
        openblas.cblas_sgemm(
                openblas.CblasRowMajor,
                openblas.CblasNoTrans,
                openblas.CblasNoTrans,
                m,
                n,
                k,
                1f,
                a,
                k,
                b,
                n,
                0f,
                c,
                n);
    }

    /** Gradient of the weights (rows x columns) += input (rows x points) times scratch' (columns x points). */
    private void addWeightGradient(int layer, FloatPointer input) {
        openblas.cblas_sgemm(
                openblas.CblasRowMajor,
                openblas.CblasNoTrans,
                openblas.CblasTrans,
                rows(layer),
                columns(layer),
                points,
                1f,
                input,
                points,
                scratch,
                points,
                1f,
                weightGradients[layer],
                columns(layer));
    }

    private static FloatPointer zeros(int count) {
        FloatPointer block = new FloatPointer(count);
        Pointer.memset(block, 0, (long) count * Float.BYTES);
        return block;
    }

    @Override
    public void close() {
        if (!open) {
            return;
        }
        open = false;
        scratch.deallocate();
        for (int layer = 0; layer < LAYERS; layer++) {
            weights[layer].deallocate();
            weightGradients[layer].deallocate();
            for (FloatPointer input : inputs[layer]) {
                input.deallocate();
            }
        }
    }

    private void requireOpen() {
        if (!open) {
            throw new IllegalStateException("this network is closed");
        }
    }
}
