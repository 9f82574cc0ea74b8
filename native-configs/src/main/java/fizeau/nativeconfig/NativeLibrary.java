// SPDX-License-Identifier: Apache-2.0
package fizeau.nativeconfig;

import java.nio.file.Path;

/**
 * A library file that was found and has the right format for this machine.
 *
 * @param library which one it is
 * @param soname its file name with the major version, for example {@code libcufft.so.12}
 * @param file where it is
 */
public record NativeLibrary(CudaLibrary library, String soname, Path file) {}
