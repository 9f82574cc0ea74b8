// SPDX-License-Identifier: Apache-2.0
package fizeau.bench.im2im;

import fizeau.bench.ops.SeededValues;
import fizeau.random.NormalGenerator;
import java.util.List;
import java.util.stream.IntStream;

/**
 * Pictures of cells by seed: ellipsoids with soft edges. The target shows their insides, the input their edges, as
 * transmitted light does, above a background with noise. Made once and kept, as a file that the system has in its cache is.
 */
public final class SyntheticVolumes implements VolumeSource {
    private static final double VOXELS_PER_CELL = 60_000;
    private static final double BACKGROUND = 12_000;
    private static final double EDGE = 9_000;
    private static final double NOISE = 2_500;
    private static final double INSIDE = 40_000;

    private record Pair(RawVolume input, RawVolume target) {}

    private final List<Pair> pairs;
    private final int[] size;

    /**
     * @param size voxels along z, y and x
     * @param seed two seeds have nothing in common
     */
    public SyntheticVolumes(int count, int[] size, long seed) {
        this.size = size.clone();
        this.pairs = IntStream.range(0, count)
                .mapToObj(index -> pair(size, seed * 1_000_003 + index))
                .toList();
    }

    private static Pair pair(int[] size, long seed) {
        int nz = size[0];
        int ny = size[1];
        int nx = size[2];
        int voxels = nz * ny * nx;
        float[] inside = new float[voxels];
        NormalGenerator random = new NormalGenerator(seed);
        int cells = Math.max(2, (int) (voxels / VOXELS_PER_CELL));
        for (int cell = 0; cell < cells; cell++) {
            double[] centre = {random.nextUniform() * nz, random.nextUniform() * ny, random.nextUniform() * nx};
            double radius = 0.35 * Math.cbrt(VOXELS_PER_CELL) * (0.7 + 0.6 * random.nextUniform());
            radius = Math.min(radius, 0.45 * Math.min(nz, Math.min(ny, nx)));
            double flat = 0.6 + 0.4 * random.nextUniform();
            drawCell(inside, size, centre, new double[] {radius * flat, radius, radius});
        }
        short[] input = new short[voxels];
        short[] target = new short[voxels];
        SeededValues noise = new SeededValues(seed, 0, NOISE);
        SeededValues otherNoise = new SeededValues(~seed, 0, NOISE / 4);
        for (int i = 0; i < voxels; i++) {
            double v = inside[i];
            input[i] = sixteenBits(BACKGROUND + EDGE * 4 * v * (1 - v) - 0.3 * EDGE * v + noise.at(i));
            target[i] = sixteenBits(400 + INSIDE * v + otherNoise.at(i));
        }
        return new Pair(new RawVolume(nz, ny, nx, input), new RawVolume(nz, ny, nx, target));
    }

    /** Falls from 1 to 0 over a fifth of the radius around the surface. */
    private static void drawCell(float[] inside, int[] size, double[] centre, double[] radii) {
        int[] low = new int[3];
        int[] high = new int[3];
        for (int axis = 0; axis < 3; axis++) {
            low[axis] = Math.max(0, (int) (centre[axis] - 1.2 * radii[axis]));
            high[axis] = Math.min(size[axis] - 1, (int) (centre[axis] + 1.2 * radii[axis]) + 1);
        }
        for (int z = low[0]; z <= high[0]; z++) {
            double dz = (z - centre[0]) / radii[0];
            for (int y = low[1]; y <= high[1]; y++) {
                double dy = (y - centre[1]) / radii[1];
                int row = (z * size[1] + y) * size[2];
                for (int x = low[2]; x <= high[2]; x++) {
                    double dx = (x - centre[2]) / radii[2];
                    double distance = Math.sqrt(dz * dz + dy * dy + dx * dx);
                    float v = (float) Math.max(0, Math.min(1, (1.1 - distance) / 0.2));
                    inside[row + x] = Math.max(inside[row + x], v);
                }
            }
        }
    }

    private static short sixteenBits(double value) {
        return (short) (int) Math.max(0, Math.min(65_535, Math.rint(value)));
    }

    @Override
    public int count() {
        return pairs.size();
    }

    @Override
    public RawVolume input(int index) {
        return pairs.get(index).input();
    }

    @Override
    public RawVolume target(int index) {
        return pairs.get(index).target();
    }

    @Override
    public String description() {
        return pairs.size() + " synthetic volumes of " + size[0] + " x " + size[1] + " x " + size[2]
                + " voxels of 16 bits, kept in memory";
    }
}
