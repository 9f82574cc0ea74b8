// SPDX-License-Identifier: Apache-2.0
package fizeau.bench.ops.plan;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/**
 * Plans one block of memory for all results between layers: two share a place when they are not alive at the same step.
 * Large ones choose first (Pisarchyk and Lee 2020, greedy by size).
 */
public final class Arena {
    /** Cache line, and the widest vector. */
    private static final long ALIGNMENT = 64;

    private final List<Buffer> buffers = new ArrayList<>();

    /** Memory of a result. Steps are counted by whoever plans. */
    public static final class Buffer {
        private final long bytes;
        private int first = Integer.MAX_VALUE;
        private int last = -1;
        private long offset;

        private Buffer(long bytes) {
            this.bytes = bytes;
        }

        /** Says that a step reads or writes it. */
        public void usedBy(int step) {
            first = Math.min(first, step);
            last = Math.max(last, step);
        }

        /** From the start of the block; known after {@link Arena#plan}. */
        public long offset() {
            return offset;
        }

        private boolean meets(Buffer other) {
            return first <= other.last && other.first <= last;
        }
    }

    public Buffer buffer(long bytes) {
        Buffer buffer = new Buffer((bytes + ALIGNMENT - 1) / ALIGNMENT * ALIGNMENT);
        buffers.add(buffer);
        return buffer;
    }

    /** Gives each buffer its place; returns the size of the block. */
    public long plan() {
        List<Buffer> placed = new ArrayList<>();
        List<Buffer> waiting = buffers.stream()
                .sorted(Comparator.comparingLong((Buffer buffer) -> buffer.bytes)
                        .reversed())
                .toList();
        long size = 0;
        for (Buffer buffer : waiting) {
            long place = 0;
            List<Buffer> inTheWay = placed.stream()
                    .filter(buffer::meets)
                    .sorted(Comparator.comparingLong(Buffer::offset))
                    .toList();
            for (Buffer other : inTheWay) {
                if (place + buffer.bytes <= other.offset) {
                    break;
                }
                place = Math.max(place, other.offset + other.bytes);
            }
            buffer.offset = place;
            placed.add(buffer);
            size = Math.max(size, place + buffer.bytes);
        }
        return size;
    }
}
