// SPDX-License-Identifier: Apache-2.0
package fizeau.backend;

import java.nio.file.Path;
import java.util.Optional;

/** The folder of the user's in which things are kept between processes that can be made again. */
public final class UserCache {

    private static final String OFF = "off";

    private UserCache() {}

    /**
     * The folder that a system property names, by default one in the user's cache folder; it need not exist yet.
     *
     * @return empty where the property says {@code off}
     */
    public static Optional<Path> folder(String property) {
        String place = System.getProperty(
                property,
                Path.of(System.getProperty("user.home"), ".cache", "fizeau").toString());
        return place.equals(OFF) ? Optional.empty() : Optional.of(Path.of(place));
    }
}
