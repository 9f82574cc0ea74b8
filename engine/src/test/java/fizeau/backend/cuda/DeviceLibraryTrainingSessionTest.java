// SPDX-License-Identifier: Apache-2.0
package fizeau.backend.cuda;

import fizeau.backend.Backend;
import fizeau.backend.Precision;
import fizeau.backend.Switches;
import fizeau.backend.TrainingLevel;
import org.junit.jupiter.api.Tag;

/** The same by cuDNN, cuBLAS and cuFFT. */
@Tag("gpu")
class DeviceLibraryTrainingSessionTest extends DeviceTrainingSessionTest {

    @Override
    protected Backend open(int threads) {
        Backend backend = super.open(threads);
        RealDevice.assumeLibraries((CudaBackend) backend);
        return backend;
    }

    @Override
    protected Switches adapted(Switches switches) {
        return switches.at(TrainingLevel.LIBRARY, Precision.FP32, false);
    }
}
