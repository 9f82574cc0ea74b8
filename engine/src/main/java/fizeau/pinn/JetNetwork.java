// SPDX-License-Identifier: Apache-2.0
package fizeau.pinn;

import fizeau.backend.cpu.NativeFloats;
import java.util.Arrays;
import java.util.List;
import org.bytedeco.javacpp.FloatPointer;
import org.bytedeco.openblas.global.openblas;

/**
 * Jets of a {@link LowRankNetwork} on blocks of points, and the gradient of whatever is made of them. Channels are u, u_x,
 * u_t and one for each second-order operator. Each is a {@code points x features} matrix and all lie under each other, so that
 * a layer is one product for all channels and one pass over its elements. Where only the value is asked for, the other
 * channels rest.
 *
 * <p>Products read and write blocks outside the heap, the loops between them arrays, which the JVM vectorises; a bulk copy
 * leads from one to the other. The first layer needs a product for the value only: derivatives of its input are constants.
 *
 * <p>Owns native memory. Confined to one thread; a second thread takes an object of its own.
 */
public final class JetNetwork implements AutoCloseable {
    private static final int LAYERS = LowRankNetwork.SQUARE_LAYERS + 2;
    private static final int END = LAYERS - 1;
    private static final int FIRST_ORDER = 3;
    private static final int FIRST_INPUTS = LowRankNetwork.COORDINATES + 1;

    private final LowRankNetwork network;
    private final List<SecondOrder> operators;
    private final int width;
    private final int points;
    private final int channels;
    private final int elements;

    private final Block[] weights = new Block[LAYERS];
    private final Block[] transposedWeights = new Block[LAYERS]; // of the square layers
    private final Block[] weightGradients = new Block[LAYERS];
    private final Block[] inputs = new Block[LAYERS]; // of the first layer x, t and 1 for each point
    private final Block scratch;
    private final Block ones;
    private final float[][][] jets; // of each hidden layer and channel: y in place of z, then z_x, z_t, L z
    private final float[][] outer; // channels of y on the way forward, gradients on the way back
    private final float[][] outputs;
    private final float[] coordinates;
    private final float[] matrix;
    private final float[] transposed;
    private float endBias;
    private double endBiasGradient;
    private int active;
    private boolean open = true;

    /** Native floats with their address, which is the same throughout. */
    private record Block(NativeFloats floats, FloatPointer address) {

        static Block of(int count) {
            NativeFloats floats = NativeFloats.allocate(count);
            return new Block(floats, floats.at(0));
        }
    }

    /**
     * @param operators second-order channels, possibly none
     * @param points of a block; products are fastest while channels times points stay below 400 at a width of 50
     */
    public JetNetwork(LowRankNetwork network, List<SecondOrder> operators, int points) {
        if (points < 1) {
            throw new IllegalArgumentException("a block of " + points + " points is not possible: use 1 or more");
        }
        this.network = network;
        this.operators = List.copyOf(operators);
        this.width = network.width();
        this.points = points;
        this.channels = FIRST_ORDER + operators.size();
        this.elements = width * points;
        this.jets = new float[END][channels][elements];
        this.outer = new float[channels][elements];
        this.outputs = new float[channels][points];
        this.coordinates = new float[FIRST_INPUTS * points];
        this.matrix = new float[width * Math.max(width, FIRST_INPUTS)];
        this.transposed = new float[width * width];
        this.scratch = Block.of(channels * elements);
        this.ones = Block.of(points);
        for (int layer = 0; layer < LAYERS; layer++) {
            weights[layer] = Block.of(rows(layer) * columns(layer));
            weightGradients[layer] = Block.of(rows(layer) * columns(layer));
            inputs[layer] = Block.of(layer == 0 ? FIRST_INPUTS * points : channels * elements);
        }
        for (int layer = 1; layer < END; layer++) {
            transposedWeights[layer] = Block.of(width * width);
        }
        Arrays.fill(coordinates, 1); // the bias is a coordinate that stays 1
        ones.floats().put(0, coordinates, 0, points);
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
        long floats = (long) channels * elements * (END + 1) + (long) channels * points;
        floats += coordinates.length + matrix.length + transposed.length;
        long bytes =
                floats * Float.BYTES + scratch.floats().bytes() + ones.floats().bytes();
        for (int layer = 0; layer < LAYERS; layer++) {
            bytes += weights[layer].floats().bytes()
                    + weightGradients[layer].floats().bytes();
            bytes += inputs[layer].floats().bytes();
            bytes += transposedWeights[layer] == null
                    ? 0
                    : transposedWeights[layer].floats().bytes();
        }
        return bytes;
    }

