// SPDX-License-Identifier: Apache-2.0
package fizeau.backend.cpu;

import fizeau.backend.Backend;
import fizeau.testkit.ImageMetricsConformance;

class CpuImageMetricsTest extends ImageMetricsConformance {

    @Override
    protected Backend open(int threads) {
        return CpuBackend.open(threads);
    }

    @Override
    protected long nativeBytes() {
        return NativeFloats.liveBytes();
    }
}
