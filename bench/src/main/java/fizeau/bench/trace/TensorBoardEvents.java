// SPDX-License-Identifier: Apache-2.0
package fizeau.bench.trace;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.time.Instant;
import java.util.zip.CRC32C;

/**
 * The content of a TensorBoard event file: scalars over steps. A record of the file, all numbers little-endian:
 *
 * <pre>
 * 8 bytes  length n of the event
 * 4 bytes  masked CRC-32C of those 8 bytes
 * n bytes  the event, a protobuf message
 * 4 bytes  masked CRC-32C of the event
 * </pre>
 *
 * The mask is TensorFlow's: rotated right by 15 bits, plus {@code 0xa282ead8}. Event: 1 wall time (double), 2 step, 3 file
 * version (first record only), 5 summary; summary: 1 value, repeated; value: 1 tag, 2 scalar (float).
 */
public final class TensorBoardEvents {
    private static final String FILE_VERSION = "brain.Event:2";
    private static final int MASK_DELTA = 0xa282ead8;

    private static final int EVENT_WALL_TIME = 1;
    private static final int EVENT_STEP = 2;
    private static final int EVENT_FILE_VERSION = 3;
    private static final int EVENT_SUMMARY = 5;
    private static final int SUMMARY_VALUE = 1;
    private static final int VALUE_TAG = 1;
    private static final int VALUE_SCALAR = 2;

    private final Instant startedAt;
    private final ByteArrayOutputStream file = new ByteArrayOutputStream();

    /** Begins a file. */
    public TensorBoardEvents(Instant startedAt) {
        this.startedAt = startedAt;
        record(event(0).text(EVENT_FILE_VERSION, FILE_VERSION));
    }

    /** The name that TensorBoard looks for. */
    public String fileName() {
        return "events.out.tfevents." + startedAt.getEpochSecond() + ".fizeau";
    }

    /**
     * Adds a scalar.
     *
     * @param tag name of the curve; a part before a slash groups curves
     * @param nanos since the start
     */
    public TensorBoardEvents scalar(String tag, long step, long nanos, double value) {
        ProtobufMessage scalar = new ProtobufMessage().text(VALUE_TAG, tag).real(VALUE_SCALAR, (float) value);
        record(event(nanos)
                .integer(EVENT_STEP, step)
                .message(EVENT_SUMMARY, new ProtobufMessage().message(SUMMARY_VALUE, scalar)));
        return this;
    }

    /** The file so far. */
    public byte[] toBytes() {
        return file.toByteArray();
    }

    private ProtobufMessage event(long nanos) {
        double seconds = startedAt.getEpochSecond() + startedAt.getNano() * 1e-9 + nanos * 1e-9;
        return new ProtobufMessage().real(EVENT_WALL_TIME, seconds);
    }

    private void record(ProtobufMessage event) {
        byte[] data = event.toBytes();
        byte[] length = ByteBuffer.allocate(Long.BYTES)
                .order(ByteOrder.LITTLE_ENDIAN)
                .putLong(data.length)
                .array();
        file.writeBytes(length);
        file.writeBytes(maskedChecksum(length));
        file.writeBytes(data);
        file.writeBytes(maskedChecksum(data));
    }

    private static byte[] maskedChecksum(byte[] bytes) {
        CRC32C checksum = new CRC32C();
        checksum.update(bytes);
        int masked = Integer.rotateRight((int) checksum.getValue(), 15) + MASK_DELTA;
        return ByteBuffer.allocate(Integer.BYTES)
                .order(ByteOrder.LITTLE_ENDIAN)
                .putInt(masked)
                .array();
    }
}
