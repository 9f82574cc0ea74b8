// SPDX-License-Identifier: Apache-2.0
package fizeau.backend.cuda.raw;

/** What cuFFT's codes are called and mean for a user. JCuda knows the codes of its own release only. */
enum CufftStatus {
    INVALID_PLAN(1, LibraryStatus.DEFECT),
    ALLOC_FAILED(2, "the device has no memory left: use fewer centres, smaller sizes or --plan matrix"),
    INVALID_TYPE(3, INVALID_PLAN.meaning),
    INVALID_VALUE(4, INVALID_PLAN.meaning),
    INTERNAL_ERROR(5, LibraryStatus.HARDWARE + ", or use --plan matrix"),
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

    static LibraryStatus of(int code) {
        for (CufftStatus status : values()) {
            if (status.code == code) {
                return new LibraryStatus(
                        PREFIX + status.name(),
                        status.meaning,
                        status == ALLOC_FAILED,
                        status == INTERNAL_ERROR || status == EXEC_FAILED);
            }
        }
        return new LibraryStatus("an unknown code", "cuFFT does not say more", false, false);
    }
}
