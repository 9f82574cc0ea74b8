// SPDX-License-Identifier: Apache-2.0
package fizeau.bench.pipeline;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import fizeau.backend.Backend;
import fizeau.backend.cpu.CpuBackend;
import fizeau.bench.eager.ReferenceTelescope;
import fizeau.bench.workload.Workload;
import fizeau.optics.Mask;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Measurements of a small object, against a direct transform in double precision. */
class MeasuredScanTest {
    private static final int SAMPLES = 3;

    @TempDir
    private Path place;

    private SmallWorkload small;

    @BeforeEach
    void write() {
        small = SmallWorkload.write(place, SAMPLES, 1);
    }

    @Test
    void everyMeasurementIsWhatTheTelescopeSees() {
        MeasuredScan scan = measure(null, 1);
        Workload workload = small.workload();
        double[] exact = new double[small.object().length];
        for (int i = 0; i < exact.length; i++) {
            exact[i] = small.object()[i];
        }
        int pixels = workload.frameShape().count();
        double hits = 0;
        for (int n = 0; n < SAMPLES; n++) {
            Mask mask = workload.aperture()
                    .mask(workload.frameShape(), workload.centres().get(n));
            double[] expected = ReferenceTelescope.measure(exact, workload.objectShape(), mask);
            double energy = 0;
            for (int i = 0; i < pixels; i++) {
                assertThat((double) scan.stack()[n * pixels + i])
                        .as("measurement %d, pixel %d", n, i)
                        .isCloseTo(expected[i], within(1e-5));
                energy += expected[i] * expected[i];
            }
            MeasurementRecord.Aperture described = scan.apertures().get(n);
            assertThat(described.energy()).isCloseTo(energy, within(1e-4 * energy));
            assertThat(described.openSamples()).isEqualTo(mask.openCount());
            assertThat(described.y()).isEqualTo(workload.centres().get(n).y());
            hits += mask.openCount();
        }
        double counted = 0;
        for (float hit : scan.hits()) {
            counted += hit;
        }
        assertThat(counted).isEqualTo(hits);
    }

    @Test
    void noiseIsRepeatableAndOfTheStatedSize() {
        MeasuredScan clean = measure(null, 1);
        MeasuredScan noisy = measure(40.0, 1);
        assertThat(measure(40.0, 1).stack()).isEqualTo(noisy.stack());
        assertThat(measure(40.0, 2).stack()).isNotEqualTo(noisy.stack());
        // sigma of the intensity I is 0.01 sqrt(I): the normalised deviation has variance 1
        double squares = 0;
        int counted = 0;
        for (int i = 0; i < clean.stack().length; i++) {
            double intensity = Math.pow(clean.stack()[i], 2);
            if (intensity > 0.01) { // darker pixels are cut at zero
                double deviation = (Math.pow(noisy.stack()[i], 2) - intensity) / (0.01 * Math.sqrt(intensity));
                squares += deviation * deviation;
                counted++;
            }
        }
        assertThat(counted).isGreaterThan(200);
        assertThat(squares / counted).isCloseTo(1, within(0.3));
    }

    @Test
    void aScanThatDoesNotFitIsRefused() {
        assertThatThrownBy(() -> MeasuredScan.requireRoom(small.workload(), 1 << 20))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("--samples 3")
                .hasMessageContaining("use fewer");
        MeasuredScan.requireRoom(small.workload(), 1 << 30);
    }

    private MeasuredScan measure(Double snr, long seed) {
        try (Backend backend = CpuBackend.open(1)) {
            return MeasuredScan.of(backend, small.workload(), small.object(), snr, seed, share -> {});
        }
    }
}
