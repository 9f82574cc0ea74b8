// SPDX-License-Identifier: Apache-2.0
package fizeau.backend.cuda;

import fizeau.backend.Backend;
import org.junit.jupiter.api.Tag;

/** The same by cuDNN, cuBLAS and cuFFT. */
@Tag("gpu")
class DeviceLibraryTrainingSessionTest extends DeviceTrainingSessionTest {

    @Override
    protected Backend open(int threads) {
        CudaBackend gpu = (CudaBackend) super.open(threads);
        RealDevice.assumeLibraries(gpu);
        return new LibraryLevelBackend(gpu);
    }
}
