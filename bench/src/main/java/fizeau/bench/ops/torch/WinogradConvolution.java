// SPDX-License-Identifier: Apache-2.0
package fizeau.bench.ops.torch;

import fizeau.bench.ops.OperatorShape.Convolution;
import java.nio.FloatBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.bytedeco.javacpp.FloatPointer;
import org.bytedeco.openblas.global.openblas;

/**
 * A 3 x 3 convolution of stride 1 by Winograd's F(4x4, 3x3): a quarter of the multiplications of the direct sum, as 36
 * matrix products by OpenBLAS for each chunk of tiles. Input and output are plain [batch][channel][y][x]; bias, addition
 * of another array and rectifier are folded into the way out.
 *
 * <p>Tiles of a chunk lie side by side, so that a product of U (out x in) with V (in x tiles) needs no packing of ours.
 * Owns its weights and scratch, borrows its crew. Expects OpenBLAS to compute on the calling thread.
 */
final class WinogradConvolution implements AutoCloseable {
    private static final int TILE = WinogradTransforms.TILE;
    private static final int EDGE = WinogradTransforms.EDGE;
    private static final int PLANES = WinogradTransforms.PLANES;

    /** Floats of one array in the transforms: 36 of them in and out stay in a second-level cache of 512 KiB. */
    private static final int BLOCK = 1024;

    /**
     * How the work is cut.
     *
     * @param rows rows of tiles that are transformed together, at least 1
     * @param outputs output channels of one product; 0 for all. OpenBLAS multiplies at most 10^6 multiply-adds without
     *     packing its factors first
     */
    record Chunks(int rows, int outputs) {
        private static final double UNPACKED = 1e6;
        private static final int LANES = 16;

        /** Those worth trying: few rows fit a cache, many feed the products; with whole products, and with unpacked ones. */
        static List<Chunks> of(Convolution shape) {
            List<Chunks> all = new ArrayList<>();
            int across = (shape.nx() + TILE - 1) / TILE;
            for (int rows : new int[] {2, 4, 14}) {
                all.add(new Chunks(rows, 0));
                int outputs = (int) (UNPACKED / ((double) shape.in() * rows * across)) / LANES * LANES;
                if (outputs > 0 && outputs < shape.out()) {
                    all.add(new Chunks(rows, outputs));
                }
            }
            return all;
        }
    }

    private final Convolution shape;
    private final float[] bias;
    private final boolean rectify;
    private final Crew crew;
    private final int tilesDown;
    private final int tilesAcross;
    private final int rowsPerChunk;
    private final int outputsPerProduct;
    private final FloatPointer weights;
    private final Scratch[] scratch;

    /**
     * @param taps weights [out][in][3][3]
     * @param bias one per output channel
     * @param rectify whether negative results become 0
     * @param chunks how the work is cut
     */
    WinogradConvolution(Convolution shape, float[] taps, float[] bias, boolean rectify, Chunks chunks, Crew crew) {
        this.shape = shape;
        this.bias = bias.clone();
        this.rectify = rectify;
        this.crew = crew;
        this.tilesDown = (shape.ny() + TILE - 1) / TILE;
        this.tilesAcross = (shape.nx() + TILE - 1) / TILE;
        this.rowsPerChunk = Math.min(chunks.rows(), shape.batch() * tilesDown);
        this.outputsPerProduct = chunks.outputs() == 0 ? shape.out() : Math.min(chunks.outputs(), shape.out());
        this.weights = transformed(taps);
        this.scratch = new Scratch[crew.size()];
        for (int i = 0; i < scratch.length; i++) {
            scratch[i] = new Scratch(shape, this.rowsPerChunk * tilesAcross, tilesAcross);
        }
    }

