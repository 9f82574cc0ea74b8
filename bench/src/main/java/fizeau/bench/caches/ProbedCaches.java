// SPDX-License-Identifier: Apache-2.0
package fizeau.bench.caches;

import fizeau.backend.Closing;
import fizeau.backend.Plan;
import fizeau.backend.cpu.CpuBackend;
import fizeau.backend.cpu.TelescopeCaches;
import fizeau.backend.cuda.CudaBackend;
import fizeau.backend.cuda.CudaTelescopeCaches;
import fizeau.backend.selection.BackendSelector;
import fizeau.backend.selection.DeviceName;
import fizeau.cache.CacheProbe;
import fizeau.image.BuiltInScene;
import fizeau.nativeconfig.Settings;
import fizeau.optics.CircularAperture;
import fizeau.optics.Shape;
import java.util.List;

/** The caches of a telescope on a device, open to be timed. Owns whatever they need. */
interface ProbedCaches extends AutoCloseable {

    CacheProbe measurement();

    CacheProbe fft();

    CacheProbe masks();

    /** The plan of each key, in words. */
    List<String> plans();

    @Override
    void close();

    /** Opens them where the job says. */
    static ProbedCaches open(CacheCostJob job) {
        DeviceName device = DeviceName.parse(job.device());
        return device.kind() == DeviceName.Kind.CUDA ? OnCuda.open(job, device) : OnCpu.open(job);
    }

    private static float[] object(CacheCostJob job) {
        return BuiltInScene.amplitude(job.objectSize()).toArray();
    }

    /** Loads the CPU's libraries. */
    record OnCpu(CpuBackend libraries, TelescopeCaches caches) implements ProbedCaches {

        static OnCpu open(CacheCostJob job) {
            CpuBackend libraries = CpuBackend.open(job.threads());
            return new OnCpu(
                    libraries,
                    new TelescopeCaches(
                            Shape.square(job.objectSize()),
                            Shape.square(job.imageSize()),
                            new CircularAperture(job.apertureRadius()),
                            object(job),
                            job.centres(),
                            job.threads()));
        }

        @Override
        public CacheProbe measurement() {
            return caches.measurement();
        }

        @Override
        public CacheProbe fft() {
            return caches.fft();
        }

        @Override
        public CacheProbe masks() {
            return caches.masks();
        }

        @Override
        public List<String> plans() {
            return caches.plans().stream().map(Plan::word).toList();
        }

        @Override
        public void close() {
            Closing.all(List.of(caches, libraries));
        }
    }

    /** Loads nothing of the CPU's. */
    record OnCuda(CudaBackend backend, CudaTelescopeCaches caches) implements ProbedCaches {

        static OnCuda open(CacheCostJob job, DeviceName device) {
            CudaBackend backend = (CudaBackend) BackendSelector.requireCuda(Settings.ofProcess(), device);
            try {
                return new OnCuda(
                        backend,
                        backend.telescopeCaches(
                                Shape.square(job.objectSize()),
                                Shape.square(job.imageSize()),
                                new CircularAperture(job.apertureRadius()),
                                object(job),
                                job.centres()));
            } catch (RuntimeException failure) {
                throw Closing.afterFailure(failure, backend);
            }
        }

        @Override
        public CacheProbe measurement() {
            return caches.measurement();
        }

        @Override
        public CacheProbe fft() {
            return caches.fft();
        }

        @Override
        public CacheProbe masks() {
            return caches.masks();
        }

        /** The box form, whatever the key. */
        @Override
        public List<String> plans() {
            return List.of(Plan.MATRIX.word());
        }

        @Override
        public void close() {
            Closing.all(List.of(caches, backend));
        }
    }
}
