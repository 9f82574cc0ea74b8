// SPDX-License-Identifier: Apache-2.0
package fizeau.nativeconfig;

import java.io.IOException;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/** Sorted listings of folders that may be absent or unreadable: then they are empty, because a search goes on. */
final class FolderListing {

    private FolderListing() {}

    /** Everything in the folder, by name. */
    static List<Path> of(Path folder) {
        return matching(folder, "*");
    }

    /** What in the folder matches a glob, by name. */
    static List<Path> matching(Path folder, String glob) {
        List<Path> entries = new ArrayList<>();
        if (Files.isDirectory(folder)) {
            try (DirectoryStream<Path> stream = Files.newDirectoryStream(folder, glob)) {
                stream.forEach(entries::add);
            } catch (IOException | DirectoryIteratorException unreadable) {
                return List.of();
            }
        }
        entries.sort(Comparator.comparing(Path::getFileName));
        return entries;
    }
}
