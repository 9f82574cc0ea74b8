// SPDX-License-Identifier: Apache-2.0
package fizeau.kernels;

import fizeau.nativeconfig.CudaAvailability;
import fizeau.nativeconfig.CudaLibrary;
import fizeau.nativeconfig.JcudaBinding;
import fizeau.nativeconfig.NativeLibrary;
import fizeau.nativeconfig.elf.PrivateFolder;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;

/** Loads NVRTC and binds JCuda's JNvrtc to it, whatever CUDA major that was linked with. */
final class NvrtcBinding {

    private static final String BINDING = "JNvrtc";
    private static final String CLASS_NAME = "jcuda.nvrtc.JNvrtc";
    private static final String TEMPORARY_FOLDER = "java.io.tmpdir";

    private NvrtcBinding() {}

    /**
     * Loads the libraries, then the JNI library in a copy bound to them. A class is bound once for the life of the process:
     * later calls change nothing, whatever they name. Serialised, because a system property is changed for a moment.
     */
    static synchronized void load(CudaAvailability.Available cuda) throws IOException {
        // NVRTC opens its builtins by name alone: found only when loaded already.
        for (CudaLibrary library : new CudaLibrary[] {CudaLibrary.NVRTC_BUILTINS, CudaLibrary.NVRTC}) {
            NativeLibrary found = cuda.library(library)
                    .orElseThrow(() -> new IllegalArgumentException("kernels cannot be compiled: " + library.stem()
                            + " of CUDA " + cuda.release() + " is not on this machine"));
            System.load(found.file().toAbsolutePath().toString());
        }
        JcudaBinding binding = JcudaBinding.load().stream()
                .filter(candidate -> candidate.name().equals(BINDING))
                .findFirst()
                .orElseThrow();
        String fileName = "lib" + BINDING + "-" + binding.version() + "-linux-x86_64.so";
        try (PrivateFolder folder = PrivateFolder.createIn(Path.of(System.getProperty(TEMPORARY_FOLDER)))) {
            Path published = folder.write("published.so", resource("/lib/" + fileName));
            binding.bind(published, cuda, folder, fileName);
            Files.delete(published);
            initialise(folder.path());
        }
    }

    /**
     * Initialises the class while the temporary folder is ours: JCuda unpacks its libraries there, under a name that others
     * could guess in a shared folder, unless it finds them.
     */
    private static void initialise(Path folder) {
        String before = System.setProperty(TEMPORARY_FOLDER, folder.toString());
        try {
            Class.forName(CLASS_NAME, true, NvrtcBinding.class.getClassLoader());
        } catch (ClassNotFoundException failure) {
            throw new IllegalStateException("JCuda is not on the class path", failure);
        } finally {
            System.setProperty(TEMPORARY_FOLDER, before);
        }
    }

    private static byte[] resource(String name) throws IOException {
        try (InputStream stream = NvrtcBinding.class.getResourceAsStream(name)) {
            if (stream == null) {
                throw new IOException(name + " is not on the class path: JCuda's natives are published for Linux on"
                        + " x86-64 only");
            }
            return stream.readAllBytes();
        }
    }
}
