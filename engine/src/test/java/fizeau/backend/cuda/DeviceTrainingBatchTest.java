// SPDX-License-Identifier: Apache-2.0
package fizeau.backend.cuda;

import fizeau.backend.Backend;
import fizeau.testkit.TrainingBatchConformance;
import org.junit.jupiter.api.Tag;

/** The conformance suite of trainings that share a device. */
@Tag("gpu")
class DeviceTrainingBatchTest extends TrainingBatchConformance {

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