    /**
     * Computes the output.
     *
     * @param added an array of the output's shape that is added before the rectifier; may be null
     */
    void run(FloatBuffer input, FloatBuffer added, FloatBuffer output) {
        int rows = shape.batch() * tilesDown;
        int chunks = (rows + rowsPerChunk - 1) / rowsPerChunk;
        AtomicInteger next = new AtomicInteger();
        crew.run(worker -> {
            for (int chunk = next.getAndIncrement(); chunk < chunks; chunk = next.getAndIncrement()) {
                int from = chunk * rowsPerChunk;
                compute(scratch[worker], from, Math.min(rows, from + rowsPerChunk), input, added, output);
            }
        });
    }

    @Override
    public void close() {
        weights.close();
        for (Scratch one : scratch) {
            one.close();
        }
    }

    /** U as [36][out][in]. */
    private FloatPointer transformed(float[] taps) {
        int pairs = shape.out() * shape.in();
        float[][] planes = new float[PLANES][pairs];
        double[] one = new double[PLANES];
        for (int pair = 0; pair < pairs; pair++) {
            WinogradTransforms.weight(taps, 9 * pair, one);
            for (int plane = 0; plane < PLANES; plane++) {
                planes[plane][pair] = (float) one[plane];
            }
        }
        FloatPointer all = new FloatPointer((long) PLANES * pairs);
        FloatBuffer buffer = all.asBuffer();
        for (float[] plane : planes) {
            buffer.put(plane);
        }
        return all;
    }

    private void compute(Scratch s, int fromRow, int toRow, FloatBuffer input, FloatBuffer added, FloatBuffer output) {
        int tiles = (toRow - fromRow) * tilesAcross;
        int channelsAtOnce = Math.max(1, BLOCK / tiles);
        for (int c = 0; c < shape.in(); c += channelsAtOnce) {
            int channels = Math.min(channelsAtOnce, shape.in() - c);
            for (int i = 0; i < channels; i++) {
                gather(s, c + i, fromRow, toRow, i * tiles, input);
            }
            WinogradTransforms.input(s.tiles, s.between, channels * tiles);
            for (int plane = 0; plane < PLANES; plane++) {
                s.transformedBuffer.put((plane * shape.in() + c) * tiles, s.tiles[plane], 0, channels * tiles);
            }
        }
        for (int plane = 0; plane < PLANES; plane++) {
            for (int k = 0; k < shape.out(); k += outputsPerProduct) {
                multiply(s, plane, k, Math.min(outputsPerProduct, shape.out() - k), tiles);
            }
        }
        for (int k = 0; k < shape.out(); k += channelsAtOnce) {
            int channels = Math.min(channelsAtOnce, shape.out() - k);
            for (int plane = 0; plane < PLANES; plane++) {
                s.productsBuffer.get((plane * shape.out() + k) * tiles, s.tiles[plane], 0, channels * tiles);
            }
            WinogradTransforms.output(s.tiles, s.between, s.result, channels * tiles);
            for (int i = 0; i < channels; i++) {
                scatter(s, k + i, fromRow, toRow, i * tiles, added, output);
            }
        }
    }

    /** Products of {@code count} output channels from {@code k} on. */
    private void multiply(Scratch s, int plane, int k, int count, int tiles) {
        long row = (long) plane * shape.out() + k;
        openblas.cblas_sgemm(
                openblas.CblasRowMajor,
                openblas.CblasNoTrans,
                openblas.CblasNoTrans,
                count,
                tiles,
                shape.in(),
                1f,
                s.left.position(row * shape.in()),
                shape.in(),
                s.transformed.position((long) plane * shape.in() * tiles),
                tiles,
                0f,
                s.products.position(row * tiles),
                tiles);
    }

