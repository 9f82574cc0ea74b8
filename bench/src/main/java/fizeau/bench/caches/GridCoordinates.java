// SPDX-License-Identifier: Apache-2.0
package fizeau.bench.caches;

import fizeau.cache.BoundedCache;
import fizeau.cache.CacheProbe;
import fizeau.optics.Grid;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * The cache of a grid's coordinates and frequencies, which is what the original's grid cache holds. The engine keeps no
 * such cache, because nothing asks for them inside an iteration; it is timed to show what one could save.
 */
final class GridCoordinates implements CacheProbe {
    private static final double PITCH_METRES = 10e-6;
    private static final double WAVELENGTH_METRES = 550e-9;

    private record Coordinates(double[] y, double[] x, double[] ky, double[] kx) {

        static Coordinates of(Grid grid) {
            return new Coordinates(grid.yMetres(), grid.xMetres(), grid.kyPerMetre(), grid.kxPerMetre());
        }

        long bytes() {
            return (long) Double.BYTES * (y.length + x.length + ky.length + kx.length);
        }

        boolean sameAs(Coordinates other) {
            return Arrays.equals(y, other.y)
                    && Arrays.equals(x, other.x)
                    && Arrays.equals(ky, other.ky)
                    && Arrays.equals(kx, other.kx);
        }
    }

    private final List<Grid> grids = new ArrayList<>();
    private final List<Coordinates> values = new ArrayList<>();
    private final BoundedCache<Grid, Coordinates> kept =
            BoundedCache.ofHeapValues(Integer.MAX_VALUE, Long.MAX_VALUE, Coordinates::bytes);
    private final BoundedCache<Grid, Coordinates> single =
            BoundedCache.ofHeapValues(1, Long.MAX_VALUE, Coordinates::bytes);

    /** @param keys grids of {@code edge} pixels that differ in their pitch */
    GridCoordinates(int edge, int keys) {
        for (int key = 0; key < keys; key++) {
            Grid grid = Grid.square(edge, (key + 1) * PITCH_METRES, WAVELENGTH_METRES);
            grids.add(grid);
            values.add(kept.get(grid, Coordinates::of));
        }
    }

    @Override
    public String name() {
        return "grid";
    }

    @Override
    public int keys() {
        return grids.size();
    }

    @Override
    public long bytes() {
        return kept.statistics().bytes();
    }

    @Override
    public long recompute(int key) {
        Coordinates made = Coordinates.of(grids.get(key));
        return (long) (made.y()[0] + made.x()[0] + made.ky()[0] + made.kx()[0]);
    }

    @Override
    public long hit(int key) {
        return kept.get(grids.get(key), Coordinates::of).bytes();
    }

    @Override
    public long missWithoutWork(int key) {
        return single.get(grids.get(key), grid -> values.get(key)).bytes();
    }

    @Override
    public long use(int key) {
        return 0;
    }

    @Override
    public boolean keptEqualsRecomputed(int key) {
        return values.get(key).sameAs(Coordinates.of(grids.get(key)));
    }
}
