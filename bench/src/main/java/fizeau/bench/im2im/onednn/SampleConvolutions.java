// SPDX-License-Identifier: Apache-2.0
package fizeau.bench.im2im.onednn;

import fizeau.bench.im2im.onednn.Workbench.Step;
import fizeau.unet.UnetLayout;
import fizeau.unet.UnetLayout.Convolution;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.function.ToDoubleFunction;
import org.bytedeco.dnnl.memory;
import org.bytedeco.javacpp.FloatPointer;

/** The convolutions of a network as {@link SampleTraining} computes them, each alone, on all threads at once. */
public final class SampleConvolutions implements AutoCloseable {
    private static final float VALUE = 0.1f;

    private final SampleThreads threads;

    public SampleConvolutions(UnetLayout layout, int[] patch, int threadCount) {
        threads = new SampleThreads(layout, patch, layout.seeded(1), threadCount);
    }

    /** Whether there is such a form of a network here. */
    public static boolean suit(UnetLayout layout) {
        return ActivationLayout.suits(layout);
    }

    /**
     * Milliseconds for one patch, while every thread has one.
     *
     * @param backward whether both gradients belong to it
     * @param millis of a call, by many; used by all threads at once
     */
    public double millis(Convolution one, boolean backward, ToDoubleFunction<Runnable> millis) {
        List<List<Step>> steps = new ArrayList<>(Collections.nCopies(threads.count(), null));
        threads.onEach((thread, number) -> steps.set(number, steps(thread.bench(), one, backward)));
        double[] each = new double[threads.count()];
        threads.onEach((thread, number) ->
                each[number] = millis.applyAsDouble(() -> thread.bench().run(steps.get(number))));
        return Arrays.stream(each).max().orElseThrow() / each.length;
    }

    private static List<Step> steps(Workbench bench, Convolution one, boolean backward) {
        String name = one.name();
        memory x = filled(bench, bench.activations().source(one));
        memory y = filled(bench, bench.activations().target(one));
        List<Step> steps = new ArrayList<>();
        steps.add(bench.convolution(name, x, y));
        if (backward) {
            memory weights = bench.dnn().owned(bench.plan(name).gradientWeights());
            steps.add(bench.weightGradient(name, x, y, weights));
            if (!one.ofNetworkInput()) {
                steps.add(bench.dataGradient(
                        name, y, filled(bench, bench.activations().source(one))));
            }
        }
        return steps;
    }

    private static memory filled(Workbench bench, memory.desc desc) {
        memory memory = bench.dnn().owned(desc);
        float[] values = new float[Math.toIntExact(desc.get_size() / Float.BYTES)];
        Arrays.fill(values, VALUE);
        new FloatPointer(memory.get_data_handle()).put(values);
        return memory;
    }

    @Override
    public void close() {
        threads.close();
    }
}
