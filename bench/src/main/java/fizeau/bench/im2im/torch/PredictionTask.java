// SPDX-License-Identifier: Apache-2.0
package fizeau.bench.im2im.torch;

import fizeau.bench.eager.EagerTensors;
import fizeau.bench.im2im.Im2imSettings;
import fizeau.bench.im2im.PatchBatch;
import fizeau.bench.im2im.SettingKey;
import fizeau.bench.im2im.SlidingWindow;
import fizeau.bench.im2im.Volume;
import java.util.ArrayList;
import java.util.List;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.NoGradGuard;
import org.bytedeco.pytorch.Tensor;

/** Predicts whole volumes window by window. Owns the network. */
final class PredictionTask implements AutoCloseable {
    private final ResidualUnet network;
    private final int[] patch;
    private final double overlap;
    private final int windowBatch;

    PredictionTask(Im2imSettings settings, ResidualUnet network) {
        this.network = network;
        this.patch = settings.sizes(SettingKey.PATCH);
        this.overlap = settings.number(SettingKey.OVERLAP);
        this.windowBatch = settings.integer(SettingKey.WINDOW_BATCH);
    }

    /** Windows of one batch of volumes as the network takes them, and where they belong. */
    record Windows(List<SlidingWindow> plans, List<int[]> places, List<Tensor> tensors) implements AutoCloseable {

        /** {@code places} holds volume and place of each window; {@code tensors} as many windows each as go together. */
        Windows {
            plans = List.copyOf(plans);
            places = List.copyOf(places);
        }

        @Override
        public void close() {
            tensors.forEach(Tensor::close);
        }
    }

    /** Cuts volumes into windows and hands them over. The result keeps native memory until it is closed. */
    Windows toDevice(List<Volume> volumes) {
        List<SlidingWindow> plans = new ArrayList<>();
        List<int[]> places = new ArrayList<>();
        for (int index = 0; index < volumes.size(); index++) {
            Volume volume = volumes.get(index);
            SlidingWindow plan = new SlidingWindow(new int[] {volume.nz(), volume.ny(), volume.nx()}, patch, overlap);
            plans.add(plan);
            for (int place = 0; place < plan.places().size(); place++) {
                places.add(new int[] {index, place});
            }
        }
        List<Tensor> tensors = new ArrayList<>();
        int voxels = PatchBatch.voxels(patch);
        try (PointerScope scope = new PointerScope();
                NoGradGuard guard = new NoGradGuard()) {
            for (int from = 0; from < places.size(); from += windowBatch) {
                int count = Math.min(windowBatch, places.size() - from);
                float[] values = new float[count * voxels];
                for (int i = 0; i < count; i++) {
                    int[] place = places.get(from + i);
                    int[] at = plans.get(place[0]).places().get(place[1]);
                    volumes.get(place[0]).crop(at[0], at[1], at[2], patch, values, i * voxels);
                }
                Tensor dense = TrainingTask.tensor(new PatchBatch(count, patch, values, values), values);
                tensors.add(EagerTensors.keep(network.prepared(dense)));
            }
        }
        return new Windows(plans, places, tensors);
    }

    /** Runs all windows and puts the results together, a volume for each that was given. */
    List<Volume> forward(Windows windows) {
        List<SlidingWindow.Assembly> assemblies = new ArrayList<>();
        windows.plans().forEach(plan -> assemblies.add(plan.new Assembly()));
        int voxels = PatchBatch.voxels(patch);
        int at = 0;
        for (Tensor input : windows.tensors()) {
            float[] values = new float[(int) input.size(0) * voxels];
            try (PointerScope scope = new PointerScope();
                    NoGradGuard guard = new NoGradGuard()) {
                EagerTensors.read(network.forward(input), values, 0, values.length);
            }
            for (int i = 0; i * voxels < values.length; i++) {
                int[] place = windows.places().get(at++);
                assemblies.get(place[0]).add(place[1], values, i * voxels);
            }
        }
        return assemblies.stream().map(SlidingWindow.Assembly::mean).toList();
    }

    @Override
    public void close() {
        network.close();
    }
}
