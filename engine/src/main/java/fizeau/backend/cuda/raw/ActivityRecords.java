// SPDX-License-Identifier: Apache-2.0
package fizeau.backend.cuda.raw;

import fizeau.backend.cuda.raw.DeviceActivity.Kind;
import java.nio.ByteBuffer;
import java.util.Optional;
import java.util.function.LongFunction;
import java.util.function.LongUnaryOperator;

/**
 * Reads the records that CUPTI writes into activity buffers, as {@code cupti_activity.h} of CUDA 13.0 lays them out; later
 * minor releases append fields and move none. Only the fields that are named here are read.
 *
 * <pre>
 *                     CUpti_ActivityKernel10   CUpti_ActivityMemcpy6   CUpti_ActivityMemset4
 * kind        u32      0                        0                       0
 * copyKind    u8                                4
 * bytes       u64                               8                       8
 * start, end  u64     16, 24                   16, 24                  16, 24   nanoseconds
 * streamId    u32     48                       40                      40
 * correlation u32     92                       44                      44
 * name        char*  104
 * graphId     u32    156                       72                      72
 * </pre>
 */
final class ActivityRecords {

    static final int MEMCPY = 1; // CUPTI_ACTIVITY_KIND_MEMCPY
    static final int MEMSET = 2; // CUPTI_ACTIVITY_KIND_MEMSET
    static final int CONCURRENT_KERNEL = 10; // CUPTI_ACTIVITY_KIND_CONCURRENT_KERNEL

    private static final int COPY_KIND = 4;
    private static final int BYTES = 8;
    private static final int START = 16;
    private static final int END = 24;
    private static final int KERNEL_STREAM = 48;
    private static final int KERNEL_CORRELATION = 92;
    private static final int KERNEL_NAME = 104;
    private static final int KERNEL_GRAPH = 156;
    private static final int MEMORY_STREAM = 40;
    private static final int MEMORY_CORRELATION = 44;
    private static final int MEMORY_GRAPH = 72;

    private ActivityRecords() {}

    /**
     * Reads the record at an offset; empty for a kind that was not asked for.
     *
     * @param buffer in native order
     * @param text the zero-terminated text at an address
     * @param clock turns CUPTI's nanoseconds into those of {@link System#nanoTime}
     */
    static Optional<DeviceActivity> read(
            ByteBuffer buffer, int at, LongFunction<String> text, LongUnaryOperator clock) {
        long start = clock.applyAsLong(buffer.getLong(at + START));
        long end = Math.max(start, clock.applyAsLong(buffer.getLong(at + END)));
        return switch (buffer.getInt(at)) {
            case CONCURRENT_KERNEL ->
                Optional.of(new DeviceActivity(
                        Kind.KERNEL,
                        text.apply(buffer.getLong(at + KERNEL_NAME)),
                        buffer.getInt(at + KERNEL_STREAM),
                        buffer.getInt(at + KERNEL_GRAPH),
                        buffer.getInt(at + KERNEL_CORRELATION),
                        start,
                        end,
                        0));
            case MEMCPY ->
                Optional.of(memory(Kind.COPY, "copy " + direction(buffer.get(at + COPY_KIND)), buffer, at, start, end));
            case MEMSET -> Optional.of(memory(Kind.FILL, "fill", buffer, at, start, end));
            default -> Optional.empty();
        };
    }

    private static DeviceActivity memory(Kind kind, String name, ByteBuffer buffer, int at, long start, long end) {
        return new DeviceActivity(
                kind,
                name,
                buffer.getInt(at + MEMORY_STREAM),
                buffer.getInt(at + MEMORY_GRAPH),
                buffer.getInt(at + MEMORY_CORRELATION),
                start,
                end,
                buffer.getLong(at + BYTES));
    }

    /** Words for the values of CUpti_ActivityMemcpyKind that can occur here. */
    private static String direction(byte copyKind) {
        return switch (copyKind) {
            case 1 -> "to device";
            case 2 -> "to host";
            case 8 -> "on device";
            case 9 -> "on host";
            case 10 -> "between devices";
            default -> "of kind " + copyKind;
        };
    }
}
