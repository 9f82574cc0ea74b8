// SPDX-License-Identifier: Apache-2.0
package fizeau.nativeconfig;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Where JavaCPP unpacks native libraries, in the order in which it tries. */
public final class JavaCppCache {

    private JavaCppCache() {}

    /** The folders it may use: the one asked for by property, the user's, one in the temporary folder. */
    public static List<Path> candidates(Settings settings) {
        List<Path> folders = new ArrayList<>();
        settings.property("org.bytedeco.javacpp.cachedir")
                .or(() -> settings.property("org.bytedeco.javacpp.cacheDir")) // its older spelling
                .map(Path::of)
                .ifPresent(folders::add);
        settings.home().map(home -> home.resolve(".javacpp/cache")).ifPresent(folders::add);
        Optional<String> user = settings.property("user.name");
        settings.property("java.io.tmpdir")
                .filter(folder -> user.isPresent())
                .map(folder -> Path.of(folder).resolve(".javacpp-" + user.get() + "/cache"))
                .ifPresent(folders::add);
        return folders;
    }
}
