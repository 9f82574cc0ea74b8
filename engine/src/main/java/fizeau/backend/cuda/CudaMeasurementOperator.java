// SPDX-License-Identifier: Apache-2.0
package fizeau.backend.cuda;

import fizeau.backend.Closing;
import fizeau.backend.Inputs;
import fizeau.backend.MeasurementOperator;
import fizeau.backend.Plan;
import fizeau.backend.cuda.raw.DeviceMemory;
import fizeau.optics.Mask;
import fizeau.optics.Shape;
import java.util.Arrays;
import java.util.List;

/**
 * The measurement operator for arrays of the host, masks of similar boxes together. Every call ends with a copy to the host, so
 * nothing is captured here: {@link ResidentOperator} is. Owns object and workspace on the device.
 */
final class CudaMeasurementOperator implements MeasurementOperator {

    /** Measurements of one batch; more gain nothing and take memory from others. */
    private static final long BATCH_BYTES = 256L << 20;

    private enum Loaded {
        NOTHING,
        REAL,
        COMPLEX
    }

    private final Shape object;
    private final Shape frame;
    private final Plan plan;
    private final CudaSession session;
    private final DeviceCaches caches;
    private final Workspace workspace;
    private final DeviceTelescope telescope;
    private final DeviceMemory source;
    private Loaded loaded = Loaded.NOTHING;
    private long generation;
    private boolean open = true;

    CudaMeasurementOperator(Shape object, Shape frame, Plan plan, CudaSession session, DeviceCaches caches) {
        this.object = object;
        this.frame = frame;
        this.plan = plan;
        this.session = session;
        this.caches = caches;
        this.workspace = new Workspace(session);
        this.telescope = DeviceTelescope.of(plan, object, frame, session, caches, workspace);
        this.source = session.allocate(2L * Float.BYTES * object.count(), "an object of " + object);
    }

    @Override
    public Plan plan() {
        return plan;
    }

    @Override
    public void load(float[] values) {
        requireOpen();
        Inputs.requireLength("object", values.length, object.count());
        replace(values, Loaded.REAL);
    }

    @Override
    public void loadComplex(float[] field) {
        requireOpen();
        Inputs.requireLength("complex field", field.length, 2 * object.count());
        replace(field, Loaded.COMPLEX);
    }

    private void replace(float[] values, Loaded as) {
        loaded = Loaded.NOTHING; // should the copy fail
        session.upload(values, source);
        loaded = as;
        generation = caches.newGeneration();
    }

    @Override
    public void measure(List<Mask> masks, float[] amplitudes) {
        requireObject();
        Inputs.requireLength("measurement", amplitudes.length, masks.size() * frame.count());
        masks.forEach(mask -> Inputs.requireFrame(mask, frame));
        int most = (int) Math.max(1, BATCH_BYTES / ((long) Float.BYTES * frame.count()));
        for (int m = 0; m < masks.size(); m++) {
            if (masks.get(m).openCount() == 0) {
                Arrays.fill(amplitudes, m * frame.count(), (m + 1) * frame.count(), 0);
            }
        }
        for (MaskBatch.Part part : MaskBatch.group(masks, frame, most)) {
            try (var measured = caches.measurement(
                    new DeviceCaches.MeasurementKey(generation, part.batch(), plan()), () -> measured(part.batch()))) {
                for (int m = 0; m < part.positions().size(); m++) {
                    int start = part.positions().get(m) * frame.count();
                    session.download(measured.value(), (long) m * frame.count(), amplitudes, start, frame.count());
                }
            }
        }
    }

    private DeviceMemory measured(MaskBatch batch) {
        int count = batch.masks().size();
        DeviceMemory memory =
                session.allocate((long) Float.BYTES * count * frame.count(), count + " measurements of " + frame);
        try (DeviceTelescope.Batch ready = telescope.prepare(batch, 1)) {
            ready.measure(source, loaded == Loaded.COMPLEX, memory);
            return memory;
        } catch (RuntimeException failure) {
            throw Closing.afterFailure(failure, memory);
        }
    }

    @Override
    public void adjoint(Mask mask, float[] amplitudeGradient, float[] objectGradient) {
        requireObject();
        Inputs.requireLength("amplitude gradient", amplitudeGradient.length, frame.count());
        Inputs.requireLength("object gradient", objectGradient.length, object.count());
        Inputs.requireFrame(mask, frame);
        if (loaded == Loaded.COMPLEX) {
            throw new IllegalStateException("the adjoint is defined at real objects: load one first");
        }
        if (mask.openCount() == 0) {
            return;
        }
        DeviceMemory given = workspace.reserve(Workspace.Role.DETECTOR_GRADIENT, (long) Float.BYTES * frame.count());
        DeviceMemory result = workspace.reserve(Workspace.Role.GRADIENT, (long) Float.BYTES * object.count());
        session.upload(amplitudeGradient, given);
        try (DeviceTelescope.Batch ready = telescope.prepare(MaskBatch.of(mask), 1)) {
            ready.adjoint(source, given, result);
        }
        float[] own = new float[object.count()];
        session.download(result, 0, own, 0, own.length);
        for (int i = 0; i < own.length; i++) {
            objectGradient[i] += own[i];
        }
    }

    @Override
    public void close() {
        if (open) {
            open = false;
            Closing.all(List.of(workspace, source));
        }
    }

    private void requireOpen() {
        if (!open) {
            throw new IllegalStateException("measurement operator of " + frame + " is closed");
        }
    }

    private void requireObject() {
        requireOpen();
        if (loaded == Loaded.NOTHING) {
            throw new IllegalStateException("no object was loaded: call load before measuring");
        }
    }
}
