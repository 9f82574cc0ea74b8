// SPDX-License-Identifier: Apache-2.0
package fizeau.backend.cuda;

import fizeau.backend.Closing;
import fizeau.backend.cuda.raw.DeviceMemory;
import java.util.List;

/** A {@link MaskBatch} on the device. Owns its memory. */
final class DeviceMasks implements AutoCloseable {

    private final DeviceMemory samples;
    private final DeviceMemory origins;

    private DeviceMasks(DeviceMemory samples, DeviceMemory origins) {
        this.samples = samples;
        this.origins = origins;
    }

    static DeviceMasks upload(CudaSession session, MaskBatch batch) {
        DeviceMemory samples = session.upload(batch.samples(), batch.masks().size() + " masks");
        try {
            return new DeviceMasks(samples, session.upload(batch.origins(), "box origins"));
        } catch (RuntimeException failure) {
            throw Closing.afterFailure(failure, samples);
        }
    }

    DeviceMemory samples() {
        return samples;
    }

    DeviceMemory origins() {
        return origins;
    }

    long bytes() {
        return samples.bytes() + origins.bytes();
    }

    @Override
    public void close() {
        Closing.all(List.of(origins, samples));
    }
}
