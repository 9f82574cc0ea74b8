// SPDX-License-Identifier: Apache-2.0
package fizeau.nativeconfig;

import fizeau.nativeconfig.elf.PrivateFolder;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * Initialises classes of JCuda with JNI libraries of our choice. JCuda unpacks its libraries into the temporary folder under
 * a name that others could guess, unless a file of that name is there: here that folder is private for a moment.
 */
public final class JcudaInitialiser {

    private static final String TEMPORARY_FOLDER = "java.io.tmpdir";

    /** Puts the library that the class shall load into the folder. */
    public interface Preparation {

        /**
         * @param published the library as it lies in JCuda's jar; deleted afterwards
         * @param fileName the name under which the class looks for it
         */
        void prepare(PrivateFolder folder, Path published, String fileName) throws IOException;
    }

    private JcudaInitialiser() {}

    /**
     * Initialises a class; once per process, whatever the library: later calls change nothing. Serialised, because a system
     * property is changed for a moment.
     *
     * @param binding name of the binding, such as {@code JNvrtc}
     * @param version of its jar
     * @param loader that has JCuda's jars
     * @throws IOException where the library is not in a jar or cannot be unpacked
     * @throws LinkageError where it cannot be loaded
     */
    public static synchronized void initialise(
            String binding, String version, String className, ClassLoader loader, Preparation preparation)
            throws IOException {
        initialise(binding, version, version, className, loader, preparation);
    }

    /**
     * The same for a binding whose jar is of another version than JCuda itself: the class looks for a library that carries
     * the version of JCuda.
     *
     * @param jcudaVersion what {@code jcuda.JCudaVersion} says
     */
    public static synchronized void initialise(
            String binding,
            String version,
            String jcudaVersion,
            String className,
            ClassLoader loader,
            Preparation preparation)
            throws IOException {
        String before = System.getProperty(TEMPORARY_FOLDER);
        try (PrivateFolder folder = PrivateFolder.createIn(Path.of(before))) {
            Path published = folder.write("published.so", resource(loader, "lib/" + fileName(binding, version)));
            preparation.prepare(folder, published, fileName(binding, jcudaVersion));
            Files.delete(published);
            System.setProperty(TEMPORARY_FOLDER, folder.path().toString());
            try {
                Class.forName(className, true, loader);
            } catch (ClassNotFoundException failure) {
                throw new IllegalStateException("JCuda is not on the class path", failure);
            } finally {
                System.setProperty(TEMPORARY_FOLDER, before);
            }
        }
    }

    private static String fileName(String binding, String version) {
        return "lib" + binding + "-" + version + "-linux-x86_64.so";
    }

    private static byte[] resource(ClassLoader loader, String name) throws IOException {
        try (InputStream stream = loader.getResourceAsStream(name)) {
            if (stream == null) {
                throw new IOException(name + " is not on the class path: JCuda's natives are published for Linux on"
                        + " x86-64 only");
            }
            return stream.readAllBytes();
        }
    }
}
