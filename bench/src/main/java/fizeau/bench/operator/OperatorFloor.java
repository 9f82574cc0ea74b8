// SPDX-License-Identifier: Apache-2.0
package fizeau.bench.operator;

import fizeau.backend.DeviceRates;
import fizeau.optics.Box;

/**
 * The least time that a case could take on a device: what has to be read and written at its copy rate, or the arithmetic of the
 * cheapest of our plans at its arithmetic rate, whichever takes longer. The same for all methods of a case.
 *
 * @param millis of one call
 * @param bytes objects, amplitudes, and for the adjoint gradients: each once
 * @param flops of the cheapest plan
 * @param boundBy {@code memory} or {@code arithmetic}
 */
public record OperatorFloor(double millis, double bytes, double flops, String boundBy) {

    /** Columns of the row transforms that share roots of unity. */
    private static final int SHARED_ROOTS = 4;

    private static final double MULTIPLY_ADD = 8; // complex
    private static final double MULTIPLY_ADD_REAL = 4; // real by complex

    static OperatorFloor of(OperatorSetting setting, OperatorSetting.Case one, Direction direction, DeviceRates rates) {
        double object = setting.objectShape().count();
        double image = (double) one.imageSize() * one.imageSize();
        boolean forward = direction == Direction.FORWARD;
        double bytes = one.batch() * Float.BYTES * (object + image + (forward ? 0 : object));
        Box box = setting.mask(one.imageSize(), one.mask()).bounds();
        double flops = one.batch() * (forward ? 1 : 2) * leastFlops(setting.objectSize(), one.imageSize(), box);
        double memory = 1e3 * bytes / rates.copyBytesPerSecond();
        double arithmetic = 1e3 * flops / rates.flopsPerSecond();
        return new OperatorFloor(
                Math.max(memory, arithmetic), bytes, flops, memory >= arithmetic ? "memory" : "arithmetic");
    }

    /**
     * Operations of the telescope forward, of one image: two full FFTs by the usual count 5 n log2 n, or the box form's products.
     *
     * @param objectEdge of the square object
     * @param frameEdge of the square frame
     * @param box what the mask lets through
     */
    public static double leastFlops(int objectEdge, int frameEdge, Box box) {
        double n = objectEdge;
        double edge = frameEdge;
        double ffts = 2 * 5 * edge * edge * 2 * Math.log(edge) / Math.log(2);
        double rows = box.height();
        double columns = box.width();
        double project = MULTIPLY_ADD_REAL * rows * n * n + MULTIPLY_ADD * rows * columns * n;
        double expand = MULTIPLY_ADD * edge * rows * columns + MULTIPLY_ADD * edge * edge * columns / SHARED_ROOTS;
        return Math.min(ffts, project + expand);
    }
}
