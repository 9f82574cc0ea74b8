// SPDX-License-Identifier: Apache-2.0
package fizeau.kernels;

/**
 * Parameters of {@code jet_tiles}: jets of all points, sums of squares and gradients in parts; or the field alone.
 *
 * @param parameters {@code float[7 width + 1]}, trained numbers
 * @param weights of {@code jet_compose}
 * @param waiting {@link JetTiles#waitingFloats} for intermediate results
 * @param parts result, {@link JetTiles#partFloats}
 * @param squares result, {@code double[blocks][4]}
 * @param field result, {@code float[points]}, and then the only one, of a problem of one pass without pairs;
 *     {@link DeviceAddress#NULL} for the others
 * @param blocks that share the tiles, at most one for each tile; every block must have one
 */
public record JetTilesParameters(
        JetProblem problem,
        DeviceAddress parameters,
        DeviceAddress weights,
        DeviceAddress waiting,
        DeviceAddress parts,
        DeviceAddress squares,
        DeviceAddress field,
        int width,
        int blocks)
        implements KernelParameters {

    public JetTilesParameters {
        JetTiles.requireWidth(width);
        JetTiles.requireBlocks(blocks);
        if (blocks > problem.tiles()) {
            throw new IllegalArgumentException(blocks + " blocks for " + problem.tiles()
                    + " tiles leave parts unwritten: use one block a tile at most");
        }
        if (!field.equals(DeviceAddress.NULL) && (problem.passes() != 1 || problem.pairs() != 0)) {
            throw new IllegalArgumentException("a field is evaluated at each point once: use pointsOnce()");
        }
    }

    @Override
    public LaunchShape launchShape() {
        return new LaunchShape(blocks, 1, JetTiles.THREADS, JetTiles.sharedBytes());
    }
}
