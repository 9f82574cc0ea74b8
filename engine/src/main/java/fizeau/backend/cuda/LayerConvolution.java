// SPDX-License-Identifier: Apache-2.0
package fizeau.backend.cuda;

import fizeau.backend.cuda.raw.DeviceMemory;
import fizeau.kernels.DeviceAddress;

/** A convolution of {@link DeviceLayers} with its weights and its algorithm. Owned by those. */
public final class LayerConvolution {

    /** Queues it. */
    interface Work {
        void queue(DeviceAddress source, DeviceAddress residual, DeviceAddress target, DeviceMemory workspace);
    }

    private final int algorithm;
    private final long workspaceBytes;
    private final Work work;

    LayerConvolution(int algorithm, long workspaceBytes, Work work) {
        this.algorithm = algorithm;
        this.workspaceBytes = workspaceBytes;
        this.work = work;
    }

    /** The number that cuDNN has for its algorithm. */
    public int algorithm() {
        return algorithm;
    }

    long workspaceBytes() {
        return workspaceBytes;
    }

    /** @param workspace of all convolutions; null where none needs any */
    void queue(DeviceAddress source, DeviceAddress residual, DeviceAddress target, DeviceMemory workspace) {
        work.queue(source, residual, target, workspaceBytes == 0 ? null : workspace);
    }
}
