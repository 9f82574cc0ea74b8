// SPDX-License-Identifier: Apache-2.0
package fizeau.backend.cuda;

import static org.assertj.core.api.Assertions.assertThat;

import fizeau.backend.Backend;
import fizeau.backend.cuda.raw.LiveObjects;
import fizeau.kernels.PretendCuda;
import fizeau.testkit.MeasurementOperatorConformance;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.extension.ExtendWith;

/** The conformance suite through the real JNI library, on the pretend driver and the emulated kernels. */
@ExtendWith(PretendCudaExtension.class)
class CudaMeasurementOperatorTest extends MeasurementOperatorConformance {

    private final PretendCuda machine;
    private CudaBackend opened;

    CudaMeasurementOperatorTest(PretendCuda machine) {
        this.machine = machine;
    }

    @Override
    protected Backend open(int threads) {
        opened = CudaBackend.open(machine.settings(), 0, CacheSwitches.ON);
        return opened;
    }

    @Override
    protected long nativeBytes() {
        return opened == null ? 0 : opened.deviceBytes();
    }

    @AfterEach
    void nothingIsLeftOnTheDevice() {
        opened.close(); // the suite closes once more
        assertThat(LiveObjects.count()).isZero();
    }

    @BeforeEach
    void aDeviceIsDescribed() {
        assertThat(opened.description()).contains("pretend device", "cuda:0", "7.5", "1024 MiB", "13.0");
    }
}
