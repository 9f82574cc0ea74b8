// SPDX-License-Identifier: Apache-2.0
package fizeau.pinn;

import java.util.Arrays;

/**
 * A scalar field of two coordinates: {@code 2 -> h -> h -> h -> h -> 1} with tanh, whose three square layers are
 * {@code C diag(alpha) R} without bias. C and R are fixed; first layer, last layer and the three alphas are trained. For
 * h = 50 that is 15,351 numbers of which 351 train.
 *
 * <p>A row vector is multiplied from the left: {@code out = tanh(in C diag(alpha) R)}. Trained numbers lie in one flat array:
 * weights of the first layer ({@code 2 x h}), its bias (h), alpha of each square layer (3 h), weights of the last layer (h),
 * its bias (1).
 *
 * @param width h
 * @param columns C of each square layer, {@code h x h}, row-major
 * @param rows R of each square layer, {@code h x h}, row-major
 */
public record LowRankNetwork(int width, float[][] columns, float[][] rows) {
    public static final int SQUARE_LAYERS = 3;

    /** Coordinates of a point. */
    public static final int COORDINATES = 2;

    public LowRankNetwork {
        if (width < 1) {
            throw new IllegalArgumentException("a network of width " + width + " is not possible: use 1 or more");
        }
        require(columns, width);
        require(rows, width);
    }

    private static void require(float[][] bases, int width) {
        if (bases.length != SQUARE_LAYERS || Arrays.stream(bases).anyMatch(basis -> basis.length != width * width)) {
            throw new IllegalArgumentException("a network of width " + width + " needs " + SQUARE_LAYERS + " bases of "
                    + width * width + " numbers");
        }
    }

    /** How many numbers train. */
    public int trainable() {
        return endBias() + 1;
    }

    /** All numbers, the fixed ones included. */
    public int parameters() {
        return trainable() + 2 * SQUARE_LAYERS * width * width;
    }

    public int startWeights() {
        return 0;
    }

    public int startBias() {
        return COORDINATES * width;
    }

    /** Where the alphas of a square layer begin; layers count from 0. */
    public int alpha(int layer) {
        return (COORDINATES + 1 + layer) * width;
    }

    public int endWeights() {
        return alpha(SQUARE_LAYERS);
    }

    public int endBias() {
        return endWeights() + width;
    }

    /** {@code C diag(alpha) R} of a square layer in {@code target}, row-major. */
    void compose(int layer, float[] parameters, float[] target) {
        float[] c = columns[layer];
        float[] r = rows[layer];
        int alpha = alpha(layer);
        Arrays.fill(target, 0);
        for (int i = 0; i < width; i++) {
            for (int k = 0; k < width; k++) {
                float scale = c[i * width + k] * parameters[alpha + k];
                for (int j = 0; j < width; j++) {
                    target[i * width + j] += scale * r[k * width + j];
                }
            }
        }
    }

    /** Adds the gradient by the alphas of a layer, given that by its composed matrix. */
    void addAlphaGradient(int layer, float[] byMatrix, float[] gradient) {
        float[] c = columns[layer];
        float[] r = rows[layer];
        int alpha = alpha(layer);
        for (int k = 0; k < width; k++) {
            double sum = 0;
            for (int i = 0; i < width; i++) {
                float inner = 0;
                for (int j = 0; j < width; j++) {
                    inner += byMatrix[i * width + j] * r[k * width + j];
                }
                sum += (double) c[i * width + k] * inner;
            }
            gradient[alpha + k] += (float) sum;
        }
    }
}
