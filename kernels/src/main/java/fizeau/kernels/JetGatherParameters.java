// SPDX-License-Identifier: Apache-2.0
package fizeau.kernels;

/**
 * Parameters of {@code jet_gather}: adds up what the blocks of {@code jet_tiles} left, notes the losses and begins the next
 * optimiser step.
 *
 * @param parts of {@code jet_tiles}
 * @param squares likewise
 * @param matrices result, {@link JetTiles#matrixFloats}
 * @param ends result, {@code float[}{@link JetTiles#ENDS}{@code ]}
 * @param losses {@code double[capacity][3]}, a ring of data, residual and boundary
 * @param state {@link TrainingState} on the device
 * @param dataWeight of the sums of squares of data and residual
 * @param edgeWeight of that of edges
 * @param pairWeight of that of pairs
 * @param beta1 decay of the first moments
 * @param beta2 decay of the second moments
 */
public record JetGatherParameters(
        DeviceAddress parts,
        DeviceAddress squares,
        DeviceAddress matrices,
        DeviceAddress ends,
        DeviceAddress losses,
        DeviceAddress state,
        double dataWeight,
        double edgeWeight,
        double pairWeight,
        double beta1,
        double beta2,
        int blocks,
        int capacity)
        implements KernelParameters {

    private static final int THREADS = 256;

    public JetGatherParameters {
        JetTiles.requireBlocks(blocks);
        AdamAdvanceParameters.requireDecay("beta1", beta1);
        AdamAdvanceParameters.requireDecay("beta2", beta2);
        if (capacity < 1) {
            throw new IllegalArgumentException("losses in " + capacity + " slots: there must be at least 1");
        }
    }

    @Override
    public LaunchShape launchShape() {
        return new LaunchShape(JetTiles.gatherBlocks(), 1, THREADS, 0);
    }
}
