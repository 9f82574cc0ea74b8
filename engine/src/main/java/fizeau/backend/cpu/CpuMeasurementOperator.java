// SPDX-License-Identifier: Apache-2.0
package fizeau.backend.cpu;

import fizeau.backend.Inputs;
import fizeau.backend.MeasurementOperator;
import fizeau.backend.Plan;
import fizeau.optics.Mask;
import fizeau.optics.Shape;
import java.util.Arrays;
import java.util.List;

/** The measurement operator by any plan; one transform is opened per mask. */
final class CpuMeasurementOperator implements MeasurementOperator {
    private final Shape object;
    private final Shape frame;
    private final Plan plan;
    private final TransformFactory transforms;
    private final WorkerPool pool;
    private float[] real;
    private float[] imaginary;
    private boolean open = true;

    CpuMeasurementOperator(Shape object, Shape frame, Plan plan, TransformFactory transforms, WorkerPool pool) {
        this.object = object;
        this.frame = frame;
        this.plan = plan;
        this.transforms = transforms;
        this.pool = pool;
    }

    @Override
    public Plan plan() {
        return plan;
    }

    @Override
    public void load(float[] values) {
        requireOpen();
        Inputs.requireLength("object", values.length, object.count());
        real = values.clone();
        imaginary = null;
    }

    @Override
    public void loadComplex(float[] field) {
        requireOpen();
        Inputs.requireLength("complex field", field.length, 2 * object.count());
        real = new float[object.count()];
        imaginary = new float[object.count()];
        for (int i = 0; i < real.length; i++) {
            real[i] = field[2 * i];
            imaginary[i] = field[2 * i + 1];
        }
    }

    @Override
    public void measure(List<Mask> masks, float[] amplitudes) {
        float[] values = requireObject();
        Inputs.requireLength("measurement", amplitudes.length, masks.size() * frame.count());
        float[] own = new float[frame.count()];
        for (int m = 0; m < masks.size(); m++) {
            int start = m * frame.count();
            Inputs.requireFrame(masks.get(m), frame);
            if (masks.get(m).openCount() == 0) {
                Arrays.fill(amplitudes, start, start + frame.count(), 0);
                continue;
            }
            try (MaskedTransform transform = transforms.open(masks.get(m), plan)) {
                transform.project(values, imaginary);
                transform.forward(worker -> DetectorRuns.amplitude(own));
                for (int i = 0; i < own.length; i++) {
                    amplitudes[start + transform.detectorIndex(i)] = own[i];
                }
            }
        }
    }

    @Override
    public void adjoint(Mask mask, float[] amplitudeGradient, float[] objectGradient) {
        float[] values = requireObject();
        Inputs.requireLength("amplitude gradient", amplitudeGradient.length, frame.count());
        Inputs.requireLength("object gradient", objectGradient.length, object.count());
        Inputs.requireFrame(mask, frame);
        if (imaginary != null) {
            throw new IllegalStateException("the adjoint is defined at real objects: load one first");
        }
        if (mask.openCount() == 0) {
            return;
        }
        float[] own = new float[frame.count()];
        try (MaskedTransform transform = transforms.open(mask, plan)) {
            for (int i = 0; i < own.length; i++) {
                own[i] = amplitudeGradient[transform.detectorIndex(i)];
            }
            transform.project(values, null);
            transform.forwardAndAdjoint(worker -> DetectorRuns.gradient(own), 1, objectGradient);
        }
    }

    @Override
    public void close() {
        open = false;
        transforms.close();
        pool.close();
    }

    private void requireOpen() {
        if (!open) {
            throw new IllegalStateException("measurement operator of " + frame + " is closed");
        }
    }

    private float[] requireObject() {
        requireOpen();
        if (real == null) {
            throw new IllegalStateException("no object was loaded: call load before measuring");
        }
        return real;
    }
}
