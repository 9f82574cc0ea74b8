// SPDX-License-Identifier: Apache-2.0
package fizeau.backend.cuda;

import fizeau.backend.Closing;
import fizeau.backend.cuda.raw.DeviceMemory;
import fizeau.kernels.DeviceAddress;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;

/** The device arrays of one stage, given back together. Owns them. */
final class DeviceArrays implements AutoCloseable {

    private final CudaSession session;
    private final List<DeviceMemory> memories = new ArrayList<>();

    DeviceArrays(CudaSession session) {
        this.session = session;
    }

    /** Uninitialised. */
    DeviceMemory floats(long count, String purpose) {
        return own(session.allocate(Float.BYTES * count, purpose));
    }

    /** Uninitialised. */
    DeviceMemory doubles(long count, String purpose) {
        return own(session.allocate(Double.BYTES * count, purpose));
    }

    DeviceMemory copyOf(float[] values, String purpose) {
        return own(session.upload(values, purpose));
    }

    DeviceAddress copyOf(int[] values, String purpose) {
        return own(session.upload(values, purpose)).address();
    }

    /** Zeros, once the stream is there. */
    DeviceMemory zeroFloats(long count, String purpose) {
        DeviceMemory memory = floats(count, purpose);
        session.stream().clear(memory);
        return memory;
    }

    DeviceMemory own(DeviceMemory memory) {
        memories.add(memory);
        return memory;
    }

    @Override
    public void close() {
        List<DeviceMemory> newestFirst = new ArrayList<>(memories);
        memories.clear();
        Collections.reverse(newestFirst);
        Closing.all(newestFirst);
    }
}
