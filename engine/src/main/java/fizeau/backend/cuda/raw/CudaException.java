// SPDX-License-Identifier: Apache-2.0
package fizeau.backend.cuda.raw;

/** A call to the driver that failed: what was called, what the driver answered, and what that means for the user. */
public final class CudaException extends RuntimeException {

    private final String function;
    private final int code;

    CudaException(String function, int code, String codeName, String details) {
        super(function + " answered " + codeName + " (" + code + "): " + details);
        this.function = function;
        this.code = code;
    }

    /** The function of the driver. */
    public String function() {
        return function;
    }

    /** The driver's code. */
    public int code() {
        return code;
    }

    /** Whether the driver refused an image of kernels as such: one made otherwise may do. */
    public boolean isOfTheImage() {
        return DriverStatus.refusesImage(code);
    }

    /** Whether the device has to be opened anew: every later call in this process answers the same. */
    public boolean isDeviceLost() {
        return DriverStatus.isSticky(code);
    }
}
