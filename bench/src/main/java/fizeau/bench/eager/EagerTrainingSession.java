// SPDX-License-Identifier: Apache-2.0
package fizeau.bench.eager;

import fizeau.backend.SessionReport;
import fizeau.backend.TrainingSession;
import fizeau.backend.TrainingSpec;
import fizeau.cache.CacheStatistics;
import fizeau.optics.PixelPosition;
import fizeau.optics.Shape;
import java.util.Map;
import org.bytedeco.javacpp.Pointer;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.NoGradGuard;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;

/**
 * The baseline: every iteration runs the decoder, measures the object and the frozen estimate again, compares the
 * estimate's two measurements with them, differentiates automatically and takes an Adam step, each as plain libtorch
 * operations. No cache, no shared spectrum, no fused step. Owns all tensors; each iteration's are freed at its end.
 */
public final class EagerTrainingSession implements TrainingSession {

    private final TrainingSpec spec;
    private final boolean measureOnce;
    private final EagerDecoder decoder;
    private final EagerTelescope telescope;
    private final Tensor truth;
    private final Tensor cumulativeMask;
    private final long bytesBefore;
    private long peakBytes;
    private int samplesDone;
    private boolean open = true;

    private PixelPosition centre;
    private EagerAdam optimizer;
    private Tensor frozenEstimate;
    private DualImage measurement;

    /** The images through the cumulative mask ("old") and through the new aperture. */
    private record DualImage(Tensor old, Tensor fresh) {

        DualImage keep() {
            EagerTensors.keep(old);
            if (fresh != old) {
                EagerTensors.keep(fresh);
            }
            return this;
        }

        void close() {
            old.close();
            if (fresh != old) {
                fresh.close();
            }
        }
    }

    /**
     * Opens a reconstruction with all weights as given.
     *
     * @param object the true object, {@code spec.object().count()} amplitudes, row-major; copied
     * @param initialParameters the decoder's weights in the order of its layout; copied
     * @param measureOnce measure once per sample ({@code baseline-once}) instead of in every iteration ({@code baseline})
     * @param threads thread counts, set for the whole process
     */
    public EagerTrainingSession(
            TrainingSpec spec,
            float[] object,
            float[] initialParameters,
            boolean measureOnce,
            EagerThreads.Setting threads) {
        requireObject(spec, object);
        threads.apply();
        this.bytesBefore = Pointer.physicalBytes();
        this.spec = spec;
        this.measureOnce = measureOnce;
        this.decoder = new EagerDecoder(spec.decoder());
        this.telescope = new EagerTelescope(spec.object(), spec.frame(), spec.aperture());
        decoder.load(initialParameters);
        if (spec.fixedLatent()) {
            decoder.fixLatent();
        }
        try (PointerScope scope = new PointerScope()) {
            this.truth = EagerTensors.keep(telescope.embed(EagerTensors.image(object, spec.object())));
            this.cumulativeMask = EagerTensors.keep(torch.zeros(shapeOf(spec.frame())));
        }
    }

    /** The same with {@code threads} threads for libtorch and one for OpenBLAS. */
    public EagerTrainingSession(
            TrainingSpec spec, float[] object, float[] initialParameters, boolean measureOnce, int threads) {
        this(spec, object, initialParameters, measureOnce, new EagerThreads.Setting(threads, 1));
    }

    private static void requireObject(TrainingSpec spec, float[] object) {
        int edge = spec.decoder().outputSize();
        if (!spec.object().equals(Shape.square(edge))) {
            throw new IllegalArgumentException("object of " + spec.object() + " is not the decoder's output of "
                    + Shape.square(edge) + ": use a square object and a decoder of its size");
        }
        if (object.length != spec.object().count()) {
            throw new IllegalArgumentException("object of " + spec.object() + " needs "
                    + spec.object().count() + " amplitudes, got " + object.length);
        }
    }

    private static long[] shapeOf(Shape shape) {
        return new long[] {shape.ny(), shape.nx()};
    }

