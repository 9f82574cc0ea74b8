// SPDX-License-Identifier: Apache-2.0
package fizeau.nativeconfig.elf;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * The dynamic linking part of a 64-bit little-endian ELF shared object, found the way the loader finds it: by program
 * headers, so that files without section headers are read too. Everything is bounds-checked; a damaged file ends in an
 * {@link ElfFormatException}, never in a wrong answer. Immutable; safe for use by several threads.
 */
public final class ElfImage {

    private static final int PT_LOAD = 1;
    private static final int PT_DYNAMIC = 2;
    private static final long DT_NULL = 0;
    private static final long DT_NEEDED = 1;
    private static final long DT_STRTAB = 5;
    private static final long DT_SYMTAB = 6;
    private static final long DT_STRSZ = 10;
    private static final long DT_SONAME = 14;
    private static final long DT_HASH = 4;
    private static final long DT_GNU_HASH = 0x6ffffef5L;
    private static final long DT_VERNEED = 0x6ffffffeL;
    private static final long DT_VERNEEDNUM = 0x6fffffffL;
    private static final int DYNAMIC_ENTRY_SIZE = 16;
    private static final int SYMBOL_SIZE = 24;

    /** A name in the dynamic string table: its text and where its first byte lies in the file. */
    record Name(String text, int offset) {}

    /**
     * One version that the object asks of one library.
     *
     * @param file the library's name, as in the list of needed libraries
     * @param version the version's name
     * @param hash the hash stored for it
     * @param hashOffset where that hash lies in the file
     */
    record VersionNeed(Name file, Name version, int hash, int hashOffset) {}

    /**
     * One dynamic symbol.
     *
     * @param name without version
     * @param defined whether this object provides it; otherwise it imports it
     */
    public record Symbol(String name, boolean defined) {}

    private record Segment(long address, long offset, long size) {}

    private record Dynamic(long tag, long value) {}

    private final ByteBuffer bytes;
    private final ElfHeader header;
    private final List<Segment> segments = new ArrayList<>();
    private final List<Dynamic> dynamics = new ArrayList<>();
    private final int strings;
    private final int stringsEnd;

    private ElfImage(ByteBuffer bytes) throws ElfFormatException {
        this.bytes = bytes;
        this.header = ElfHeader.parse(bytes);
        readProgramHeaders();
        long size = required(DT_STRSZ, "size of the dynamic string table");
        strings = fileOffset(required(DT_STRTAB, "dynamic string table"));
        range(strings, size, "dynamic string table");
        stringsEnd = (int) (strings + size);
    }

    /** Takes apart a whole file given as bytes; the array is copied. */
    public static ElfImage parse(byte[] file) throws ElfFormatException {
        return new ElfImage(ByteBuffer.wrap(file.clone()).asReadOnlyBuffer().order(ByteOrder.LITTLE_ENDIAN));
    }

    /** Maps and takes apart a file of less than 2 GiB. It must not be written to while the image is used. */
    public static ElfImage open(Path file) throws IOException {
        long size = Files.size(file);
        if (size > Integer.MAX_VALUE) {
            throw new ElfFormatException("the ELF file has " + size + " bytes: at most 2147483647 can be mapped");
        }
        try (FileChannel channel = FileChannel.open(file, StandardOpenOption.READ)) {
            return new ElfImage(
                    channel.map(FileChannel.MapMode.READ_ONLY, 0, size).order(ByteOrder.LITTLE_ENDIAN));
        }
    }

    public ElfHeader header() {
        return header;
    }

    /** Names of the libraries the loader will look for, in the order they are listed. */
    public List<String> needed() throws ElfFormatException {
        return neededNames().stream().map(Name::text).toList();
    }

    /** The name under which others link to this object. */
    public Optional<String> soname() throws ElfFormatException {
        Optional<Long> offset = first(DT_SONAME);
        return offset.isPresent() ? Optional.of(name(offset.get()).text()) : Optional.empty();
    }

