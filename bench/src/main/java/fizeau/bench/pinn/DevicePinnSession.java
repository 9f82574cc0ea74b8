// SPDX-License-Identifier: Apache-2.0
package fizeau.bench.pinn;

import fizeau.backend.Closing;
import fizeau.backend.cuda.CudaBackend;
import fizeau.backend.cuda.CudaFineTuning;
import fizeau.backend.selection.BackendSelector;
import fizeau.backend.selection.DeviceName;
import fizeau.nativeconfig.Settings;
import fizeau.pinn.CollocationProblem.Losses;
import java.util.List;

/** A training on a GPU, which it opens for itself. Owns the backend; confined to the thread that opened it. */
record DevicePinnSession(CudaBackend backend, CudaFineTuning tuning) implements PinnSession {

    static PinnSession open(PinnSetup setup, PinnWorkload workload, boolean shared, PinnPlace place) {
        CudaBackend backend =
                (CudaBackend) BackendSelector.requireCuda(Settings.ofProcess(), DeviceName.parse(place.device()));
        try {
            CudaFineTuning tuning = backend.openFineTuning(
                    setup.problem(),
                    setup.network(),
                    setup.initialParameters(),
                    new CudaFineTuning.Settings(
                            workload.learningRate(), workload.weightDecay(), shared, place.cudaGraphs()));
            return new DevicePinnSession(backend, tuning);
        } catch (RuntimeException failure) {
            throw Closing.afterFailure(failure, backend);
        }
    }

    @Override
    public Losses step() {
        return tuning.steps(1).get(0);
    }

    @Override
    public List<Losses> steps(int count) {
        return tuning.steps(count);
    }

    @Override
    public Losses gradient(float[] target) {
        return tuning.gradient(target);
    }

    @Override
    public float[] field() {
        return tuning.field();
    }

    @Override
    public String device() {
        return backend.description();
    }

    @Override
    public long deviceBytes() {
        return backend.peakDeviceBytes();
    }

    @Override
    public void close() {
        Closing.all(List.of(tuning, backend));
    }
}
