// SPDX-License-Identifier: Apache-2.0
package fizeau.backend.cuda.raw;

import static org.assertj.core.api.Assertions.assertThat;

import fizeau.kernels.PretendCuda;
import jcuda.driver.CUdevice;
import jcuda.driver.CUresult;
import jcuda.driver.JCudaDriver;

/** Asks the pretend driver what has not been given back: memory, streams, modules, graphs, events, contexts. */
public final class LiveObjects {

    private LiveObjects() {}

    /** The driver must have been loaded. */
    public static int count() {
        CUdevice device = new CUdevice();
        assertThat(JCudaDriver.cuDeviceGet(device, 0)).isEqualTo(CUresult.CUDA_SUCCESS);
        int[] count = new int[1];
        assertThat(JCudaDriver.cuDeviceGetAttribute(count, PretendCuda.LIVE_OBJECTS_ATTRIBUTE, device))
                .isEqualTo(CUresult.CUDA_SUCCESS);
        return count[0];
    }
}
