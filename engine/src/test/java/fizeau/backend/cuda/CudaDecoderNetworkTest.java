// SPDX-License-Identifier: Apache-2.0
package fizeau.backend.cuda;

import static org.assertj.core.api.Assertions.assertThat;

import fizeau.backend.Backend;
import fizeau.backend.cuda.raw.LiveObjects;
import fizeau.kernels.PretendCuda;
import fizeau.testkit.DecoderNetworkConformance;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.extension.ExtendWith;

/** The conformance suite on the pretend driver and the emulated kernels. */
@ExtendWith(PretendCudaExtension.class)
class CudaDecoderNetworkTest extends DecoderNetworkConformance {

    private final PretendCuda machine;
    private CudaBackend opened;

    CudaDecoderNetworkTest(PretendCuda machine) {
        this.machine = machine;
    }

    @Override
    protected Backend open(int threads) {
        if (opened != null) {
            opened.close(); // one device, one backend at a time
        }
        opened = CudaBackend.open(machine.settings(), 0);
        return opened;
    }

    @Override
    protected long nativeBytes() {
        return opened == null ? 0 : opened.deviceBytes();
    }

    @AfterEach
    void nothingIsLeftOnTheDevice() {
        opened.close();
        assertThat(LiveObjects.count()).isZero();
    }
}
