// SPDX-License-Identifier: Apache-2.0
package fizeau.bench.environment;

import java.io.IOException;
import java.io.InputStream;
import java.util.Map;
import java.util.Properties;
import java.util.TreeMap;

/** Versions of libraries on the class path, from the file that Maven writes into each jar. No class is loaded. */
final class LibraryVersions {

    private static final Map<String, String> ARTIFACTS = Map.of(
            "libtorch", "org.bytedeco/pytorch",
            "OpenBLAS", "org.bytedeco/openblas",
            "JavaCPP", "org.bytedeco/javacpp");

    private LibraryVersions() {}

    /** By name; "unknown" for a library that is not on the class path. */
    static Map<String, String> onClassPath() {
        Map<String, String> versions = new TreeMap<>();
        ARTIFACTS.forEach((name, artifact) -> versions.put(name, versionOf(artifact)));
        return versions;
    }

    /** @param artifact group and artifact, separated by a slash */
    static String versionOf(String artifact) {
        String resource = "META-INF/maven/" + artifact + "/pom.properties";
        try (InputStream stream = LibraryVersions.class.getClassLoader().getResourceAsStream(resource)) {
            Properties properties = new Properties();
            if (stream != null) {
                properties.load(stream);
            }
            return properties.getProperty("version", Environment.UNKNOWN);
        } catch (IOException unreadable) {
            return Environment.UNKNOWN;
        }
    }
}
