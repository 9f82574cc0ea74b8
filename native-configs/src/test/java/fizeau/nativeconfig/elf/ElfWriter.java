// SPDX-License-Identifier: Apache-2.0
package fizeau.nativeconfig.elf;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Writes small ELF64 shared objects for tests: header, one loaded segment over the whole file (at an address that differs
 * from its offset), one dynamic section, string table, symbols with a hash table, version needs. No section headers.
 */
public final class ElfWriter {

    /** Addresses are this much larger than file offsets, so that a reader that mixes the two up fails. */
    static final long BASE = 0x10000;

    private final List<String> needed = new ArrayList<>();
    private final Map<String, List<String>> versions = new LinkedHashMap<>();
    private final Map<String, Boolean> symbols = new LinkedHashMap<>();
    private final Map<String, Integer> stringOffsets = new LinkedHashMap<>();
    private final ByteArrayOutputStream strings = new ByteArrayOutputStream();
    private String soname;
    private String longerName;
    private boolean gnuHash;

    public ElfWriter() {
        strings.write(0);
    }

    public ElfWriter soname(String name) {
        soname = name;
        return this;
    }

    public ElfWriter needs(String library) {
        needed.add(library);
        return this;
    }

    /** A version asked of a library; the library has to be needed as well. */
    public ElfWriter needsVersion(String library, String version) {
        versions.computeIfAbsent(library, key -> new ArrayList<>()).add(version);
        return this;
    }

    public ElfWriter imports(String symbol) {
        symbols.put(symbol, false);
        return this;
    }

    public ElfWriter exports(String symbol) {
        symbols.put(symbol, true);
        return this;
    }

    /** Uses the GNU hash table, which tells the number of symbols indirectly. */
    public ElfWriter withGnuHash() {
        gnuHash = true;
        return this;
    }

    /** Puts a name into the string table whose end other names share, as linkers do to save room. */
    public ElfWriter sharingTheEndOf(String name) {
        longerName = name;
        return this;
    }

    public byte[] build() {
        if (longerName != null) {
            int start = offset(longerName);
            for (int i = 1; i < longerName.length(); i++) {
                stringOffsets.put(longerName.substring(i), start + i);
            }
        }
        needed.forEach(this::offset);
        symbols.keySet().forEach(this::offset);
        versions.forEach((file, names) -> {
            offset(file);
            names.forEach(this::offset);
        });
        if (soname != null) {
            offset(soname);
        }

        ByteBuffer file = ByteBuffer.allocate(1 << 16).order(ByteOrder.LITTLE_ENDIAN);
        file.position(ElfHeader.SIZE + 2 * ElfHeader.PROGRAM_HEADER_SIZE);
        List<long[]> dynamic = new ArrayList<>();
        for (String library : needed) {
            dynamic.add(new long[] {1, offset(library)});
        }
        if (soname != null) {
            dynamic.add(new long[] {14, offset(soname)});
        }
        dynamic.add(new long[] {5, here(file)});
        dynamic.add(new long[] {10, strings.size()});
        file.put(strings.toByteArray());
        align(file);
        dynamic.add(new long[] {6, here(file)});
        putSymbols(file);
        dynamic.add(new long[] {gnuHash ? 0x6ffffef5L : 4, here(file)});
        putHash(file);
        if (!versions.isEmpty()) {
            dynamic.add(new long[] {0x6ffffffeL, here(file)});
            dynamic.add(new long[] {0x6fffffffL, versions.size()});
            putVersionNeeds(file);
        }
        dynamic.add(new long[] {0, 0});
        align(file);
        int dynamicStart = file.position();
        dynamic.forEach(entry -> file.putLong(entry[0]).putLong(entry[1]));
        int end = file.position();

        putHeader(file);
        putProgramHeader(file, ElfHeader.SIZE, 1, 0, end);
        putProgramHeader(file, ElfHeader.SIZE + ElfHeader.PROGRAM_HEADER_SIZE, 2, dynamicStart, end - dynamicStart);
        byte[] bytes = new byte[end];
        file.get(0, bytes);
        return bytes;
    }

    private int offset(String text) {
        return stringOffsets.computeIfAbsent(text, name -> {
            int offset = strings.size();
            strings.writeBytes((name + "\0").getBytes(StandardCharsets.US_ASCII));
            return offset;
        });
    }

    private static long here(ByteBuffer file) {
        return BASE + file.position();
    }

    private static void align(ByteBuffer file) {
        file.position((file.position() + 7) / 8 * 8);
    }

    private void putSymbols(ByteBuffer file) {
        file.put(new byte[24]);
        symbols.forEach((name, defined) -> file.putInt(offset(name))
                .put((byte) 0x12)
                .put((byte) 0)
                .putShort((short) (defined ? 1 : 0))
                .putLong(0)
                .putLong(0));
    }

    private void putHash(ByteBuffer file) {
        int count = symbols.size() + 1;
        if (!gnuHash) {
            file.putInt(1).putInt(count).putInt(0);
            file.put(new byte[4 * count]);
            return;
        }
        long imported = symbols.values().stream().filter(defined -> !defined).count();
        int firstHashed = (int) imported + 1; // importers first, as the format demands
        file.putInt(1).putInt(firstHashed).putInt(1).putInt(0).putLong(0);
        file.putInt(count > firstHashed ? firstHashed : 0);
        for (int i = firstHashed; i < count; i++) {
            file.putInt(i == count - 1 ? 1 : 0);
        }
    }

    private void putVersionNeeds(ByteBuffer file) {
        int remaining = versions.size();
        for (Map.Entry<String, List<String>> need : versions.entrySet()) {
            int count = need.getValue().size();
            remaining--;
            file.putShort((short) 1).putShort((short) count).putInt(offset(need.getKey()));
            file.putInt(16).putInt(remaining == 0 ? 0 : 16 + 16 * count);
            for (int i = 0; i < count; i++) {
                String version = need.getValue().get(i);
                file.putInt(referenceHash(version)).putShort((short) 0).putShort((short) (2 + i));
                file.putInt(offset(version)).putInt(i == count - 1 ? 0 : 16);
            }
        }
    }

    /** The ABI's text in 64-bit arithmetic, written apart from the code under test. */
    static int referenceHash(String name) {
        long hash = 0;
        for (char character : name.toCharArray()) {
            hash = (hash * 16 + character) & 0xffffffffL;
            long high = hash & 0xf0000000L;
            if (high != 0) {
                hash ^= high / (1L << 24);
            }
            hash -= hash & high;
        }
        return (int) hash;
    }

    private static void putHeader(ByteBuffer file) {
        file.put(0, new byte[] {0x7f, 'E', 'L', 'F', 2, 1, 1});
        file.putShort(16, (short) 3)
                .putShort(18, (short) ElfHeader.MACHINE_X86_64)
                .putInt(20, 1);
        file.putLong(32, ElfHeader.SIZE);
        file.putShort(52, (short) ElfHeader.SIZE);
        file.putShort(54, (short) ElfHeader.PROGRAM_HEADER_SIZE).putShort(56, (short) 2);
    }

    private static void putProgramHeader(ByteBuffer file, int at, int type, long offset, long size) {
        file.putInt(at, type).putInt(at + 4, 6);
        file.putLong(at + 8, offset).putLong(at + 16, BASE + offset).putLong(at + 24, BASE + offset);
        file.putLong(at + 32, size).putLong(at + 40, size).putLong(at + 48, 8);
    }
}
