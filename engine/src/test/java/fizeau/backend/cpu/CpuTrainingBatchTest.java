// SPDX-License-Identifier: Apache-2.0
package fizeau.backend.cpu;

import fizeau.backend.Backend;
import fizeau.backend.Switches;
import fizeau.testkit.TrainingBatchConformance;

/** Members on one thread each where there are as many as threads, else one after the other. */
class CpuTrainingBatchTest extends TrainingBatchConformance {

    @Override
    protected Backend open(int threads) {
        return CpuBackend.open(threads);
    }

    @Override
    protected long nativeBytes() {
        return NativeFloats.liveBytes();
    }

    @Override
    protected Switches alone(Switches switches, int members) {
        return members >= switches.threads() ? switches.withThreads(1) : switches;
    }
}
