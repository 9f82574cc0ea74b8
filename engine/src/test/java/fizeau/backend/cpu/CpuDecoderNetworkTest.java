// SPDX-License-Identifier: Apache-2.0
package fizeau.backend.cpu;

import fizeau.backend.Backend;
import fizeau.testkit.DecoderNetworkConformance;

class CpuDecoderNetworkTest extends DecoderNetworkConformance {

    @Override
    protected Backend open(int threads) {
        return CpuBackend.open(threads);
    }

    @Override
    protected long nativeBytes() {
        return NativeFloats.liveBytes();
    }
}
