// SPDX-License-Identifier: Apache-2.0
package fizeau.unet;

import fizeau.random.NormalGenerator;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

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

    /** Added to the variance in norms; PyTorch's. */
    public static final double NORM_EPSILON = 1e-5;

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

    /** Where a parameter starts among all. */
    public int offset(String name) {
        return segments().stream()
                .filter(segment -> segment.name().equals(name))
                .findFirst()
                .orElseThrow(() -> new IllegalArgumentException("there is no parameter " + name + " in " + this))
                .offset();
    }

    /** The norm behind a convolution, whose parameters are called so with {@code .gamma} and {@code .beta}, where it has one. */
    public Optional<String> norm(Convolution of) {
        String norm = of.name().replace(".conv", ".norm");
        return Optional.of(norm)
                .filter(name ->
                        segments().stream().anyMatch(segment -> segment.name().equals(name + ".gamma")));
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

    /**
     * A convolution of the network.
     *
     * @param name of its weights in {@link #segments}
     * @param kernel voxels along each axis
     * @param transposed whether it enlarges, by its stride
     * @param level of its input, whose sizes are those of the patch halved so often
     */
    public record Convolution(String name, int in, int out, int kernel, int stride, boolean transposed, int level) {

        /** Whether its input is that of the network, which nobody wants a gradient of. */
        public boolean ofNetworkInput() {
            return name.equals("input.conv1") || name.equals("input.conv3");
        }

        /** The level of its output. */
        public int outLevel() {
            return transposed ? level - 1 : stride > 1 ? level + 1 : level;
        }

        /** Multiply-add pairs for a patch of {@code voxels}, those with the zeros around it included. */
        public double multiplyAdds(long voxels) {
            double inputs = voxels / Math.pow(8, level);
            double outputs = transposed ? inputs * stride * stride * stride : inputs / (stride * stride * stride);
            double taps = transposed ? 1 : (double) kernel * kernel * kernel; // its kernel is its stride
            return outputs * taps * in * out;
        }

        /** The same with both gradients, by weights and by the input where it is wanted. */
        public double stepMultiplyAdds(long voxels) {
            return (ofNetworkInput() ? 2 : 3) * multiplyAdds(voxels);
        }
    }

    /** All convolutions in the order of their weights. */
    public List<Convolution> convolutions() {
        List<Convolution> all = new ArrayList<>();
        for (Segment segment : segments()) {
            long[] shape = segment.shape();
            if (shape.length == 5) {
                String block = segment.name().substring(0, segment.name().indexOf('.'));
                int number = block.matches("(down|up)\\d+") ? Integer.parseInt(block.replaceAll("\\D", "")) : 0;
                boolean transposed = segment.name().endsWith("transp_conv");
                boolean down = block.startsWith("down") && !segment.name().endsWith("conv2");
                int level = transposed ? number + 1 : down ? number - 1 : number;
                int in = (int) (transposed ? shape[0] : shape[1]);
                int out = (int) (transposed ? shape[1] : shape[0]);
                all.add(new Convolution(
                        segment.name(), in, out, (int) shape[2], transposed || down ? 2 : 1, transposed, level));
            }
        }
        return List.copyOf(all);
    }

    /** Multiply-add pairs of one forward pass over a patch of {@code voxels}. */
    public double multiplyAdds(long voxels) {
        return convolutions().stream()
                .mapToDouble(convolution -> convolution.multiplyAdds(voxels))
                .sum();
    }

    /** Those of one step of training: a forward pass and the gradients. */
    public double stepMultiplyAdds(long voxels) {
        return convolutions().stream()
                .mapToDouble(convolution -> convolution.stepMultiplyAdds(voxels))
                .sum();
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
