// SPDX-License-Identifier: Apache-2.0
package fizeau.bench.infer.xla;

import java.util.Optional;
import org.bytedeco.javacpp.Loader;

/** Whether TensorFlow's library, in which XLA comes, is on the class path. Asking loads neither it nor its classes. */
public final class XlaLibrary {
    /** Where the natives of a platform lie in TensorFlow's archive for it. */
    private static final String NATIVES = "org/tensorflow/internal/c_api/";

    private static final String BINDING = "libjnitensorflow";

    private static final String REMEDY =
            "XLA comes with TensorFlow's library (161 MB), an optional dependency that this build"
                    + " was made without: run 'mvn -q -Pxla -DskipTests package' once to add it";

    private XlaLibrary() {}

    /** Why the framework {@code xla} cannot run, and what helps; empty if it can. */
    public static Optional<String> unavailability() {
        String platform = Loader.getPlatform();
        if (platform.startsWith("windows")) {
            return Optional.of("TensorFlow's library, in which XLA comes, is not published for " + platform);
        }
        String suffix = platform.startsWith("macosx") ? ".dylib" : ".so";
        ClassLoader loader = XlaLibrary.class.getClassLoader();
        boolean there = loader.getResource("org/tensorflow/TensorFlow.class") != null
                && loader.getResource(NATIVES + platform + "/" + BINDING + suffix) != null;
        return there ? Optional.empty() : Optional.of(REMEDY);
    }
}
