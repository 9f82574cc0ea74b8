// SPDX-License-Identifier: Apache-2.0
package fizeau.bench.pinn;

/**
 * What is trained.
 *
 * @param equation word of the equation
 * @param samples equations of one kind that one network is fitted to together
 * @param grid nodes along each side of a sample
 * @param seed of parameters and, without a checkpoint, of weights
 * @param learningRate of AdamW
 * @param weightDecay of AdamW
 * @param checkpoint file with weights; null for seeded ones
 */
public record PinnWorkload(
        String equation, int samples, int grid, long seed, double learningRate, double weightDecay, String checkpoint) {

    /** As published. */
    public static final int SAMPLES = 20;

    public static final int GRID = 64;
    private static final int MOST_SAMPLES = 1000;
    private static final int LARGEST_GRID = 1024;

    public PinnWorkload {
        if (samples < 1 || samples > MOST_SAMPLES) {
            throw new IllegalArgumentException("--samples " + samples + " is not possible: use 1 to " + MOST_SAMPLES);
        }
        if (grid < 4 || grid > LARGEST_GRID) {
            throw new IllegalArgumentException("--grid " + grid + " is not possible: use 4 to " + LARGEST_GRID);
        }
        if (!(learningRate > 0) || !(weightDecay >= 0)) {
            throw new IllegalArgumentException("a learning rate of " + learningRate + " with a weight decay of "
                    + weightDecay + " is not possible: use a positive rate and a decay of 0 or more");
        }
    }

    /** The published settings of an equation. */
    public static PinnWorkload standard(Equation equation, long seed) {
        return new PinnWorkload(equation.word(), SAMPLES, GRID, seed, equation.learningRate(), 0, null);
    }

    /** The same with fewer samples on a coarser grid. */
    PinnWorkload reduced(int fewerSamples, int coarserGrid) {
        return new PinnWorkload(
                equation,
                Math.min(samples, fewerSamples),
                Math.min(grid, coarserGrid),
                seed,
                learningRate,
                weightDecay,
                checkpoint);
    }

    Equation parsed() {
        return Equation.parse(equation);
    }

    /** Points in one step. */
    public int points() {
        return samples * grid * grid;
    }
}
