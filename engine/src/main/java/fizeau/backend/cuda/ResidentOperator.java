// SPDX-License-Identifier: Apache-2.0
package fizeau.backend.cuda;

import fizeau.backend.Closing;
import fizeau.backend.Inputs;
import fizeau.backend.Plan;
import fizeau.backend.cuda.raw.CudaGraph;
import fizeau.backend.cuda.raw.DeviceMemory;
import fizeau.optics.Mask;
import fizeau.optics.Shape;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.EnumMap;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * The telescope for one batch of objects and masks, on arrays that stay on the device. Calls are queued, and {@link #await} waits
 * for them. With graphs the first call of a kind runs, which loads and allocates what is loaded and allocated late; the second is
 * captured; every later one is a replay: one launch, whatever is in it. A capture that fails leaves everything as it was, and the
 * next call tries again.
 *
 * <p>A graph refers to tables and plans of the FFT cache, so there are graphs only where that cache keeps them: with the cache
 * switched off they are made again for every call. Owns its arrays and graphs; confined to the backend's thread.
 */
public final class ResidentOperator implements AutoCloseable {

    private enum Call {
        MEASURE,
        ADJOINT
    }

    private final Shape object;
    private final Shape frame;
    private final MaskBatch masks;
    private final int objects;
    private final boolean graphs;
    private final CudaSession session;
    private final DeviceTelescope telescope;
    private final List<AutoCloseable> owned = new ArrayList<>();
    private final Map<Call, CudaGraph> captured = new EnumMap<>(Call.class);
    private final Set<Call> ran = EnumSet.noneOf(Call.class);
    private final BitSet loadedObjects = new BitSet();
    private final BitSet loadedGradients = new BitSet();
    private final DeviceMemory source;
    private final DeviceMemory amplitudes;
    private final DeviceMemory amplitudeGradient;
    private final DeviceMemory gradient;
    private DeviceTelescope.Batch kept;
    private boolean open = true;

    private ResidentOperator(
            Shape object,
            Shape frame,
            Plan plan,
            MaskBatch masks,
            int objects,
            boolean graphs,
            CudaSession session,
            DeviceCaches caches) {
        this.object = object;
        this.frame = frame;
        this.masks = masks;
        this.objects = objects;
        this.session = session;
        this.graphs = graphs && caches.switches().fft();
        Workspace workspace = new Workspace(session);
        owned.add(workspace);
        this.telescope = DeviceTelescope.of(plan, object, frame, session, caches, workspace);
        try {
            int entries = masks.masks().size();
            this.source = allocate(objects, object, "objects");
            this.amplitudes = allocate(entries, frame, "measurements");
            this.amplitudeGradient = allocate(entries, frame, "gradients of measurements");
            this.gradient = allocate(objects, object, "gradients of objects");
            if (caches.switches().fft()) {
                kept = telescope.prepare(masks, objects);
            }
        } catch (RuntimeException failure) {
            throw Closing.afterFailure(failure, this);
        }
    }

    static ResidentOperator open(
            Shape object,
            Shape frame,
            Plan plan,
            List<Mask> masks,
            int objects,
            boolean graphs,
            CudaSession session,
            DeviceCaches caches) {
        masks.forEach(mask -> Inputs.requireFrame(mask, frame));
        MaskBatch batch = MaskBatch.ofAll(masks);
        batch.geometry(object, objects); // refuses what does not fit together
        return new ResidentOperator(object, frame, plan, batch, objects, graphs, session, caches);
    }

    private DeviceMemory allocate(int count, Shape shape, String what) {
        DeviceMemory memory =
                session.allocate((long) Float.BYTES * count * shape.count(), count + " " + what + " of " + shape);
        owned.add(memory);
        return memory;
    }

    /** Replaces one object: {@code object.count()} amplitudes. */
    public void loadObject(int index, float[] values) {
        requireIndex("object", index, objects);
        Inputs.requireLength("object", values.length, object.count());
        session.upload(values, source, (long) index * object.count());
        loadedObjects.set(index);
    }

    /** Replaces what {@link #adjoint} pulls back through one mask: {@code frame.count()} values in detector order. */
    public void loadAmplitudeGradient(int mask, float[] values) {
        requireIndex("mask", mask, masks.masks().size());
        Inputs.requireLength("amplitude gradient", values.length, frame.count());
        session.upload(values, amplitudeGradient, (long) mask * frame.count());
        loadedGradients.set(mask);
    }

    /** Queues the measurement of every object through its masks. */
    public void measure() {
        requireLoaded("object", loadedObjects, objects);
        queue(Call.MEASURE);
    }

    /** Queues the adjoint at every object, summed over its masks; the forward pass is part of it. */
    public void adjoint() {
        requireLoaded("object", loadedObjects, objects);
        requireLoaded("amplitude gradient", loadedGradients, masks.masks().size());
        queue(Call.ADJOINT);
    }

    /** Waits for all calls. */
    public void await() {
        requireOpen();
        session.stream().synchronize();
    }

    /** Detector amplitudes through one mask after {@link #measure}; waits for it. */
    public void readAmplitudes(int mask, float[] to) {
        requireIndex("mask", mask, masks.masks().size());
        Inputs.requireLength("measurement", to.length, frame.count());
        session.download(amplitudes, (long) mask * frame.count(), to, 0, to.length);
    }

    /** The gradient with respect to one object after {@link #adjoint}; waits for it. */
    public void readGradient(int index, float[] to) {
        requireIndex("object", index, objects);
        Inputs.requireLength("object gradient", to.length, object.count());
        session.download(gradient, (long) index * object.count(), to, 0, to.length);
    }

    /** How many kinds of calls are replayed now. */
    public int graphs() {
        return captured.size();
    }

    private void queue(Call call) {
        requireOpen();
        if (!graphs || !ran.contains(call)) {
            run(call);
            ran.add(call);
            return;
        }
        CudaGraph graph = captured.get(call);
        if (graph == null) {
            graph = session.stream().capture(() -> run(call));
            captured.put(call, graph);
        }
        session.stream().launch(graph);
    }

    private void run(Call call) {
        if (kept != null) {
            run(call, kept);
            return;
        }
        try (DeviceTelescope.Batch made = telescope.prepare(masks, objects)) {
            run(call, made);
        }
    }

    private void run(Call call, DeviceTelescope.Batch batch) {
        switch (call) {
            case MEASURE -> batch.measure(source, false, amplitudes);
            case ADJOINT -> batch.adjoint(source, amplitudeGradient, gradient);
        }
    }

    @Override
    public void close() {
        if (!open) {
            return;
        }
        open = false;
        List<AutoCloseable> all = new ArrayList<>(captured.values()); // they refer to all the rest
        captured.clear();
        if (kept != null) {
            all.add(kept);
        }
        all.addAll(owned);
        Closing.all(all);
    }

    private static void requireIndex(String what, int index, int count) {
        if (index < 0 || index >= count) {
            throw new IllegalArgumentException("there is no " + what + " " + index + ": the batch has " + count);
        }
    }

    private void requireLoaded(String what, BitSet loaded, int count) {
        requireOpen();
        if (loaded.cardinality() < count) {
            throw new IllegalStateException(
                    what + " " + loaded.nextClearBit(0) + " of " + count + " was not loaded: load all of them first");
        }
    }

    private void requireOpen() {
        if (!open) {
            throw new IllegalStateException("resident operator of " + frame + " is closed");
        }
    }
}
