// SPDX-License-Identifier: Apache-2.0
package fizeau.nativeconfig.elf;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * Points a JNI library at another major version of the library it was linked with.
 *
 * <p>Loaders look for a needed library by its exact name, which for CUDA carries the major version. The name is replaced
 * in place in the dynamic string table. CUDA's libraries also name their symbol version after themselves
 * ({@code libcufft.so.11}): that name is the same string, and the hash stored beside it is computed anew. Nothing in the
 * file moves, so the new name may not be longer than the old one.
 */
public final class SonameRewriter {

    private SonameRewriter() {}

    /**
     * A copy that needs another library. The result has been parsed again, and differs from the original in the replaced
     * name alone.
     *
     * @param image a whole ELF shared object; left as it is
     * @param oldName the needed library now, for example {@code libcufft.so.10}
     * @param newName the one to need instead, ASCII, not longer
     * @throws ElfFormatException if the file is not an ELF shared object that needs {@code oldName}, or if the name cannot
     *     be replaced without touching another
     * @throws IllegalArgumentException if the new name is longer than the old one, empty or not plain ASCII
     */
    public static byte[] rewrite(byte[] image, String oldName, String newName) throws ElfFormatException {
        requireReplaceable(oldName, newName);
        ElfImage before = ElfImage.parse(image);
        byte[] copy = image.clone();
        ByteBuffer out = ByteBuffer.wrap(copy).order(ByteOrder.LITTLE_ENDIAN);
        boolean found = false;
        for (ElfImage.Name name : before.neededNames()) {
            if (name.text().equals(oldName)) {
                replace(before, out, name, newName);
                found = true;
            }
        }
        if (!found) {
            throw new ElfFormatException(
                    "the library does not need " + oldName + "; it needs " + String.join(", ", before.needed()));
        }
        for (ElfImage.VersionNeed need : before.versionNeeds()) {
            if (need.file().text().equals(oldName)) {
                replace(before, out, need.file(), newName);
            }
            if (need.version().text().equals(oldName)) {
                replace(before, out, need.version(), newName);
                out.putInt(need.hashOffset(), versionHash(newName));
            }
        }
        requireSameButFor(before, ElfImage.parse(copy), oldName, newName);
        return copy;
    }

    /**
     * Writes a rewritten copy of a file into a private folder and reads it back.
     *
     * @param fileName name of the copy in the folder
     * @return the copy
     */
    public static Path rewrite(Path source, PrivateFolder folder, String fileName, String oldName, String newName)
            throws IOException {
        byte[] rewritten;
        try {
            rewritten = rewrite(Files.readAllBytes(source), oldName, newName);
        } catch (ElfFormatException unusable) {
            throw new ElfFormatException(source.getFileName() + ": " + unusable.getMessage());
        }
        Path copy = folder.write(fileName, rewritten);
        List<String> needed = ElfImage.open(copy).needed();
        if (!needed.contains(newName) || needed.contains(oldName)) {
            throw new ElfFormatException(fileName + " needs " + needed + " after " + oldName + " was replaced by "
                    + newName + ": another process has written to the private folder");
        }
        return copy;
    }

    /** The hash of the System V ABI, which symbol versions are compared by before their names are. */
    static int versionHash(String name) {
        int hash = 0;
        for (byte character : name.getBytes(StandardCharsets.US_ASCII)) {
            hash = (hash << 4) + (character & 0xff);
            int high = hash & 0xf0000000;
            hash = (hash ^ (high >>> 24)) & ~high;
        }
        return hash;
    }

    private static void requireReplaceable(String oldName, String newName) {
        if (newName.isEmpty() || !newName.chars().allMatch(c -> c > ' ' && c < 0x7f && c != '/')) {
            throw new IllegalArgumentException(
                    "library name \"" + newName + "\" must be plain ASCII without blanks and slashes");
        }
        if (newName.length() > oldName.length()) {
            throw new IllegalArgumentException("library name " + newName + " is longer than " + oldName
                    + ", which it has to replace in place: choose one of at most " + oldName.length()
                    + " characters");
        }
    }

    /** A linker may let a short name share the end of a longer one; overwriting it would change both. */
    private static void replace(ElfImage image, ByteBuffer out, ElfImage.Name name, String newName)
            throws ElfFormatException {
        int start = name.offset();
        if (start > image.stringTableOffset() && out.get(start - 1) != 0) {
            throw new ElfFormatException(
                    name.text() + " shares its bytes with a longer name and cannot be replaced in place");
        }
        byte[] replacement = newName.getBytes(StandardCharsets.US_ASCII);
        for (int i = 0; i < name.text().length(); i++) {
            out.put(start + i, i < replacement.length ? replacement[i] : 0);
        }
    }

    private static void requireSameButFor(ElfImage before, ElfImage after, String oldName, String newName)
            throws ElfFormatException {
        boolean same = renamed(before.needed(), oldName, newName).equals(after.needed())
                && before.soname().equals(after.soname())
                && before.symbols().equals(after.symbols())
                && versions(before, oldName, newName).equals(versions(after, oldName, newName));
        if (!same) {
            throw new ElfFormatException("replacing " + oldName
                    + " would change another name that shares its bytes: the library cannot be rewritten");
        }
    }

    private static List<String> renamed(List<String> names, String oldName, String newName) {
        return names.stream().map(name -> name.equals(oldName) ? newName : name).toList();
    }

    private static List<String> versions(ElfImage image, String oldName, String newName) throws ElfFormatException {
        List<String> versions = new ArrayList<>();
        for (ElfImage.VersionNeed need : image.versionNeeds()) {
            versions.addAll(renamed(List.of(need.file().text(), need.version().text()), oldName, newName));
        }
        return versions;
    }
}