    /** All dynamic symbols, the empty first one left out, in table order. */
    public List<Symbol> symbols() throws ElfFormatException {
        int count = symbolCount();
        List<Symbol> symbols = new ArrayList<>();
        if (count > 1) {
            int table = fileOffset(required(DT_SYMTAB, "dynamic symbol table"));
            range(table, (long) count * SYMBOL_SIZE, "dynamic symbol table");
            for (int index = 1; index < count; index++) {
                int at = table + index * SYMBOL_SIZE;
                String name = name(Integer.toUnsignedLong(bytes.getInt(at))).text();
                symbols.add(new Symbol(name, bytes.getShort(at + 6) != 0)); // section 0: undefined here
            }
        }
        return symbols;
    }

    List<Name> neededNames() throws ElfFormatException {
        List<Name> names = new ArrayList<>();
        for (Dynamic entry : dynamics) {
            if (entry.tag == DT_NEEDED) {
                names.add(name(entry.value));
            }
        }
        return names;
    }

    List<VersionNeed> versionNeeds() throws ElfFormatException {
        List<VersionNeed> needs = new ArrayList<>();
        Optional<Long> table = first(DT_VERNEED);
        if (table.isEmpty()) {
            return needs;
        }
        int at = fileOffset(table.get());
        long files = required(DT_VERNEEDNUM, "number of version needs");
        for (long file = 0; file < files; file++) {
            range(at, 16, "version needs");
            Name library = name(Integer.toUnsignedLong(bytes.getInt(at + 4)));
            int entry = forward(at, bytes.getInt(at + 8));
            int count = Short.toUnsignedInt(bytes.getShort(at + 2));
            for (int i = 0; i < count; i++) {
                range(entry, 16, "version needs");
                Name version = name(Integer.toUnsignedLong(bytes.getInt(entry + 8)));
                needs.add(new VersionNeed(library, version, bytes.getInt(entry), entry));
                if (i + 1 < count) {
                    entry = forward(entry, bytes.getInt(entry + 12));
                }
            }
            if (file + 1 < files) {
                at = forward(at, bytes.getInt(at + 12));
            }
        }
        return needs;
    }

    int stringTableOffset() {
        return strings;
    }

    private void readProgramHeaders() throws ElfFormatException {
        long table = header.programHeaderOffset();
        range(table, (long) header.programHeaderCount() * header.programHeaderSize(), "program headers");
        Segment dynamic = null;
        for (int i = 0; i < header.programHeaderCount(); i++) {
            int at = (int) table + i * header.programHeaderSize();
            Segment segment = new Segment(bytes.getLong(at + 16), bytes.getLong(at + 8), bytes.getLong(at + 32));
            int type = bytes.getInt(at);
            if (type == PT_LOAD) {
                range(segment.offset, segment.size, "loaded segment " + i);
                segments.add(segment);
            } else if (type == PT_DYNAMIC) {
                dynamic = segment;
            }
        }
        if (dynamic == null) {
            throw new ElfFormatException("the ELF file has no dynamic section: it is not a library that can be linked");
        }
        range(dynamic.offset, dynamic.size, "dynamic section");
        for (long at = dynamic.offset;
                at + DYNAMIC_ENTRY_SIZE <= dynamic.offset + dynamic.size;
                at += DYNAMIC_ENTRY_SIZE) {
            Dynamic entry = new Dynamic(bytes.getLong((int) at), bytes.getLong((int) at + 8));
            if (entry.tag == DT_NULL) {
                break;
            }
            dynamics.add(entry);
        }
    }

