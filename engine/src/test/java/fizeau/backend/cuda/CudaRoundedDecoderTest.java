// SPDX-License-Identifier: Apache-2.0
package fizeau.backend.cuda;

import fizeau.kernels.PretendCuda;
import org.junit.jupiter.api.extension.ExtendWith;

/** Rounded products on the pretend device, whose libraries round whenever they are asked to. */
@ExtendWith(PretendCudaExtension.class)
class CudaRoundedDecoderTest extends RoundedDecoderConformance {

    private final PretendCuda machine;

    CudaRoundedDecoderTest(PretendCuda machine) {
        this.machine = machine;
    }

    @Override
    CudaBackend open() {
        return CudaBackend.open(machine.settings(), 0);
    }

    @Override
    boolean rounds() {
        return true;
    }
}
