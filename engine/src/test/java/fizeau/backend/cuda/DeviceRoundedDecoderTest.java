// SPDX-License-Identifier: Apache-2.0
package fizeau.backend.cuda;

import org.junit.jupiter.api.Tag;

/** Rounded products on a GPU. */
@Tag("gpu")
class DeviceRoundedDecoderTest extends RoundedDecoderConformance {

    @Override
    CudaBackend open() {
        CudaBackend backend = RealDevice.open(CacheSwitches.FRESH_MEASUREMENTS);
        RealDevice.assumeLibraries(backend);
        return backend;
    }

    @Override
    boolean rounds() {
        return false;
    }
}
