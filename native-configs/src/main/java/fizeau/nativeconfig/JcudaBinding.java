// SPDX-License-Identifier: Apache-2.0
package fizeau.nativeconfig;

import fizeau.nativeconfig.elf.PrivateFolder;
import fizeau.nativeconfig.elf.SonameRewriter;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/**
 * One JNI library of JCuda and the CUDA library it was linked with, from the data file {@code jcuda-bindings.csv}.
 *
 * @param name of the binding, for example {@code JCufft}
 * @param version of its jar
 * @param library the CUDA library behind it
 * @param linkedSoname the name it was linked with
 */
public record JcudaBinding(String name, String version, CudaLibrary library, String linkedSoname) {

    /** The bindings that are known, in the order of loading. */
    public static List<JcudaBinding> load() {
        return CsvTable.resource("jcuda-bindings.csv").stream()
                .map(row -> new JcudaBinding(
                        row.get("binding"),
                        row.get("version"),
                        CudaLibrary.valueOf(row.get("library")),
                        row.get("soname")))
                .toList();
    }

    /** One of them. */
    public static JcudaBinding named(String name) {
        return load().stream()
                .filter(binding -> binding.name().equals(name))
                .findFirst()
                .orElseThrow(() -> new IllegalArgumentException("jcuda-bindings.csv has no row for " + name));
    }

    /**
     * Writes a copy of the JNI library that needs the chosen CUDA release.
     *
     * @param jniLibrary the library as it lies in JCuda's jar
     * @param fileName the name under which JCuda will look for the copy
     * @throws IllegalArgumentException if the chosen release has no such library here
     */
    public Path bind(Path jniLibrary, CudaAvailability.Available cuda, PrivateFolder folder, String fileName)
            throws IOException {
        NativeLibrary target = cuda.library(library)
                .orElseThrow(() -> new IllegalArgumentException(name + " cannot be bound: " + library.stem()
                        + " of CUDA " + cuda.release() + " is not on this machine"));
        if (target.soname().equals(linkedSoname)) {
            return folder.write(fileName, Files.readAllBytes(jniLibrary));
        }
        return SonameRewriter.rewrite(jniLibrary, folder, fileName, linkedSoname, target.soname());
    }
}
