// SPDX-License-Identifier: Apache-2.0
package fizeau.backend.cuda;

import fizeau.backend.Backend;
import fizeau.kernels.PretendCuda;
import fizeau.testkit.ImageMetricsConformance;
import org.junit.jupiter.api.extension.ExtendWith;

@ExtendWith(PretendCudaExtension.class)
class CudaImageMetricsTest extends ImageMetricsConformance {

    private final PretendCuda machine;
    private CudaBackend opened;

    CudaImageMetricsTest(PretendCuda machine) {
        this.machine = machine;
    }

    @Override
    protected Backend open(int threads) {
        opened = CudaBackend.open(machine.settings(), 0, CacheSwitches.OFF);
        return opened;
    }

    @Override
    protected long nativeBytes() {
        return opened == null ? 0 : opened.deviceBytes();
    }
}
