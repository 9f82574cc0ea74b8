// SPDX-License-Identifier: Apache-2.0
package fizeau.bench.ops.torch;

/**
 * The transforms of Winograd's F(4x4, 3x3) (Lavin and Gray 2016, section 4.3): Y = A' [(G g G') . (B' d B)] A. Each takes
 * arrays of many tiles at once, one array per position within a tile, because the JVM turns such loops into vector
 * instructions. Stateless.
 */
final class WinogradTransforms {
    /** Edge of an output tile. */
    static final int TILE = 4;

    /** Edge of an input tile, and of a transformed one. */
    static final int EDGE = 6;

    /** Positions of a transformed tile. */
    static final int PLANES = EDGE * EDGE;

    private static final double[][] G = {
        {1 / 4.0, 0, 0},
        {-1 / 6.0, -1 / 6.0, -1 / 6.0},
        {-1 / 6.0, 1 / 6.0, -1 / 6.0},
        {1 / 24.0, 1 / 12.0, 1 / 6.0},
        {1 / 24.0, -1 / 12.0, 1 / 6.0},
        {0, 0, 1}
    };

    private WinogradTransforms() {}

    /** G g G' of the nine taps at {@code offset}, into 36 values. */
    static void weight(float[] taps, int offset, double[] target) {
        for (int i = 0; i < EDGE; i++) {
            for (int j = 0; j < EDGE; j++) {
                double sum = 0;
                for (int y = 0; y < 3; y++) {
                    for (int x = 0; x < 3; x++) {
                        sum += G[i][y] * taps[offset + 3 * y + x] * G[j][x];
                    }
                }
                target[i * EDGE + j] = sum;
            }
        }
    }

    /** B' d B in place; {@code between} is scratch. Both hold 36 arrays of at least {@code count}. */
    static void input(float[][] tiles, float[][] between, int count) {
        for (int j = 0; j < EDGE; j++) {
            input(
                    tiles[j],
                    tiles[6 + j],
                    tiles[12 + j],
                    tiles[18 + j],
                    tiles[24 + j],
                    tiles[30 + j],
                    between[j],
                    between[6 + j],
                    between[12 + j],
                    between[18 + j],
                    between[24 + j],
                    between[30 + j],
                    count);
        }
        for (int i = 0; i < PLANES; i += EDGE) {
            input(
                    between[i],
                    between[i + 1],
                    between[i + 2],
                    between[i + 3],
                    between[i + 4],
                    between[i + 5],
                    tiles[i],
                    tiles[i + 1],
                    tiles[i + 2],
                    tiles[i + 3],
                    tiles[i + 4],
                    tiles[i + 5],
                    count);
        }
    }

    /** A' m A: 36 arrays to 16, in {@code result}; {@code between} takes 24. */
    static void output(float[][] products, float[][] between, float[][] result, int count) {
        for (int j = 0; j < EDGE; j++) {
            output(
                    products[j],
                    products[6 + j],
                    products[12 + j],
                    products[18 + j],
                    products[24 + j],
                    products[30 + j],
                    between[j],
                    between[6 + j],
                    between[12 + j],
                    between[18 + j],
                    count);
        }
        for (int i = 0; i < TILE; i++) {
            int from = EDGE * i;
            int to = TILE * i;
            output(
                    between[from],
                    between[from + 1],
                    between[from + 2],
                    between[from + 3],
                    between[from + 4],
                    between[from + 5],
                    result[to],
                    result[to + 1],
                    result[to + 2],
                    result[to + 3],
                    count);
        }
    }

    private static void input(
            float[] d0,
            float[] d1,
            float[] d2,
            float[] d3,
            float[] d4,
            float[] d5,
            float[] e0,
            float[] e1,
            float[] e2,
            float[] e3,
            float[] e4,
            float[] e5,
            int count) {
        for (int t = 0; t < count; t++) {
            float a = d4[t] - 4 * d2[t];
            float b = d3[t] - 4 * d1[t];
            float c = d4[t] - d2[t];
            float d = 2 * (d3[t] - d1[t]);
            float first = 4 * d0[t] - 5 * d2[t] + d4[t];
            float last = 4 * d1[t] - 5 * d3[t] + d5[t];
            e0[t] = first;
            e1[t] = a + b;
            e2[t] = a - b;
            e3[t] = c + d;
            e4[t] = c - d;
            e5[t] = last;
        }
    }

    private static void output(
            float[] m0,
            float[] m1,
            float[] m2,
            float[] m3,
            float[] m4,
            float[] m5,
            float[] y0,
            float[] y1,
            float[] y2,
            float[] y3,
            int count) {
        for (int t = 0; t < count; t++) {
            float a = m1[t] + m2[t];
            float b = m1[t] - m2[t];
            float c = m3[t] + m4[t];
            float d = m3[t] - m4[t];
            float first = m0[t] + a + c;
            float last = b + 8 * d + m5[t];
            y0[t] = first;
            y1[t] = b + 2 * d;
            y2[t] = a + 4 * c;
            y3[t] = last;
        }
    }
}
