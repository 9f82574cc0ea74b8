// SPDX-License-Identifier: Apache-2.0
package fizeau.backend.cuda;

import fizeau.backend.Backend;
import fizeau.backend.Plan;
import fizeau.testkit.TrainingSessionConformance;
import java.util.EnumSet;
import java.util.Set;
import org.junit.jupiter.api.Tag;

/** The conformance suite of trainings on a GPU, by our own kernels. */
@Tag("gpu")
class DeviceTrainingSessionTest extends TrainingSessionConformance {

    private CudaBackend opened;

    @Override
    protected Backend open(int threads) {
        opened = RealDevice.open(CacheSwitches.FRESH_MEASUREMENTS);
        return opened;
    }

    @Override
    protected Set<Plan> trainingPlans() {
        return EnumSet.copyOf(opened.plans());
    }

    @Override
    protected long nativeBytes() {
        return opened == null ? 0 : opened.deviceBytes();
    }
}
