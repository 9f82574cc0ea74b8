// SPDX-License-Identifier: Apache-2.0
package fizeau.bench.trace;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/** Reads event files back by the definition of the format, with checksums computed bit by bit. */
public final class EventFile {
    private static final int REVERSED_CASTAGNOLI = 0x82f63b78;

    /** One event; tag and value are null in the first, the file version in all others. */
    public record Event(double wallTime, long step, String fileVersion, String tag, Float value) {}

    private EventFile() {}

    /** All events; an error when a checksum or a length does not fit. */
    public static List<Event> read(byte[] file) {
        ByteBuffer bytes = ByteBuffer.wrap(file).order(ByteOrder.LITTLE_ENDIAN);
        List<Event> events = new ArrayList<>();
        while (bytes.hasRemaining()) {
            byte[] length = take(bytes, 8);
            requireChecksum(length, bytes.getInt());
            byte[] data = take(bytes, (int)
                    ByteBuffer.wrap(length).order(ByteOrder.LITTLE_ENDIAN).getLong());
            requireChecksum(data, bytes.getInt());
            events.add(event(ByteBuffer.wrap(data).order(ByteOrder.LITTLE_ENDIAN)));
        }
        return events;
    }

    /** CRC-32C of the bytes, one bit after the other. */
    static int checksum(byte[] bytes) {
        int register = ~0;
        for (byte next : bytes) {
            register ^= next & 0xff;
            for (int bit = 0; bit < 8; bit++) {
                register = (register & 1) == 1 ? register >>> 1 ^ REVERSED_CASTAGNOLI : register >>> 1;
            }
        }
        return ~register;
    }

    private static void requireChecksum(byte[] bytes, int masked) {
        int checksum = checksum(bytes);
        int expected = (checksum >>> 15 | checksum << 17) + 0xa282ead8;
        if (masked != expected) {
            throw new AssertionError(
                    "checksum " + Integer.toHexString(masked) + " should be " + Integer.toHexString(expected));
        }
    }

    private static Event event(ByteBuffer data) {
        double wallTime = Double.NaN;
        long step = 0;
        String version = null;
        String tag = null;
        Float value = null;
        while (data.hasRemaining()) {
            int key = (int) varint(data);
            switch (key) {
                case 1 << 3 | 1 -> wallTime = data.getDouble();
                case 2 << 3 -> step = varint(data);
                case 3 << 3 | 2 -> version = text(data);
                case 5 << 3 | 2 -> {
                    ByteBuffer scalar = part(part(data, -1), 1 << 3 | 2);
                    requireKey(scalar, 1 << 3 | 2);
                    tag = text(scalar);
                    requireKey(scalar, 2 << 3 | 5);
                    value = scalar.getFloat();
                    if (scalar.hasRemaining()) {
                        throw new AssertionError("a scalar has more than a tag and a value");
                    }
                }
                default -> throw new AssertionError("field with the key " + key + " is unknown");
            }
        }
        return new Event(wallTime, step, version, tag, value);
    }

    /** The message that begins here; its key is read first unless it is negative. */
    private static ByteBuffer part(ByteBuffer data, int key) {
        if (key >= 0) {
            requireKey(data, key);
        }
        return ByteBuffer.wrap(take(data, (int) varint(data))).order(ByteOrder.LITTLE_ENDIAN);
    }

    private static void requireKey(ByteBuffer data, int key) {
        long found = varint(data);
        if (found != key) {
            throw new AssertionError("key " + found + " should be " + key);
        }
    }

    private static String text(ByteBuffer data) {
        return new String(take(data, (int) varint(data)), StandardCharsets.UTF_8);
    }

    private static long varint(ByteBuffer data) {
        long value = 0;
        for (int shift = 0; ; shift += 7) {
            byte next = data.get();
            value |= (long) (next & 0x7f) << shift;
            if (next >= 0) {
                return value;
            }
        }
    }

    private static byte[] take(ByteBuffer data, int count) {
        byte[] taken = new byte[count];
        data.get(taken);
        return taken;
    }
}
