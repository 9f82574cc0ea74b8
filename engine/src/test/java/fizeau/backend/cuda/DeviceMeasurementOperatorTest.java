// SPDX-License-Identifier: Apache-2.0
package fizeau.backend.cuda;

import fizeau.backend.Backend;
import fizeau.testkit.MeasurementOperatorConformance;
import org.junit.jupiter.api.Tag;

/** The operator's conformance suite by every plan. */
@Tag("gpu")
class DeviceMeasurementOperatorTest extends MeasurementOperatorConformance {

    private CudaBackend opened;

    @Override
    protected Backend open(int threads) {
        opened = RealDevice.open(CacheSwitches.ON);
        return opened;
    }

    @Override
    protected long nativeBytes() {
        return opened == null ? 0 : opened.deviceBytes();
    }
}
