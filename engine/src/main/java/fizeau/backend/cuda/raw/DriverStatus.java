// SPDX-License-Identifier: Apache-2.0
package fizeau.backend.cuda.raw;

import jcuda.driver.CUresult;

/** What the driver's codes mean for a user, and what to do. */
final class DriverStatus {

    private static final String DEFECT = "this should not happen and is a defect of Fizeau: please report it";

    private DriverStatus() {}

    /** Whether the context is spoilt for good. */
    static boolean isSticky(int code) {
        return switch (code) {
            case CUresult.CUDA_ERROR_ECC_UNCORRECTABLE,
                    CUresult.CUDA_ERROR_NVLINK_UNCORRECTABLE,
                    CUresult.CUDA_ERROR_ILLEGAL_ADDRESS,
                    CUresult.CUDA_ERROR_LAUNCH_TIMEOUT,
                    CUresult.CUDA_ERROR_CONTEXT_IS_DESTROYED,
                    CUresult.CUDA_ERROR_ASSERT,
                    CUresult.CUDA_ERROR_HARDWARE_STACK_ERROR,
                    CUresult.CUDA_ERROR_ILLEGAL_INSTRUCTION,
                    CUresult.CUDA_ERROR_MISALIGNED_ADDRESS,
                    CUresult.CUDA_ERROR_INVALID_ADDRESS_SPACE,
                    CUresult.CUDA_ERROR_INVALID_PC,
                    CUresult.CUDA_ERROR_LAUNCH_FAILED -> true;
            default -> false;
        };
    }

    /** Whether an image of kernels is what it does not take. */
    static boolean refusesImage(int code) {
        return switch (code) {
            case CUresult.CUDA_ERROR_INVALID_IMAGE,
                    CUresult.CUDA_ERROR_NO_BINARY_FOR_GPU,
                    CUresult.CUDA_ERROR_INVALID_PTX,
                    CUresult.CUDA_ERROR_UNSUPPORTED_PTX_VERSION -> true;
            default -> false;
        };
    }

    /** One clause that explains a code; {@code driverText} stands in where nothing better is known. */
    static String explain(int code, String driverText) {
        return switch (code) {
            case CUresult.CUDA_ERROR_OUT_OF_MEMORY ->
                "the device has no memory left: use fewer centres, smaller sizes or a device that nobody else uses";
            case CUresult.CUDA_ERROR_DEINITIALIZED -> "the driver is shutting down with the process";
            case CUresult.CUDA_ERROR_STUB_LIBRARY ->
                "libcuda.so.1 is the toolkit's stub and no driver: take the folder stubs out of LD_LIBRARY_PATH";
            case CUresult.CUDA_ERROR_DEVICE_UNAVAILABLE ->
                "the device is used exclusively by another process: wait for it or choose another device";
            case CUresult.CUDA_ERROR_NO_DEVICE ->
                "the driver sees no device: check nvidia-smi, CUDA_VISIBLE_DEVICES and what the container was given";
            case CUresult.CUDA_ERROR_INVALID_DEVICE -> "there is no device of this number";
            case CUresult.CUDA_ERROR_INVALID_IMAGE,
                    CUresult.CUDA_ERROR_NO_BINARY_FOR_GPU,
                    CUresult.CUDA_ERROR_INVALID_PTX,
                    CUresult.CUDA_ERROR_UNSUPPORTED_PTX_VERSION ->
                "the driver cannot load the compiled kernels: empty the cubin cache, and update the driver if that"
                        + " does not help";
            case CUresult.CUDA_ERROR_ECC_UNCORRECTABLE ->
                "the device's memory has an error that cannot be corrected: reset or replace the device";
            case CUresult.CUDA_ERROR_NVLINK_UNCORRECTABLE ->
                "a link between devices has an error that cannot be corrected, and the device is lost to this process:"
                        + " look for hardware errors in the system's log";
            case CUresult.CUDA_ERROR_ILLEGAL_ADDRESS, CUresult.CUDA_ERROR_INVALID_ADDRESS_SPACE ->
                "a kernel touched memory that is not its own, and the device is lost to this process: " + DEFECT;
            case CUresult.CUDA_ERROR_MISALIGNED_ADDRESS ->
                "a kernel read or wrote an address that is not aligned, and the device is lost to this process: "
                        + DEFECT;
            case CUresult.CUDA_ERROR_ASSERT ->
                "a kernel stopped at an assertion, and the device is lost to this process: " + DEFECT;
            case CUresult.CUDA_ERROR_HARDWARE_STACK_ERROR,
                    CUresult.CUDA_ERROR_ILLEGAL_INSTRUCTION,
                    CUresult.CUDA_ERROR_INVALID_PC ->
                "a kernel lost its way in its own code, and the device is lost to this process: empty the cubin cache,"
                        + " and look for hardware errors in the system's log if that does not help";
            case CUresult.CUDA_ERROR_LAUNCH_OUT_OF_RESOURCES ->
                "a kernel needs more registers or shared memory than the device has: use a smaller box or object";
            case CUresult.CUDA_ERROR_LAUNCH_TIMEOUT ->
                "a kernel ran longer than the display allows, and the device is lost to this process: use a device"
                        + " without a display";
            case CUresult.CUDA_ERROR_LAUNCH_FAILED, CUresult.CUDA_ERROR_CONTEXT_IS_DESTROYED ->
                "the device is lost to this process: start again, and look for hardware errors in the system's log";
            case CUresult.CUDA_ERROR_SYSTEM_NOT_READY ->
                "the system is not ready to use CUDA: start the services of the driver, such as the fabric manager";
            case CUresult.CUDA_ERROR_SYSTEM_DRIVER_MISMATCH ->
                "libcuda.so.1 and the kernel's driver differ in version: reboot, or reload the kernel module";
            case CUresult.CUDA_ERROR_COMPAT_NOT_SUPPORTED_ON_DEVICE ->
                "the forward-compatibility libcuda.so.1 does not support this device: take it out of LD_LIBRARY_PATH";
            case CUresult.CUDA_ERROR_INVALID_VALUE,
                    CUresult.CUDA_ERROR_NOT_INITIALIZED,
                    CUresult.CUDA_ERROR_INVALID_CONTEXT,
                    CUresult.CUDA_ERROR_INVALID_HANDLE,
                    CUresult.CUDA_ERROR_STREAM_CAPTURE_UNSUPPORTED,
                    CUresult.CUDA_ERROR_STREAM_CAPTURE_INVALIDATED -> DEFECT;
            case CUresult.CUDA_ERROR_UNKNOWN ->
                "the driver is in a bad state, often after the machine slept: reload the kernel modules or reboot";
            default -> driverText;
        };
    }
}
