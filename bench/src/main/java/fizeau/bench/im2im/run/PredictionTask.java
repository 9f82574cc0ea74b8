// SPDX-License-Identifier: Apache-2.0
package fizeau.bench.im2im.run;

import fizeau.backend.Closing;
import fizeau.bench.im2im.Im2imSettings;
import fizeau.bench.im2im.PatchBatch;
import fizeau.bench.im2im.SettingKey;
import fizeau.bench.im2im.SlidingWindow;
import fizeau.bench.im2im.Volume;
import java.util.ArrayList;
import java.util.List;

/** Predicts whole volumes window by window. Owns the network. */
public final class PredictionTask implements AutoCloseable {
    private final WindowNetwork network;
    private final int[] patch;
    private final double overlap;
    private final int windowBatch;

    public PredictionTask(Im2imSettings settings, WindowNetwork network) {
        this.network = network;
        this.patch = settings.sizes(SettingKey.PATCH);
        this.overlap = settings.number(SettingKey.OVERLAP);
        this.windowBatch = settings.integer(SettingKey.WINDOW_BATCH);
    }

    /** Windows of one batch of volumes as the network takes them, and where they belong. */
    public record Windows(List<SlidingWindow> plans, List<int[]> places, List<WindowNetwork.Staged> staged)
            implements AutoCloseable {

        /** {@code places} holds volume and place of each window; {@code staged} as many windows each as go together. */
        public Windows {
            plans = List.copyOf(plans);
            places = List.copyOf(places);
        }

        @Override
        public void close() {
            staged.forEach(WindowNetwork.Staged::close);
        }
    }

    /** Cuts volumes into windows and hands them over. The result keeps native memory until it is closed. */
    public Windows toDevice(List<Volume> volumes) {
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
        List<WindowNetwork.Staged> staged = new ArrayList<>();
        int voxels = PatchBatch.voxels(patch);
        try {
            for (int from = 0; from < places.size(); from += windowBatch) {
                int count = Math.min(windowBatch, places.size() - from);
                float[] values = new float[count * voxels];
                for (int i = 0; i < count; i++) {
                    int[] place = places.get(from + i);
                    int[] at = plans.get(place[0]).places().get(place[1]);
                    volumes.get(place[0]).crop(at[0], at[1], at[2], patch, values, i * voxels);
                }
                staged.add(network.stage(values, count));
            }
        } catch (RuntimeException failure) {
            throw Closing.afterFailure(failure, staged.toArray(AutoCloseable[]::new));
        }
        return new Windows(plans, places, staged);
    }

    /** Runs all windows and puts the results together, a volume for each that was given. */
    public List<Volume> forward(Windows windows) {
        List<SlidingWindow.Assembly> assemblies = new ArrayList<>();
        windows.plans().forEach(plan -> assemblies.add(plan.new Assembly()));
        int voxels = PatchBatch.voxels(patch);
        int at = 0;
        for (WindowNetwork.Staged input : windows.staged()) {
            float[] values = new float[input.count() * voxels];
            input.predict(values);
            for (int i = 0; i < input.count(); i++) {
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