    @Override
    public void beginSample(PixelPosition newCentre) {
        requireOpen();
        if (centre != null) {
            throw new IllegalStateException("a sample is under way: end it before the next begins");
        }
        centre = newCentre;
        optimizer = new EagerAdam(decoder.trained(), spec.learningRate());
        try (PointerScope scope = new PointerScope()) {
            frozenEstimate = EagerTensors.keep(telescope.embed(decoder.frozen()));
            if (measureOnce) {
                measurement = measure().keep();
            }
        }
    }

    @Override
    public void iterate(int iterations, float[] losses) {
        requireOpen();
        if (centre == null) {
            throw new IllegalStateException("no sample is under way: begin one first");
        }
        if (losses.length < iterations) {
            throw new IllegalArgumentException(
                    "room for " + losses.length + " losses is too little for " + iterations + " iterations");
        }
        for (int i = 0; i < iterations; i++) {
            losses[i] = iterate();
        }
        peakBytes = Math.max(peakBytes, Pointer.physicalBytes() - bytesBefore);
    }

    private float iterate() {
        try (PointerScope scope = new PointerScope()) {
            decoder.clearGradients();
            Tensor estimate = decoder.forward();
            DualImage target = measureOnce ? measurement : measure();
            DualImage prediction = predict(telescope.embed(estimate));
            Tensor loss = EagerLoss.normalisedL1(prediction.old(), target.old())
                    .add(EagerLoss.normalisedL1(prediction.fresh(), target.fresh()));
            float value = loss.item_float();
            loss.backward();
            optimizer.step();
            return value;
        }
    }

    /** The dual measurement: the frozen estimate through what was seen so far, the truth through the new aperture. */
    private DualImage measure() {
        try (NoGradGuard guard = new NoGradGuard()) {
            Tensor fresh = telescope.measure(truth, telescope.mask(centre));
            return samplesDone == 0
                    ? new DualImage(fresh, fresh)
                    : new DualImage(telescope.measure(frozenEstimate, cumulativeMask), fresh);
        }
    }

    /** The same two images of the current estimate; at the first sample one image counts twice. */
    private DualImage predict(Tensor field) {
        Tensor fresh = telescope.measure(field, telescope.mask(centre));
        return samplesDone == 0
                ? new DualImage(fresh, fresh)
                : new DualImage(telescope.measure(field, cumulativeMask), fresh);
    }

    @Override
    public void endSample() {
        requireOpen();
        if (centre == null) {
            throw new IllegalStateException("no sample is under way: begin one first");
        }
        try (PointerScope scope = new PointerScope()) {
            cumulativeMask.copy_(torch.maximum(cumulativeMask, telescope.mask(centre)));
        }
        samplesDone++;
        closeSample();
    }

    private void closeSample() {
        if (centre == null) {
            return;
        }
        centre = null;
        optimizer.close();
        frozenEstimate.close();
        if (measurement != null) {
            measurement.close();
            measurement = null;
        }
        decoder.clearGradients();
    }

    @Override
    public float[] estimate() {
        requireOpen();
        float[] amplitudes = new float[spec.object().count()];
        try (PointerScope scope = new PointerScope()) {
            EagerTensors.read(decoder.frozen(), amplitudes, 0, amplitudes.length);
        }
        return amplitudes;
    }

    /** A copy of the decoder's weights as they are now, in the order of its layout. */
    public float[] parameters() {
        requireOpen();
        return decoder.parameterValues();
    }

    /** No cache, so no look-up; native bytes are the growth of the process since the session was opened. */
    @Override
    public SessionReport report() {
        return new SessionReport(
                Map.of(
                        "measurement", CacheStatistics.NONE,
                        "fft", CacheStatistics.NONE,
                        "grid", CacheStatistics.NONE),
                Map.of("every transform", "fft"),
                peakBytes);
    }

    private void requireOpen() {
        if (!open) {
            throw new IllegalStateException("the session is closed");
        }
    }

    @Override
    public void close() {
        if (!open) {
            return;
        }
        open = false;
        closeSample();
        cumulativeMask.close();
        truth.close();
        telescope.close();
        decoder.close();
    }
}