    /** Copies the 6 x 6 surroundings of each tile of a channel; beyond the image they are zero. */
    private void gather(Scratch s, int channel, int fromRow, int toRow, int offset, FloatBuffer input) {
        int nx = shape.nx();
        int at = offset;
        for (int row = fromRow; row < toRow; row++, at += tilesAcross) {
            int image = row / tilesDown;
            int top = row % tilesDown * TILE - 1;
            int first = Math.max(0, top);
            int last = Math.min(shape.ny(), top + EDGE);
            int start = ((image * shape.in() + channel) * shape.ny() + first) * nx;
            input.get(start, s.lines, 0, (last - first) * nx);
            for (int i = 0; i < EDGE; i++) {
                int y = top + i;
                if (y < first || y >= last) {
                    for (int j = 0; j < EDGE; j++) {
                        java.util.Arrays.fill(s.tiles[i * EDGE + j], at, at + tilesAcross, 0f);
                    }
                    continue;
                }
                System.arraycopy(s.lines, (y - first) * nx, s.padded, 1, nx);
                for (int j = 0; j < EDGE; j++) {
                    spread(s.padded, j, s.tiles[i * EDGE + j], at);
                }
            }
        }
    }

    private void spread(float[] line, int first, float[] target, int at) {
        for (int tile = 0; tile < tilesAcross; tile++) {
            target[at + tile] = line[TILE * tile + first];
        }
    }

    private void scatter(
            Scratch s, int channel, int fromRow, int toRow, int offset, FloatBuffer added, FloatBuffer output) {
        int nx = shape.nx();
        int at = offset;
        float shift = bias[channel];
        for (int row = fromRow; row < toRow; row++, at += tilesAcross) {
            int image = row / tilesDown;
            int top = row % tilesDown * TILE;
            int count = Math.min(TILE, shape.ny() - top);
            int start = ((image * shape.out() + channel) * shape.ny() + top) * nx;
            if (added != null) {
                added.get(start, s.addedLines, 0, count * nx);
            }
            for (int i = 0; i < count; i++) {
                for (int j = 0; j < TILE; j++) {
                    collect(s.result[i * TILE + j], at, s.padded, j);
                }
                System.arraycopy(s.padded, 0, s.lines, i * nx, nx);
            }
            finish(s.lines, added == null ? null : s.addedLines, shift, count * nx);
            output.put(start, s.lines, 0, count * nx);
        }
        s.padded[0] = 0; // the zero pixels around the image, for the next gathering
        java.util.Arrays.fill(s.padded, nx + 1, s.padded.length, 0f);
    }

    private void collect(float[] values, int at, float[] line, int first) {
        for (int tile = 0; tile < tilesAcross; tile++) {
            line[TILE * tile + first] = values[at + tile];
        }
    }

    private void finish(float[] lines, float[] added, float shift, int count) {
        if (added != null) {
            for (int i = 0; i < count; i++) {
                lines[i] += added[i];
            }
        }
        if (rectify) {
            for (int i = 0; i < count; i++) {
                lines[i] = Math.max(0f, lines[i] + shift);
            }
        } else {
            for (int i = 0; i < count; i++) {
                lines[i] += shift;
            }
        }
    }

    /** What one worker needs. */
    private final class Scratch implements AutoCloseable {
        final float[][] tiles;
        final float[][] between;
        final float[][] result;
        final float[] lines;
        final float[] addedLines;
        final float[] padded;
        final FloatPointer left;
        final FloatPointer transformed;
        final FloatPointer products;
        final FloatBuffer transformedBuffer;
        final FloatBuffer productsBuffer;

        Scratch(Convolution shape, int tilesAtOnce, int across) {
            int block = Math.max(BLOCK, tilesAtOnce);
            tiles = new float[PLANES][block];
            between = new float[PLANES][block];
            result = new float[TILE * TILE][block];
            lines = new float[EDGE * shape.nx()];
            addedLines = new float[TILE * shape.nx()];
            padded = new float[TILE * across + EDGE - TILE];
            left = new FloatPointer(weights);
            transformed = new FloatPointer((long) PLANES * shape.in() * tilesAtOnce);
            products = new FloatPointer((long) PLANES * shape.out() * tilesAtOnce);
            transformedBuffer = transformed.asBuffer();
            productsBuffer = products.asBuffer();
        }

        @Override
        public void close() {
            transformed.position(0).close();
            products.position(0).close();
        }
    }
}
