// SPDX-License-Identifier: Apache-2.0
package fizeau.nativeconfig.elf;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/**
 * The first 64 bytes of an ELF file, checked: class 64 bit, little-endian, shared object.
 *
 * @param machine processor number of the ELF specification
 * @param programHeaderOffset file offset of the program headers in bytes
 * @param programHeaderSize bytes of one program header
 * @param programHeaderCount number of program headers
 */
public record ElfHeader(int machine, long programHeaderOffset, int programHeaderSize, int programHeaderCount) {

    /** {@code EM_X86_64}. */
    public static final int MACHINE_X86_64 = 62;

    /** {@code EM_AARCH64}. */
    public static final int MACHINE_AARCH64 = 183;

    static final int SIZE = 64;
    static final int PROGRAM_HEADER_SIZE = 56;

    private static final int MAGIC = 0x464c457f; // 0x7f 'E' 'L' 'F' read little-endian
    private static final int CLASS_64 = 2;
    private static final int DATA_LITTLE_ENDIAN = 1;
    private static final int TYPE_SHARED_OBJECT = 3;

    /** Reads the header of a file and nothing more of it; libraries of CUDA are up to a gigabyte large. */
    public static ElfHeader read(Path file) throws IOException {
        ByteBuffer start = ByteBuffer.allocate(SIZE).order(ByteOrder.LITTLE_ENDIAN);
        try (FileChannel channel = FileChannel.open(file, StandardOpenOption.READ)) {
            while (start.hasRemaining() && channel.read(start) >= 0) {
                // a channel may deliver less than asked for
            }
        }
        return parse(start.flip());
    }

    /**
     * Checks and takes apart a header.
     *
     * @param bytes little-endian, at least the first 64 bytes of the file from index 0
     */
    static ElfHeader parse(ByteBuffer bytes) throws ElfFormatException {
        if (bytes.limit() < 4 || bytes.getInt(0) != MAGIC) {
            throw new ElfFormatException("not an ELF file: it does not begin with 7f 45 4c 46");
        }
        if (bytes.limit() < SIZE) {
            throw new ElfFormatException(
                    "the ELF file is truncated: " + bytes.limit() + " bytes, its header has " + SIZE);
        }
        if (bytes.get(4) != CLASS_64) {
            throw new ElfFormatException("a " + (bytes.get(4) == 1 ? "32-bit" : "class " + bytes.get(4))
                    + " ELF file: only 64-bit libraries can be used");
        }
        if (bytes.get(5) != DATA_LITTLE_ENDIAN) {
            throw new ElfFormatException("a big-endian ELF file: only little-endian libraries can be used");
        }
        int type = Short.toUnsignedInt(bytes.getShort(16));
        if (type != TYPE_SHARED_OBJECT) {
            throw new ElfFormatException("ELF type " + type + " is not a shared object (" + TYPE_SHARED_OBJECT + ")");
        }
        int entrySize = Short.toUnsignedInt(bytes.getShort(54));
        int count = Short.toUnsignedInt(bytes.getShort(56));
        if (count > 0 && entrySize < PROGRAM_HEADER_SIZE) {
            throw new ElfFormatException(
                    "program headers of " + entrySize + " bytes: 64-bit ELF has " + PROGRAM_HEADER_SIZE);
        }
        return new ElfHeader(Short.toUnsignedInt(bytes.getShort(18)), bytes.getLong(32), entrySize, count);
    }
}
