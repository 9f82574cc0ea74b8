// SPDX-License-Identifier: Apache-2.0
package fizeau.backend.cuda.raw;

import fizeau.kernels.DeviceAddress;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import jcuda.Pointer;

/** An address on the device, and scalars of the host, as the bindings of libraries take them. */
final class DevicePointer extends Pointer {

    /** Factor of what is computed. It lies in a direct buffer: nothing is pinned while the library is called. */
    static final Pointer ONE = scalar(1);

    /** Factor of what was there before. */
    static final Pointer ZERO = scalar(0);

    private DevicePointer(long address) {
        super(address);
    }

    static Pointer of(DeviceAddress address) {
        return new DevicePointer(address.value());
    }

    /** A factor for one call. */
    static Pointer scalar(float value) {
        ByteBuffer buffer = ByteBuffer.allocateDirect(Float.BYTES).order(ByteOrder.nativeOrder());
        buffer.putFloat(0, value);
        return Pointer.to(buffer);
    }
}
