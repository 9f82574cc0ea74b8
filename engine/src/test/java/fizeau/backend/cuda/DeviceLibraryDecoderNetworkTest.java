// SPDX-License-Identifier: Apache-2.0
package fizeau.backend.cuda;

import fizeau.backend.Backend;
import fizeau.backend.DecoderNetwork;
import fizeau.backend.Precision;
import fizeau.backend.TrainingLevel;
import fizeau.reconstruct.DecoderSpec;
import org.junit.jupiter.api.Tag;

/** The same by cuDNN and cuBLAS. */
@Tag("gpu")
class DeviceLibraryDecoderNetworkTest extends DeviceDecoderNetworkTest {

    @Override
    protected Backend open(int threads) {
        Backend backend = super.open(threads);
        RealDevice.assumeLibraries((CudaBackend) backend);
        return backend;
    }

    @Override
    protected DecoderNetwork decoder(Backend backend, DecoderSpec spec) {
        return ((CudaBackend) backend).decoder(spec, TrainingLevel.LIBRARY, Precision.FP32);
    }
}
