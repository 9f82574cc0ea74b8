// SPDX-License-Identifier: Apache-2.0
package fizeau.backend.cuda.raw;

/** What cuFFT's codes are called and mean for a user. JCuda knows the codes of its own release only. */
enum CufftStatus {
    INVALID_PLAN(1, "this should not happen and is a defect of Fizeau: please report it"),
    ALLOC_FAILED(2, "the device has no memory left: use fewer centres, smaller sizes or --plan matrix"),
    INVALID_TYPE(3, INVALID_PLAN.meaning),
    INVALID_VALUE(4, INVALID_PLAN.meaning),
    INTERNAL_ERROR(
            5, "the library or the driver failed: look for hardware errors in the system's log, or use --plan matrix"),
    EXEC_FAILED(6, INTERNAL_ERROR.meaning),
    SETUP_FAILED(7, "the library could not be started: it may not fit this driver; use --plan matrix"),
    INVALID_SIZE(8, "the library has no transform of this size: use --plan matrix"),
    UNALIGNED_DATA(9, INVALID_PLAN.meaning),
    INVALID_DEVICE(11, "the plan belongs to another device: this is a defect of Fizeau, please report it"),
    NO_WORKSPACE(13, INVALID_PLAN.meaning),
    NOT_IMPLEMENTED(14, INVALID_SIZE.meaning),
    NOT_SUPPORTED(16, INVALID_SIZE.meaning),
    MISSING_DEPENDENCY(
            17, "a library that cuFFT needs is not here: install the whole CUDA release, or use --plan matrix"),
    NVRTC_FAILURE(18, INTERNAL_ERROR.meaning),
    NVJITLINK_FAILURE(19, MISSING_DEPENDENCY.meaning);

    private static final String PREFIX = "CUFFT_";

    private final int code;
    private final String meaning;

    CufftStatus(int code, String meaning) {
        this.code = code;
        this.meaning = meaning;
    }

    /** Whether it may come from a device that is lost: then the driver knows more. */
    static boolean mayHideDriverFailure(int code) {
        return code == INTERNAL_ERROR.code || code == EXEC_FAILED.code;
    }

    static boolean isOutOfMemory(int code) {
        return code == ALLOC_FAILED.code;
    }

    static String nameOf(int code) {
        for (CufftStatus status : values()) {
            if (status.code == code) {
                return PREFIX + status.name();
            }
        }
        return "an unknown code";
    }

    static String explain(int code) {
        for (CufftStatus status : values()) {
            if (status.code == code) {
                return status.meaning;
            }
        }
        return "cuFFT does not say more";
    }
}