    /** The hash tables are the only places where the number of symbols can be read without section headers. */
    private int symbolCount() throws ElfFormatException {
        Optional<Long> classic = first(DT_HASH);
        if (classic.isPresent()) {
            int at = fileOffset(classic.get());
            range(at, 8, "hash table");
            return count(Integer.toUnsignedLong(bytes.getInt(at + 4)));
        }
        Optional<Long> gnu = first(DT_GNU_HASH);
        return gnu.isPresent() ? gnuSymbolCount(fileOffset(gnu.get())) : 0;
    }

    /** One past the last symbol of the chain that begins last; without any chain, all symbols before the hashed ones. */
    private int gnuSymbolCount(int table) throws ElfFormatException {
        range(table, 16, "GNU hash table");
        long buckets = Integer.toUnsignedLong(bytes.getInt(table));
        long firstHashed = Integer.toUnsignedLong(bytes.getInt(table + 4));
        long bloomWords = Integer.toUnsignedLong(bytes.getInt(table + 8));
        long bucketStart = table + 16 + 8 * bloomWords;
        range(bucketStart, 4 * buckets, "GNU hash table");
        long last = 0;
        for (long i = 0; i < buckets; i++) {
            last = Math.max(last, Integer.toUnsignedLong(bytes.getInt((int) (bucketStart + 4 * i))));
        }
        if (last < firstHashed) {
            return count(firstHashed);
        }
        long chains = bucketStart + 4 * buckets;
        while (true) {
            long at = chains + 4 * (last - firstHashed);
            range(at, 4, "GNU hash table");
            last++;
            if ((bytes.getInt((int) at) & 1) != 0) { // the lowest bit marks the end of a chain
                return count(last);
            }
        }
    }

    private static int count(long symbols) throws ElfFormatException {
        if (symbols > Integer.MAX_VALUE / SYMBOL_SIZE) {
            throw new ElfFormatException("the ELF file is damaged: it claims " + symbols + " symbols");
        }
        return (int) symbols;
    }

    private Name name(long offsetInTable) throws ElfFormatException {
        if (offsetInTable < 0 || offsetInTable >= stringsEnd - strings) {
            throw new ElfFormatException("the ELF file is damaged: a name lies outside its string table");
        }
        int start = strings + (int) offsetInTable;
        int end = start;
        while (bytes.get(end) != 0) {
            end++;
            if (end == stringsEnd) {
                throw new ElfFormatException("the ELF file is damaged: its last name is not ended");
            }
        }
        byte[] text = new byte[end - start];
        bytes.get(start, text);
        return new Name(new String(text, StandardCharsets.ISO_8859_1), start);
    }

    private Optional<Long> first(long tag) {
        return dynamics.stream()
                .filter(entry -> entry.tag == tag)
                .map(Dynamic::value)
                .findFirst();
    }

    private long required(long tag, String what) throws ElfFormatException {
        return first(tag).orElseThrow(() -> new ElfFormatException("the ELF file has no " + what));
    }

    private int fileOffset(long address) throws ElfFormatException {
        for (Segment segment : segments) {
            long distance = address - segment.address;
            if (address >= segment.address && distance >= 0 && distance < segment.size) {
                return (int) (segment.offset + distance);
            }
        }
        throw new ElfFormatException(
                "the ELF file is damaged: address 0x" + Long.toHexString(address) + " is in no loaded segment");
    }

    /** Entries are 16 bytes; a smaller step would read one twice, and a step of 0 for ever. */
    private int forward(int at, int distance) throws ElfFormatException {
        long next = at + Integer.toUnsignedLong(distance);
        if (Integer.toUnsignedLong(distance) < 16 || next > bytes.limit()) {
            throw new ElfFormatException("the ELF file is damaged: a version need points outside its table");
        }
        return (int) next;
    }

    private void range(long offset, long size, String what) throws ElfFormatException {
        if (offset < 0 || size < 0 || offset > bytes.limit() || size > bytes.limit() - offset) {
            throw new ElfFormatException("the ELF file is truncated: its " + what + " needs " + size
                    + " bytes at offset " + offset + ", the file has " + bytes.limit());
        }
    }
}
