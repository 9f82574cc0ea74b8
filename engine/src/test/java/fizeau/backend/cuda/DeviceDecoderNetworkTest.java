// SPDX-License-Identifier: Apache-2.0
package fizeau.backend.cuda;

import fizeau.backend.Backend;
import fizeau.testkit.DecoderNetworkConformance;
import org.junit.jupiter.api.Tag;

/** The decoder's conformance suite on a GPU, by our own kernels. */
@Tag("gpu")
class DeviceDecoderNetworkTest extends DecoderNetworkConformance {

    private CudaBackend opened;

    @Override
    protected Backend open(int threads) {
        if (opened != null) {
            opened.close(); // one device, one backend at a time
        }
        opened = RealDevice.open(CacheSwitches.FRESH_MEASUREMENTS);
        return opened;
    }

    @Override
    protected long nativeBytes() {
        return opened == null ? 0 : opened.deviceBytes();
    }
}
