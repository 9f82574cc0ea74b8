// SPDX-License-Identifier: Apache-2.0
package fizeau.backend.cuda;

import fizeau.backend.Backend;
import fizeau.testkit.ImageMetricsConformance;
import org.junit.jupiter.api.Tag;

/** The image metrics' conformance suite. */
@Tag("gpu")
class DeviceImageMetricsTest extends ImageMetricsConformance {

    private CudaBackend opened;

    @Override
    protected Backend open(int threads) {
        opened = RealDevice.open(CacheSwitches.OFF);
        return opened;
    }

    @Override
    protected long nativeBytes() {
        return opened == null ? 0 : opened.deviceBytes();
    }
}
