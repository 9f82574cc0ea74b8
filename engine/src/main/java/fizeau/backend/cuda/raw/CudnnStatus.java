// SPDX-License-Identifier: Apache-2.0
package fizeau.backend.cuda.raw;

import jcuda.jcudnn.JCudnn;

/**
 * What cuDNN's codes mean for a user. Release 9 numbers them by class, in thousands; their names are asked of the library that
 * is loaded, because JCuda knows those of its own release only.
 */
final class CudnnStatus {

    private static final int CLASS_SIZE = 1000;
    private static final int DEVICE_ALLOCATION_FAILED = 4004;

    private CudnnStatus() {}

    static LibraryStatus of(int code) {
        String name = JCudnn.cudnnGetErrorString(code);
        return new LibraryStatus(
                name == null ? "an unknown code" : name,
                meaning(code),
                code == DEVICE_ALLOCATION_FAILED,
                code / CLASS_SIZE >= 4);
    }

    private static String meaning(int code) {
        if (code == DEVICE_ALLOCATION_FAILED) {
            return "the device has no memory left: use smaller sizes or --level fused";
        }
        return switch (code / CLASS_SIZE) {
            case 1 ->
                "the library could not be started: it may not fit this driver, or a part of it is missing;"
                        + " install the whole of it, or use --level fused";
            case 2 -> LibraryStatus.DEFECT;
            case 3 -> "the library cannot compute this layer: use --level fused";
            case 4, 5 -> LibraryStatus.HARDWARE + ", or use --level fused";
            default -> "cuDNN does not say more";
        };
    }
}
