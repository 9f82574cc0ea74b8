// SPDX-License-Identifier: Apache-2.0
package fizeau.bench.im2im.torch;

import fizeau.bench.eager.EagerTensors;
import fizeau.bench.eager.EagerThreads;
import fizeau.bench.files.Json;
import fizeau.bench.im2im.ConvolutionProbe;
import fizeau.bench.im2im.ConvolutionProbe.Layer;
import fizeau.bench.im2im.ConvolutionProbe.Work;
import fizeau.bench.im2im.PatchBatch;
import fizeau.bench.im2im.onednn.SampleConvolutions;
import fizeau.bench.ops.torch.ProcessSettings;
import fizeau.bench.protocol.Job;
import fizeau.bench.protocol.JobReport;
import fizeau.bench.protocol.JobRunner;
import fizeau.random.NormalGenerator;
import fizeau.unet.UnetLayout;
import fizeau.unet.UnetLayout.Convolution;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.function.DoubleConsumer;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.BoolOptional;
import org.bytedeco.pytorch.NoGradGuard;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.TensorArrayRefOptional;
import org.bytedeco.pytorch.TensorOptional;
import org.bytedeco.pytorch.global.torch;
import org.bytedeco.pytorch.global.torch.MemoryFormat;

/** Times every convolution of a network alone, see {@link ConvolutionProbe}. */
public final class ConvolutionProbeRunner implements JobRunner {
    private static final int UNCOUNTED = 3;
    private static final int FEWEST = 10;

    /** The fastest of so many does not get faster: short calls need not fill the time. */
    private static final int MOST = 300;

    private static final long NANOS = 150_000_000;
    private static final double SCALE = 0.1;
    private static final long[] ONES = {1, 1, 1};
    private static final long[] ZEROS = {0, 0, 0};

    @Override
    public String family() {
        return ConvolutionProbe.FAMILY;
    }

    /** The fastest call of a form; milliseconds for one patch. */
    private record Best(String form, double millis) {}

    @Override
    public JobReport run(Job job, double startSeconds, DoubleConsumer progress) {
        Work work = Json.value(job.settings(), Work.class);
        long began = System.nanoTime();
        new EagerThreads.Setting(work.threads(), 1).apply();
        ProcessSettings.keepMemory();
        return JobReport.ofWork(job, startSeconds, began, measure(work, progress));
    }

    /** On the threads that the process has. */
    static ConvolutionProbe measure(Work work, DoubleConsumer progress) {
        UnetLayout layout = new UnetLayout(work.filters());
        List<Convolution> convolutions = layout.convolutions();
        List<Layer> layers = new ArrayList<>();
        for (Convolution one : convolutions) {
            layers.add(layer(one, work, layout));
            progress.accept((double) layers.size() / convolutions.size());
        }
        return new ConvolutionProbe("measured", work, layers);
    }

    private static Layer layer(Convolution one, Work work, UnetLayout layout) {
        Best forward = null;
        Best step = null;
        for (int batch : work.batches()) {
            for (boolean channelsLast : new boolean[] {false, true}) {
                String form =
                        String.format(Locale.ROOT, "%s, batch %d", channelsLast ? "channels last" : "plain", batch);
                try (PointerScope scope = new PointerScope()) {
                    Tensor x = input(one, work.patchSize(), batch, channelsLast);
                    Tensor weight = weight(one);
                    try (NoGradGuard guard = new NoGradGuard()) {
                        forward = faster(forward, new Best(form, fastest(() -> apply(one, x, weight)) / batch));
                    }
                    if (!work.trained() && !one.transposed()) {
                        forward = faster(forward, new Best("packed, " + form, packed(one, x, weight) / batch));
                    }
                    if (work.trained()) {
                        Tensor gradient = torch.ones_like(apply(one, x, weight));
                        Runnable both = () -> {
                            Tensor leaf = x.detach().set_requires_grad(!one.ofNetworkInput());
                            Tensor weights = weight.detach().set_requires_grad(true);
                            apply(one, leaf, weights)
                                    .backward(gradient, new BoolOptional(), false, new TensorArrayRefOptional());
                        };
                        step = faster(step, new Best(form, fastest(both) / batch));
                    }
                }
            }
        }
        if (SampleConvolutions.suit(layout)) {
            try (SampleConvolutions blocked = new SampleConvolutions(layout, work.patchSize(), work.threads())) {
                forward = faster(forward, blocked(blocked, one, false));
                step = work.trained() ? faster(step, blocked(blocked, one, true)) : null;
            }
        }
        long voxels = PatchBatch.voxels(work.patchSize());
        return new Layer(
                one.name(),
                2e-9 * one.multiplyAdds(voxels),
                forward.millis(),
                forward.form(),
                step == null ? null : (Double) (2e-9 * one.stepMultiplyAdds(voxels)),
                step == null ? null : (Double) step.millis(),
                step == null ? null : step.form());
    }

