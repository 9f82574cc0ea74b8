// SPDX-License-Identifier: Apache-2.0
package fizeau.backend.cuda;

import fizeau.backend.Closing;
import fizeau.backend.cuda.raw.DeviceMemory;
import fizeau.unet.UnetWork;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Deque;
import java.util.List;

/**
 * The residual 3D U-Net on windows: {@link #stage} brings some to the device, {@link #predict} computes them. Owns network,
 * graph and the memory of windows, borrows the session; confined to its thread.
 */
public final class CudaUnetInference implements AutoCloseable {

    /** Windows on the device; closing them lets others have their place. */
    public final class Windows implements AutoCloseable {
        private final DeviceMemory memory;
        private final int count;
        private boolean closed;

        private Windows(DeviceMemory memory, int count) {
            this.memory = memory;
            this.count = count;
        }

        /** How many there are. */
        public int count() {
            return count;
        }

        @Override
        public void close() {
            if (!closed) {
                closed = true;
                spare.push(memory);
            }
        }
    }

    private final CudaSession session;
    private final UnetWork work;
    private final List<AutoCloseable> owned = new ArrayList<>();
    private final DeviceUnet network;
    private final DeviceArrays arrays;
    private final ReplayedWork forward;
    private final Deque<DeviceMemory> spare = new ArrayDeque<>();
    private boolean open = true;

    CudaUnetInference(CudaSession session, UnetWork work, float[] parameters, UnetSwitches switches) {
        this.session = session;
        this.work = work;
        try {
            this.network = own(new DeviceUnet(session, work, switches, false));
            this.arrays = own(new DeviceArrays(session));
            this.forward = own(new ReplayedWork(session.stream(), network::queueForward, switches.graph()));
            network.load(parameters);
        } catch (RuntimeException failure) {
            throw Closing.afterFailure(failure, this::closeOwned);
        }
    }

    private <T extends AutoCloseable> T own(T part) {
        owned.add(part);
        return part;
    }

    /** The most windows that go together. */
    public int most() {
        return work.samples();
    }

    /**
     * Copies windows to the device and waits for them.
     *
     * @param values {@code [count][nz][ny][nx]}
     * @param count 1 to {@link #most}
     */
    public Windows stage(float[] values, int count) {
        requireOpen();
        if (count < 1 || count > work.samples() || values.length != count * work.voxels(0)) {
            throw new IllegalArgumentException(count + " windows of " + values.length
                    + " values are not possible: there may be 1 to " + work.samples() + ", of " + work.voxels(0)
                    + " values each");
        }
        DeviceMemory memory = spare.isEmpty() ? arrays.floats(work.count(), "windows") : spare.pop();
        try {
            session.upload(values, memory);
        } catch (RuntimeException failure) {
            spare.push(memory);
            throw failure;
        }
        return new Windows(memory, count);
    }

    /** Computes windows; {@code to} takes as many values as they have. Places that they leave free are computed for nothing. */
    public void predict(Windows windows, float[] to) {
        requireOpen();
        forward.prepare();
        session.stream()
                .copyOnDevice(windows.memory, network.input(), (long) Float.BYTES * windows.count * work.voxels(0));
        forward.queue();
        session.download(network.output(), 0, to, 0, windows.count * work.voxels(0));
    }

    private void requireOpen() {
        if (!open) {
            throw new IllegalStateException("a network of " + work + " is closed");
        }
    }

    @Override
    public void close() {
        if (open) {
            open = false;
            spare.clear();
            closeOwned();
        }
    }

    private void closeOwned() {
        List<AutoCloseable> newestFirst = new ArrayList<>(owned);
        Collections.reverse(newestFirst);
        owned.clear();
        Closing.all(newestFirst);
    }
}
