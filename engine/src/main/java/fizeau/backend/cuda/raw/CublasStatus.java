// SPDX-License-Identifier: Apache-2.0
package fizeau.backend.cuda.raw;

/** What cuBLAS's codes are called and mean for a user. */
enum CublasStatus {
    NOT_INITIALIZED(
            1,
            "the library could not be started: it may not fit this driver; install the whole of it, or use --level fused"),
    ALLOC_FAILED(3, "the device has no memory left: use smaller sizes or --level fused"),
    INVALID_VALUE(7, LibraryStatus.DEFECT),
    ARCH_MISMATCH(8, "the library does not know this device: install a newer one, or use --level fused"),
    MAPPING_ERROR(11, LibraryStatus.HARDWARE + ", or use --level fused"),
    EXECUTION_FAILED(13, MAPPING_ERROR.meaning),
    INTERNAL_ERROR(14, MAPPING_ERROR.meaning),
    NOT_SUPPORTED(15, ARCH_MISMATCH.meaning);

    private static final String PREFIX = "CUBLAS_STATUS_";

    private final int code;
    private final String meaning;

    CublasStatus(int code, String meaning) {
        this.code = code;
        this.meaning = meaning;
    }

    static LibraryStatus of(int code) {
        for (CublasStatus status : values()) {
            if (status.code == code) {
                return new LibraryStatus(
                        PREFIX + status.name(),
                        status.meaning,
                        status == ALLOC_FAILED,
                        status == MAPPING_ERROR || status == EXECUTION_FAILED || status == INTERNAL_ERROR);
            }
        }
        return new LibraryStatus("an unknown code", "cuBLAS does not say more", false, false);
    }
}