    /** Takes parameters and forgets the gradient. */
    public void begin(float[] parameters) {
        requireOpen();
        weights[0].floats().put(0, parameters, network.startWeights(), FIRST_INPUTS * width);
        for (int coordinate = 0; coordinate < LowRankNetwork.COORDINATES; coordinate++) {
            for (int point = 0; point < points; point++) {
                System.arraycopy(
                        parameters,
                        network.startWeights() + coordinate * width,
                        jets[0][1 + coordinate],
                        point * width,
                        width);
            }
        }
        for (int layer = 0; layer < LowRankNetwork.SQUARE_LAYERS; layer++) {
            network.compose(layer, parameters, matrix);
            for (int i = 0; i < width; i++) {
                for (int j = 0; j < width; j++) {
                    transposed[j * width + i] = matrix[i * width + j];
                }
            }
            weights[layer + 1].floats().put(0, matrix, 0, width * width);
            transposedWeights[layer + 1].floats().put(0, transposed, 0, width * width);
        }
        weights[END].floats().put(0, parameters, network.endWeights(), width);
        endBias = parameters[network.endBias()];
        endBiasGradient = 0;
        Arrays.fill(matrix, 0);
        for (int layer = 0; layer < LAYERS; layer++) {
            weightGradients[layer].floats().put(0, matrix, 0, rows(layer) * columns(layer));
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
        return forward(x, t, channels);
    }

    /** The field alone at the points of a block; {@link #backward} then takes its gradient alone. */
    public float[] values(float[] x, float[] t) {
        return forward(x, t, 1)[0];
    }

    private float[][] forward(float[] x, float[] t, int wanted) {
        requireOpen();
        active = wanted;
        for (int point = 0; point < points; point++) {
            coordinates[FIRST_INPUTS * point] = x[point];
            coordinates[FIRST_INPUTS * point + 1] = t[point];
        }
        inputs[0].floats().put(0, coordinates, 0, coordinates.length);
        multiply(points, width, FIRST_INPUTS, inputs[0], weights[0], scratch);
        scratch.floats().get(0, jets[0][0], 0, elements);
        activate(0);
        for (int layer = 1; layer < END; layer++) {
            multiply(active * points, width, width, inputs[layer], weights[layer], scratch);
            for (int channel = 0; channel < active; channel++) {
                scratch.floats().get(channel * elements, jets[layer][channel], 0, elements);
            }
            activate(layer);
        }
        sumOverFeatures();
        for (int channel = 0; channel < active; channel++) {
            scratch.floats().get(channel * points, outputs[channel], 0, points);
        }
        for (int i = 0; i < points; i++) {
            outputs[0][i] += endBias;
        }
        return outputs;
    }

    /** Applies tanh to the jets of a layer and hands them to the next. */
    private void activate(int layer) {
        float[][] z = jets[layer];
        NativeFloats next = inputs[layer + 1].floats();
        TanhJets.value(z[0], elements);
        next.put(0, z[0], 0, elements);
        if (active > 1) {
            TanhJets.firstOrder(z[0], z[1], z[2], outer[1], outer[2], elements);
        }
        for (int channel = FIRST_ORDER; channel < active; channel++) {
            SecondOrder operator = operators.get(channel - FIRST_ORDER);
            TanhJets.secondOrder(z[0], z[1], z[2], z[channel], outer[channel], operator, elements);
        }
        for (int channel = 1; channel < active; channel++) {
            next.put(channel * elements, outer[channel], 0, elements);
        }
    }

    /**
     * Adds the gradient of a block to that of the parameters; follows {@link #forward} or {@link #values} on the same points.
     *
     * @param gradients of the loss by each channel of the jets, each {@link #points} long; after {@link #values} only the
     *     first counts
     */
    public void backward(float[][] gradients) {
        requireOpen();
        for (int i = 0; i < points; i++) {
            endBiasGradient += gradients[0][i];
        }
        for (int channel = 0; channel < active; channel++) {
            scratch.floats().put(channel * points, gradients[channel], 0, points);
        }
        sumOverPoints(active * points, inputs[END], scratch, weightGradients[END].address());
        multiply(active * points, width, 1, scratch, weights[END], inputs[END]); // its input is done with
        for (int layer = END - 1; layer > 0; layer--) {
            activateAdjoint(layer, active);
            addWeightGradient(layer, active * points);
            multiply(active * points, width, width, scratch, transposedWeights[layer], inputs[layer]);
        }
        activateAdjoint(0, 1);
        addWeightGradient(0, points);
        for (int channel = 1; channel < Math.min(active, FIRST_ORDER); channel++) {
            scratch.floats().put(0, outer[channel], 0, elements);
            sumOverPoints(points, scratch, ones, weightGradients[0].floats().at((channel - 1) * width));
        }
    }

    /** Leads gradients from behind the tanh of a layer to before it, and the first of them to the products. */
    private void activateAdjoint(int layer, int handedOn) {
        float[][] z = jets[layer];
        for (int channel = 0; channel < active; channel++) {
            inputs[layer + 1].floats().get(channel * elements, outer[channel], 0, elements);
        }
        if (active == 1) {
            TanhJets.valueAdjoint(z[0], outer[0], elements);
        } else {
            TanhJets.firstOrderAdjoint(z[0], z[1], z[2], outer[0], outer[1], outer[2], elements);
        }
        for (int channel = FIRST_ORDER; channel < active; channel++) {
            SecondOrder operator = operators.get(channel - FIRST_ORDER);
            TanhJets.secondOrderAdjoint(
                    z[0], z[1], z[2], z[channel], outer[0], outer[1], outer[2], outer[channel], operator, elements);
        }
        for (int channel = 0; channel < handedOn; channel++) {
            scratch.floats().put(channel * elements, outer[channel], 0, elements);
        }
    }

    /** Adds the gradient gathered since {@link #begin} to {@code gradient}, in the order of the trained numbers. */
    public void addGradient(float[] gradient) {
        requireOpen();
        float[] values = new float[matrix.length];
        weightGradients[0].floats().get(0, values, 0, FIRST_INPUTS * width);
        add(values, gradient, network.startWeights(), FIRST_INPUTS * width);
        for (int layer = 0; layer < LowRankNetwork.SQUARE_LAYERS; layer++) {
            weightGradients[layer + 1].floats().get(0, values, 0, width * width);
            network.addAlphaGradient(layer, values, gradient);
        }
        weightGradients[END].floats().get(0, values, 0, width);
        add(values, gradient, network.endWeights(), width);
        gradient[network.endBias()] += (float) endBiasGradient;
    }

    private static void add(float[] values, float[] gradient, int at, int count) {
        for (int i = 0; i < count; i++) {
            gradient[at + i] += values[i];
        }
    }

    private int rows(int layer) {
        return layer == 0 ? FIRST_INPUTS : width;
    }

    private int columns(int layer) {
        return layer == END ? 1 : width;
    }

    /** C (m x n) = A (m x k) B (k x n). */
    private static void multiply(int m, int n, int k, Block a, Block b, Block c) {
        openblas.cblas_sgemm(
                openblas.CblasRowMajor,
                openblas.CblasNoTrans,
                openblas.CblasNoTrans,
                m,
                n,
                k,
                1f,
                a.address(),
                k,
                b.address(),
                n,
                0f,
                c.address(),
                n);
    }

    /** Gradient of the weights (rows x width) += input' (count x rows) times scratch (count x width). */
    private void addWeightGradient(int layer, int count) {
        openblas.cblas_sgemm(
                openblas.CblasRowMajor,
                openblas.CblasTrans,
                openblas.CblasNoTrans,
                rows(layer),
                width,
                count,
                1f,
                inputs[layer].address(),
                rows(layer),
                scratch.address(),
                width,
                1f,
                weightGradients[layer].address(),
                width);
    }

    /** scratch, one number for each channel and point, = input of the last layer times its weights. */
    private void sumOverFeatures() {
        openblas.cblas_sgemv(
                openblas.CblasRowMajor,
                openblas.CblasNoTrans,
                active * points,
                width,
                1f,
                inputs[END].address(),
                width,
                weights[END].address(),
                1,
                0f,
                scratch.address(),
                1);
    }

    /** {@code width} numbers of target += features' (count x width) times factors (count). */
    private void sumOverPoints(int count, Block features, Block factors, FloatPointer target) {
        openblas.cblas_sgemv(
                openblas.CblasRowMajor,
                openblas.CblasTrans,
                count,
                width,
                1f,
                features.address(),
                width,
                factors.address(),
                1,
                1f,
                target,
                1);
    }

    @Override
    public void close() {
        if (!open) {
            return;
        }
        open = false;
        scratch.floats().close();
        ones.floats().close();
        for (int layer = 0; layer < LAYERS; layer++) {
            weights[layer].floats().close();
            weightGradients[layer].floats().close();
            inputs[layer].floats().close();
            if (transposedWeights[layer] != null) {
                transposedWeights[layer].floats().close();
            }
        }
    }

    private void requireOpen() {
        if (!open) {
            throw new IllegalStateException("this network is closed");
        }
    }
}
