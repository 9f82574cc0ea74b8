// SPDX-License-Identifier: Apache-2.0
package fizeau.backend.cuda;

import fizeau.backend.Precision;
import fizeau.backend.TrainingLevel;
import fizeau.backend.selection.BackendSelector;
import fizeau.backend.selection.DeviceName;
import fizeau.nativeconfig.Settings;
import fizeau.reconstruct.DecoderSpec;
import org.junit.jupiter.api.Assumptions;

/** The GPU of this machine for tests that need one; where there is none they are skipped with the reason. */
final class RealDevice {

    private RealDevice() {}

    static CudaBackend open(CacheSwitches switches) {
        try {
            BackendSelector.requireCuda(Settings.ofProcess(), DeviceName.parse("cuda"))
                    .close();
        } catch (IllegalArgumentException unusable) {
            Assumptions.abort(unusable.getMessage());
        }
        return CudaBackend.open(Settings.ofProcess(), 0, switches);
    }

    /** Skips, with what to install, where cuDNN or cuBLAS is not here. */
    static void assumeLibraries(CudaBackend backend) {
        try {
            backend.decoder(new DecoderSpec(16, 8, true), TrainingLevel.LIBRARY, Precision.FP32)
                    .close();
        } catch (IllegalArgumentException unusable) {
            backend.close();
            Assumptions.abort(unusable.getMessage());
        }
    }
}
