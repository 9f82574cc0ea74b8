// SPDX-License-Identifier: Apache-2.0
package fizeau.image;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * NumPy array files, versions 1 to 3, C order. Layout: 6 bytes magic {@code \x93NUMPY}, 2 bytes version, header length
 * (2 bytes little-endian in version 1, else 4), header as the text of a Python dictionary padded so that the data start
 * at a multiple of 64, then the elements.
 */
public final class NpyFile {
    private static final byte[] MAGIC = {(byte) 0x93, 'N', 'U', 'M', 'P', 'Y'};
    private static final int ALIGNMENT = 64;
    private static final Pattern DESCR = Pattern.compile("'descr'\\s*:\\s*'([<>|=]?)([a-zA-Z?])(\\d*)'");
    private static final Pattern ORDER = Pattern.compile("'fortran_order'\\s*:\\s*(True|False)");
    private static final Pattern SHAPE = Pattern.compile("'shape'\\s*:\\s*\\(([0-9,\\sL]*)\\)");

    private NpyFile() {}

    /**
     * An array in memory.
     *
     * @param shape extent of each axis, slowest first; empty for a scalar
     * @param values all elements in C order, converted to float; not copied
     */
    public record Array(List<Integer> shape, float[] values) {
        public Array {
            shape = List.copyOf(shape);
            long count = shape.stream().mapToLong(Integer::longValue).reduce(1, Math::multiplyExact);
            if (count != values.length) {
                throw new IllegalArgumentException(
                        "array of shape " + shape + " needs " + count + " values, got " + values.length);
            }
        }
    }

    static boolean isMagic(byte[] start) {
        return start.length >= MAGIC.length && Arrays.equals(start, 0, MAGIC.length, MAGIC, 0, MAGIC.length);
    }

    /**
     * Reads booleans, integers of 8 to 64 bits and floats of 32 or 64 bits, either byte order; values beyond float
     * precision are rounded.
     *
     * @throws IllegalArgumentException if the file cannot be read, is no such array, or is shorter or longer than it says
     */
    public static Array read(Path file) {
        byte[] bytes = SourceFile.readAll(file);
        if (!isMagic(bytes) || bytes.length < 12) {
            throw SourceFile.refuse(file, "it does not start like a NumPy array file", "save it with numpy.save");
        }
        int version = bytes[6];
        ByteBuffer buffer = ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
        if (version < 1 || version > 3) {
            throw SourceFile.refuse(
                    file, "its NPY version is " + version, "versions 1 to 3 are read: save it with numpy.save");
        }
        int headerAt = version == 1 ? 10 : 12;
        long headerLength = version == 1 ? buffer.getShort(8) & 0xffff : buffer.getInt(8) & 0xffffffffL;
        if (headerAt + headerLength > bytes.length) {
            throw SourceFile.refuse(file, "it ends inside its header", "copy it again, it is cut off");
        }
        String header = new String(bytes, headerAt, (int) headerLength, StandardCharsets.UTF_8);
        List<Integer> shape = shape(file, header);
        Element element = Element.of(file, header);
        long count = 1;
        for (int extent : shape) {
            count *= extent;
            if (count > Integer.MAX_VALUE - 8) {
                throw SourceFile.refuse(
                        file, "its shape " + shape + " has too many elements", "save a smaller part of it");
            }
        }
        buffer.position((int) (headerAt + headerLength));
        if (count * element.bytes != buffer.remaining()) {
            throw SourceFile.refuse(
                    file,
                    "shape " + shape + " needs " + count * element.bytes + " bytes of data and it holds "
                            + buffer.remaining(),
                    "copy it again, it is damaged");
        }
        return new Array(shape, element.decode(buffer, (int) count));
    }

