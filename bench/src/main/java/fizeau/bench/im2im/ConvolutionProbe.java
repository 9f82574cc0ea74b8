// SPDX-License-Identifier: Apache-2.0
package fizeau.bench.im2im;

import fizeau.unet.UnetLayout;
import java.util.Comparator;
import java.util.List;
import java.util.TreeSet;

/**
 * What the convolutions of a network take alone, each with an input of its own that stays in place: measured in a process of
 * its own, whose allocator keeps freed memory, as the fastest of many calls in any of several forms. A loop that is built on
 * these convolutions takes longer.
 *
 * @param kind {@code measured}
 * @param layers one for each convolution, in the order of {@link UnetLayout#convolutions}
 */
public record ConvolutionProbe(String kind, Work work, List<Layer> layers) {

    /** The word of its jobs. */
    public static final String FAMILY = "im2im-probe";

    /**
     * What is computed.
     *
     * @param patch voxels along z, y and x
     * @param batches how many patches go together, each number tried
     * @param trained whether gradients are taken too
     */
    public record Work(
            List<Integer> filters, List<Integer> patch, List<Integer> batches, boolean trained, int threads) {

        private static final List<Integer> WINDOWS = List.of(1, 8);

        public Work {
            filters = List.copyOf(filters);
            patch = List.copyOf(patch);
            batches = List.copyOf(batches);
        }

        /** That of a task, whose way of computing it does not count; windows of a volume may go in any batch. */
        public static Work of(Im2imMode mode, Im2imSettings settings, int threads) {
            int[] patch = settings.sizes(SettingKey.PATCH);
            boolean train = mode == Im2imMode.TRAIN;
            TreeSet<Integer> batches = new TreeSet<>(WINDOWS);
            batches.add(settings.integer(SettingKey.WINDOW_BATCH));
            return new Work(
                    settings.layout().filters(),
                    List.of(patch[0], patch[1], patch[2]),
                    train ? List.of(settings.integer(SettingKey.BATCH_SIZE)) : List.copyOf(batches),
                    train,
                    threads);
        }

        public int[] patchSize() {
            return patch.stream().mapToInt(Integer::intValue).toArray();
        }
    }

    /**
     * One convolution, for one patch.
     *
     * @param forwardGigaflop two for each multiply-add pair
     * @param forwardMillis fastest call over patches in it
     * @param forwardForm layout and batch of that call
     * @param stepGigaflop with both gradients; null where nothing is trained, as all that follows
     * @param stepMillis forward and backward pass together
     */
    public record Layer(
            String name,
            double forwardGigaflop,
            double forwardMillis,
            String forwardForm,
            Double stepGigaflop,
            Double stepMillis,
            String stepForm) {

        /** GFLOP/s, the better of both. */
        public double rate() {
            double forward = forwardGigaflop / forwardMillis * 1e3;
            return stepMillis == null ? forward : Math.max(forward, stepGigaflop / stepMillis * 1e3);
        }
    }

    public ConvolutionProbe {
        layers = List.copyOf(layers);
    }

    /** The convolution with the highest rate. */
    public Layer fastest() {
        return layers.stream().max(Comparator.comparingDouble(Layer::rate)).orElseThrow();
    }

    /** Milliseconds of all, for one patch. */
    public double forwardMillis() {
        return layers.stream().mapToDouble(Layer::forwardMillis).sum();
    }

    /** The same with gradients; only where they were taken. */
    public double stepMillis() {
        return layers.stream().mapToDouble(Layer::stepMillis).sum();
    }
}
