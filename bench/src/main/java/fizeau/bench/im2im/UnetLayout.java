// SPDX-License-Identifier: Apache-2.0
package fizeau.bench.im2im;

import fizeau.random.NormalGenerator;
import java.util.ArrayList;
import java.util.List;

/**
 * The parameters of a dynamic U-Net with residual blocks (Isensee et al. 2021; MONAI's DynUNet with {@code res_block}) for
 * one channel in and one out, in the order of a checkpoint: input block, one block for each further level, the way up from
 * the deepest level, output. Kernels of 3, strides 1 then 2, upsampling by transposed convolutions of kernel 2, instance
 * norms with scale and shift, no biases but the last.
 *
 * @param filters channels of the levels, at least two
 */
public record UnetLayout(List<Integer> filters) {

    /** Of leaky rectifiers; weights are drawn for it. */
    public static final double SLOPE = 0.01;

    private static final int KERNEL = 3;

    public UnetLayout {
        filters = List.copyOf(filters);
        if (filters.size() < 2 || filters.stream().anyMatch(count -> count < 1 || count > 1024)) {
            throw new IllegalArgumentException(
                    "filters " + filters + " are not possible: use two or more numbers from 1 to 1024");
        }
    }

    /** How a parameter starts. */
    public enum Start {
        /** Normal with variance 2 / ((1 + slope^2) fan-in), He et al. 2015. */
        HE,
        ONE,
        ZERO
    }

    /** A parameter; {@code fanIn} is what PyTorch calls so, for transposed weights {@code [in, out, k, k, k]} too. */
    public record Segment(String name, int offset, long[] shape, Start start, int fanIn) {
        public int count() {
            long count = 1;
            for (long extent : shape) {
                count *= extent;
            }
            return Math.toIntExact(count);
        }
    }

    /** All parameters in order. */
    public List<Segment> segments() {
        Builder to = new Builder();
        int before = 1;
        for (int level = 0; level < filters.size(); level++) {
            int width = filters.get(level);
            String block = level == 0 ? "input" : "down" + level;
            to.convolution(block + ".conv1", before, width, KERNEL).norm(block + ".norm1", width);
            to.convolution(block + ".conv2", width, width, KERNEL).norm(block + ".norm2", width);
            if (level > 0 || before != width) {
                to.convolution(block + ".conv3", before, width, 1).norm(block + ".norm3", width);
            }
            before = width;
        }
        for (int level = filters.size() - 2; level >= 0; level--) {
            int width = filters.get(level);
            String block = "up" + level;
            to.add(block + ".transp_conv", Start.HE, width * 8, filters.get(level + 1), width, 2, 2, 2);
            to.convolution(block + ".conv1", 2 * width, width, KERNEL).norm(block + ".norm1", width);
            to.convolution(block + ".conv2", width, width, KERNEL).norm(block + ".norm2", width);
        }
        to.convolution("output.conv", filters.get(0), 1, 1);
        to.add("output.bias", Start.ZERO, 0, 1);
        return List.copyOf(to.segments);
    }

    public int parameterCount() {
        List<Segment> segments = segments();
        Segment last = segments.get(segments.size() - 1);
        return last.offset() + last.count();
    }

    /** By how much sizes must be divisible along each axis. */
    public int divisor() {
        return 1 << (filters.size() - 1);
    }

    /** Multiply-add pairs of one forward pass over a patch of {@code voxels}. */
    public double multiplyAdds(long voxels) {
        double sum = 0;
        for (int level = 0; level < filters.size(); level++) {
            double at = voxels / Math.pow(8, level);
            double width = filters.get(level);
            double before = level == 0 ? 1 : filters.get(level - 1);
            sum += at * (27 * width * (before + width) + (level > 0 || before != width ? before * width : 0));
            if (level < filters.size() - 1) {
                sum += at * (filters.get(level + 1) * width + 27 * width * 3 * width);
            }
        }
        return sum + (double) voxels * filters.get(0);
    }

    /** Start values by seed. */
    public float[] seeded(long seed) {
        NormalGenerator random = new NormalGenerator(seed);
        float[] values = new float[parameterCount()];
        for (Segment segment : segments()) {
            double deviation = segment.start() == Start.HE ? Math.sqrt(2 / ((1 + SLOPE * SLOPE) * segment.fanIn())) : 0;
            for (int i = 0; i < segment.count(); i++) {
                values[segment.offset() + i] = segment.start() == Start.HE
                        ? (float) (deviation * random.nextNormal())
                        : segment.start() == Start.ONE ? 1 : 0;
            }
        }
        return values;
    }

    private static final class Builder {
        private final List<Segment> segments = new ArrayList<>();
        private int offset;

        private Builder add(String name, Start start, int fanIn, long... shape) {
            Segment segment = new Segment(name, offset, shape, start, fanIn);
            segments.add(segment);
            offset += segment.count();
            return this;
        }

        private Builder convolution(String name, int in, int out, int kernel) {
            return add(name, Start.HE, in * kernel * kernel * kernel, out, in, kernel, kernel, kernel);
        }

        private Builder norm(String name, int count) {
            return add(name + ".gamma", Start.ONE, 0, count).add(name + ".beta", Start.ZERO, 0, count);
        }
    }
}
