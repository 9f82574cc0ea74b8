// SPDX-License-Identifier: Apache-2.0
package fizeau.nativeconfig;

import java.util.Optional;
import java.util.regex.Pattern;

/**
 * The CUDA libraries that are looked for, in the order in which they have to be loaded: NVRTC finds its builtins and
 * cuBLAS finds cublasLt by name alone, so those come first.
 */
public enum CudaLibrary {
    NVRTC_BUILTINS("libnvrtc-builtins", "compiling kernels"),
    NVRTC("libnvrtc", "compiling kernels"),
    CUFFT("libcufft", "the full-FFT plan"),
    CUBLAS_LT("libcublasLt", "matrix products of the library level"),
    CUBLAS("libcublas", "matrix products of the library level"),
    CUDNN("libcudnn", "convolutions of the library level");

    private final String stem;
    private final String purpose;
    private final Pattern fileName;

    CudaLibrary(String stem, String purpose) {
        this.stem = stem;
        this.purpose = purpose;
        // a soname carries one or two numbers; the files with longer versions are what its link points to
        this.fileName = Pattern.compile(Pattern.quote(stem) + "\\.so\\.\\d{1,4}(\\.\\d{1,4})?");
    }

    /** File name without version, for example {@code libcufft}. */
    public String stem() {
        return stem;
    }

    /** What is not possible without it. */
    public String purpose() {
        return purpose;
    }

    /** The library whose soname a file has. */
    static Optional<CudaLibrary> ofFileName(String name) {
        for (CudaLibrary library : values()) {
            if (library.fileName.matcher(name).matches()) {
                return Optional.of(library);
            }
        }
        return Optional.empty();
    }
}
