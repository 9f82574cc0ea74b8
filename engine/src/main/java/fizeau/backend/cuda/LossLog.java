// SPDX-License-Identifier: Apache-2.0
package fizeau.backend.cuda;

import fizeau.backend.Closing;
import fizeau.backend.cuda.raw.CudaEvent;
import fizeau.backend.cuda.raw.DeviceMemory;
import fizeau.backend.cuda.raw.PinnedMemory;
import fizeau.kernels.DeviceAddress;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;

/**
 * The losses of iterations, which the device puts into a ring of two halves. A half is copied to the host when it is full,
 * and read when its copy is through, while the iterations of the other half are on their way: the stream never runs dry.
 * Owns ring, host memory and events.
 */
final class LossLog implements AutoCloseable {

    /** Losses of a half: enough work to hide the way to the host behind. */
    static final int HALF = 64;

    private static final int HALVES = 2;

    /** Where the losses of a half belong once its copy is through. */
    private record Pending(float[] losses, int start, int count) {}

    private final CudaSession session;
    private final DeviceArrays arrays;
    private final DeviceMemory ring;
    private final List<PinnedMemory> host = new ArrayList<>();
    private final List<CudaEvent> copied = new ArrayList<>();
    private final Pending[] pending = new Pending[HALVES];
    private int next;

    LossLog(CudaSession session) {
        this.session = session;
        this.arrays = new DeviceArrays(session);
        try {
            this.ring = arrays.doubles(HALVES * HALF, "losses");
            for (int half = 0; half < HALVES; half++) {
                host.add(PinnedMemory.allocate(session.context(), HALF * Double.BYTES));
                copied.add(CudaEvent.open(session.context()));
            }
        } catch (RuntimeException failure) {
            throw Closing.afterFailure(failure, this);
        }
    }

    DeviceAddress ring() {
        return ring.address();
    }

    int capacity() {
        return HALVES * HALF;
    }

    /** The next loss goes to the first slot; what was not read is forgotten. */
    void restart() {
        next = 0;
        pending[0] = null;
        pending[1] = null;
    }

    /** How many iterations may be queued before {@link #copy}, of {@code wanted}. */
    int room(int wanted) {
        return Math.min(wanted, HALF - next % HALF);
    }

    /** Makes the half free that the next iterations write to. */
    void makeRoom() {
        read(next / HALF);
    }

    /** Queues the copy of the losses of the {@code count} iterations queued last, for {@code losses} from {@code start} on. */
    void copy(int count, float[] losses, int start) {
        int half = next / HALF;
        session.stream().copyToHost(ring, (long) Double.BYTES * next, host.get(half), (long) Double.BYTES * count);
        copied.get(half).record(session.stream());
        pending[half] = new Pending(losses, start, count);
        next = (next + count) % capacity();
    }

    /** Waits until every loss copied so far has arrived. */
    void finish() {
        for (int half = 0; half < HALVES; half++) {
            read(half);
        }
    }

    private void read(int half) {
        Pending wanted = pending[half];
        if (wanted != null) {
            copied.get(half).synchronize();
            pending[half] = null;
            ByteBuffer values = host.get(half).buffer();
            for (int i = 0; i < wanted.count; i++) {
                wanted.losses[wanted.start + i] = (float) values.getDouble(i * Double.BYTES);
            }
        }
    }

    @Override
    public void close() {
        List<AutoCloseable> all = new ArrayList<>(copied);
        all.addAll(host);
        all.add(arrays);
        Closing.all(all);
    }
}
