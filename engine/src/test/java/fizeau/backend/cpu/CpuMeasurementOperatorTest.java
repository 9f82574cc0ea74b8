// SPDX-License-Identifier: Apache-2.0
package fizeau.backend.cpu;

import fizeau.backend.Backend;
import fizeau.testkit.MeasurementOperatorConformance;

class CpuMeasurementOperatorTest extends MeasurementOperatorConformance {

    @Override
    protected Backend open(int threads) {
        return CpuBackend.open(threads);
    }

    @Override
    protected long nativeBytes() {
        return NativeFloats.liveBytes();
    }
}
