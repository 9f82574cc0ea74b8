// SPDX-License-Identifier: Apache-2.0
package fizeau.kernels;

/** Address of device memory, a pointer field of a parameter struct. Zero is the null pointer. Owns nothing. */
public record DeviceAddress(long value) {

    public static final DeviceAddress NULL = new DeviceAddress(0);

    public DeviceAddress plusBytes(long bytes) {
        return new DeviceAddress(value + bytes);
    }
}
