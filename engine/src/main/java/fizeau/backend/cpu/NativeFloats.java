// SPDX-License-Identifier: Apache-2.0
package fizeau.backend.cpu;

import java.nio.FloatBuffer;
import java.util.concurrent.atomic.AtomicLong;
import org.bytedeco.javacpp.FloatPointer;

/**
 * A block of floats outside the heap, where BLAS can reach it without copying. Owns the memory. The JVM vectorises loops
 * over arrays but not over buffers, so blocks are filled and read by bulk copies, which run at memory speed.
 */
public final class NativeFloats implements AutoCloseable {
    private static final AtomicLong LIVE_BYTES = new AtomicLong();

    private final FloatPointer pointer;
    private final FloatBuffer buffer;
    private final int count;
    private boolean open = true;

    private NativeFloats(int count) {
        this.count = count;
        this.pointer = new FloatPointer(count);
        this.buffer = pointer.asBuffer();
        LIVE_BYTES.addAndGet(bytes());
    }

    /** A block of {@code count} zeros. */
    public static NativeFloats allocate(long count) {
        if (count < 1 || count > Integer.MAX_VALUE / Float.BYTES) {
            throw new IllegalArgumentException("native block of " + count + " floats: between 1 and "
                    + Integer.MAX_VALUE / Float.BYTES + " are possible; reduce the image size");
        }
        NativeFloats block = new NativeFloats((int) count);
        org.bytedeco.javacpp.Pointer.memset(block.pointer, 0, block.bytes());
        return block;
    }

    /** Bytes held by all open blocks of this process. */
    static long liveBytes() {
        return LIVE_BYTES.get();
    }

    int count() {
        return count;
    }

    public long bytes() {
        return (long) count * Float.BYTES;
    }

    /** The address of element {@code offset}, for BLAS. Valid while this block is open. */
    public FloatPointer at(int offset) {
        requireOpen();
        return pointer.getPointer(offset);
    }

    /** Copies {@code length} floats into this block. */
    public void put(int offset, float[] source, int sourceOffset, int length) {
        buffer.put(offset, source, sourceOffset, length);
    }

    /** Copies {@code length} floats out of this block. */
    public void get(int offset, float[] target, int targetOffset, int length) {
        buffer.get(offset, target, targetOffset, length);
    }

    @Override
    public void close() {
        if (!open) {
            return;
        }
        open = false;
        LIVE_BYTES.addAndGet(-bytes());
        pointer.deallocate();
    }

    private void requireOpen() {
        if (!open) {
            throw new IllegalStateException("native block of " + count + " floats is closed");
        }
    }
}