    /** Writes float32 values in C order, little-endian, version 1, atomically. */
    public static void write(Path target, Array array) {
        String extents = array.shape.stream().map(String::valueOf).collect(Collectors.joining(", "));
        String tuple = array.shape.size() == 1 ? extents + "," : extents;
        String dictionary = "{'descr': '<f4', 'fortran_order': False, 'shape': (" + tuple + "), }";
        int unpadded = MAGIC.length + 4 + dictionary.length() + 1;
        int padding = (ALIGNMENT - unpadded % ALIGNMENT) % ALIGNMENT;
        String header = dictionary + " ".repeat(padding) + "\n";
        ByteBuffer head =
                ByteBuffer.allocate(MAGIC.length + 4 + header.length()).order(ByteOrder.LITTLE_ENDIAN);
        head.put(MAGIC).put((byte) 1).put((byte) 0).putShort((short) header.length());
        head.put(header.getBytes(StandardCharsets.US_ASCII));
        AtomicFile.write(target, out -> {
            out.write(head.array());
            ByteBuffer chunk = ByteBuffer.allocate(1 << 16).order(ByteOrder.LITTLE_ENDIAN);
            for (float value : array.values) {
                if (!chunk.hasRemaining()) {
                    out.write(chunk.array(), 0, chunk.position());
                    chunk.clear();
                }
                chunk.putFloat(value);
            }
            out.write(chunk.array(), 0, chunk.position());
        });
    }

    private static List<Integer> shape(Path file, String header) {
        Matcher match = SHAPE.matcher(header);
        if (!match.find()) {
            throw SourceFile.refuse(file, "its header names no shape", "save it with numpy.save");
        }
        List<Integer> shape = new ArrayList<>();
        for (String extent : match.group(1).split("[,\\sL]+")) {
            if (!extent.isEmpty()) {
                if (extent.length() > 9) {
                    throw SourceFile.refuse(file, "an axis has " + extent + " elements", "save a smaller part of it");
                }
                shape.add(Integer.valueOf(extent));
            }
        }
        return shape;
    }

    /** How one element is stored. */
    private record Element(char kind, int bytes, ByteOrder order) {

        static Element of(Path file, String header) {
            Matcher order = ORDER.matcher(header);
            if (order.find() && order.group(1).equals("True")) {
                throw SourceFile.refuse(
                        file, "it is in Fortran order", "save numpy.ascontiguousarray(array), C order is read");
            }
            Matcher descr = DESCR.matcher(header);
            if (!descr.find()) {
                throw unsupported(file, "a structured or unnamed type");
            }
            char kind = descr.group(2).charAt(0);
            int bytes = descr.group(3).isEmpty() ? 1 : Integer.parseInt(descr.group(3));
            boolean known = switch (kind) {
                case 'f' -> bytes == 4 || bytes == 8;
                case 'i', 'u' -> bytes == 1 || bytes == 2 || bytes == 4 || bytes == 8;
                case 'b' -> bytes == 1;
                default -> false;
            };
            if (!known) {
                throw unsupported(file, kind + String.valueOf(bytes));
            }
            return new Element(
                    kind, bytes, descr.group(1).equals(">") ? ByteOrder.BIG_ENDIAN : ByteOrder.LITTLE_ENDIAN);
        }

        private static IllegalArgumentException unsupported(Path file, String type) {
            return SourceFile.refuse(
                    file, "its elements are of type " + type, "save it as real numbers, array.astype('float32')");
        }

        float[] decode(ByteBuffer data, int count) {
            data.order(order);
            float[] values = new float[count];
            for (int i = 0; i < count; i++) {
                values[i] = kind == 'f' ? real(data) : (float) integer(data);
            }
            return values;
        }

        private float real(ByteBuffer data) {
            return bytes == 4 ? data.getFloat() : (float) data.getDouble();
        }

        private double integer(ByteBuffer data) {
            boolean signed = kind == 'i';
            return switch (bytes) {
                case 1 -> signed ? data.get() : data.get() & 0xff;
                case 2 -> signed ? data.getShort() : data.getShort() & 0xffff;
                case 4 -> signed ? data.getInt() : data.getInt() & 0xffffffffL;
                default -> signed ? data.getLong() : unsigned(data.getLong());
            };
        }

        private static double unsigned(long bits) {
            return bits >= 0 ? bits : (bits >>> 1 | bits & 1) * 2.0; // the kept low bit makes rounding right
        }
    }
}