    /** As switch {@code onednn} has them. */
    private static Best blocked(SampleConvolutions all, Convolution one, boolean backward) {
        return new Best(
                "blocks of channels, a sample each thread", all.millis(one, backward, ConvolutionProbeRunner::fastest));
    }

    /** Weights laid out once, as switch {@code prepack} has them. */
    private static double packed(Convolution one, Tensor x, Tensor weight) {
        try (NoGradGuard guard = new NoGradGuard()) {
            long[] stride = strides(one);
            long[] padding = padding(one);
            long[] size = {x.size(0), x.size(1), x.size(2), x.size(3), x.size(4)};
            Tensor laidOut = torch.mkldnn_reorder_conv3d_weight(weight.to_mkldnn(), padding, stride, ONES, 1, size);
            return fastest(() -> torch.mkldnn_convolution(x, laidOut, new TensorOptional(), padding, stride, ONES, 1));
        }
    }

    private static Best faster(Best so, Best other) {
        return so == null || other.millis() < so.millis() ? other : so;
    }

    /** Milliseconds of the fastest of many calls. */
    private static double fastest(Runnable work) {
        double least = Double.MAX_VALUE;
        long began = System.nanoTime();
        for (int call = 0; call < UNCOUNTED + FEWEST || call < MOST && System.nanoTime() - began < NANOS; call++) {
            long start = System.nanoTime();
            try (PointerScope scope = new PointerScope()) {
                work.run();
            }
            if (call >= UNCOUNTED) {
                least = Math.min(least, (System.nanoTime() - start) * 1e-6);
            }
        }
        return least;
    }

    private static Tensor input(Convolution one, int[] patch, int batch, boolean channelsLast) {
        int shrink = 1 << one.level();
        Tensor x = random(batch, one.in(), patch[0] / shrink, patch[1] / shrink, patch[2] / shrink);
        return channelsLast ? x.contiguous(MemoryFormat.ChannelsLast3d) : x;
    }

    private static Tensor weight(Convolution one) {
        int k = one.kernel();
        return one.transposed() ? random(one.in(), one.out(), k, k, k) : random(one.out(), one.in(), k, k, k);
    }

    private static Tensor random(long... size) {
        Tensor tensor = torch.empty(size);
        NormalGenerator generator = new NormalGenerator(1);
        float[] values = new float[(int) tensor.numel()];
        for (int i = 0; i < values.length; i++) {
            values[i] = (float) (SCALE * generator.nextNormal());
        }
        EagerTensors.write(tensor, values, 0, values.length);
        return tensor;
    }

    private static Tensor apply(Convolution one, Tensor x, Tensor weight) {
        return one.transposed()
                ? torch.conv_transpose3d(x, weight, new TensorOptional(), strides(one), ZEROS, ZEROS, 1, ONES)
                : torch.conv3d(x, weight, new TensorOptional(), strides(one), padding(one), ONES, 1);
    }

    private static long[] strides(Convolution one) {
        return new long[] {one.stride(), one.stride(), one.stride()};
    }

    private static long[] padding(Convolution one) {
        long pad = one.kernel() / 2;
        return new long[] {pad, pad, pad};
    }
}
