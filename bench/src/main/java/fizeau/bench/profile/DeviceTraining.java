// SPDX-License-Identifier: Apache-2.0
package fizeau.bench.profile;

import fizeau.backend.Ranges;
import fizeau.backend.TrainingSession;
import fizeau.backend.TrainingSpec;
import fizeau.backend.cuda.CudaBackend;
import fizeau.bench.training.VariantSpec;
import fizeau.bench.workload.Workload;
import fizeau.optics.PixelPosition;
import fizeau.reconstruct.DecoderInitializer;
import fizeau.reconstruct.DecoderLayout;
import java.util.List;

/**
 * A training, every run with a session of its own that is opened before. Its ranges are a sample's beginning, iterations and
 * end; inside them, captures and replays, and the stages of every iteration that is launched or captured. Owns its session.
 */
final class DeviceTraining implements DeviceWork {

    static final String SAMPLE = "sample";
    static final String BEGIN = "begin";
    static final String ITERATIONS = "iterations";
    static final String END = "end";

    /** Of a sample: itself, its beginning, iterations, end, captures and replays. */
    private static final int RANGES_OF_SAMPLE = 16;

    /** Stages, with the range around them. */
    private static final int RANGES_OF_ITERATION = 5;

    /** Iterations that a capture may hold beside those that are run. */
    private static final int CAPTURED = 10;

    private final CudaBackend backend;
    private final TrainingSpec spec;
    private final VariantSpec variant;
    private final float[] object;
    private final float[] parameters;
    private final List<PixelPosition> centres;
    private final int epochs;
    private final Relay relay = new Relay();
    private TrainingSession session;

    DeviceTraining(CudaBackend backend, Workload workload, float[] object, VariantSpec variant, long seed) {
        this.backend = backend;
        this.spec = workload.training();
        this.variant = variant;
        this.object = object.clone();
        this.parameters = DecoderInitializer.initialParameters(DecoderLayout.of(spec.decoder()), seed);
        this.centres = workload.centres();
        this.epochs = workload.epochs();
    }

    @Override
    public String description() {
        return "a training, its iterations " + (Boolean.TRUE.equals(variant.cudaGraphs()) ? "replayed" : "launched")
                + "; the first iteration, which loads what is loaded late, is always launched";
    }

    @Override
    public int ranges() {
        return centres.size() * (RANGES_OF_SAMPLE + RANGES_OF_ITERATION * (epochs + CAPTURED));
    }

    @Override
    public String curveOf() {
        return ITERATIONS;
    }

    @Override
    public void prepare() {
        close();
        session = backend.openTraining(spec, variant.switches(), object, parameters, relay);
    }

    @Override
    public void run(Ranges ranges) {
        relay.to = ranges;
        float[] losses = new float[epochs];
        for (PixelPosition centre : centres) {
            ranges.around(SAMPLE, () -> {
                ranges.around(BEGIN, () -> session.beginSample(centre));
                ranges.around(ITERATIONS, () -> session.iterate(epochs, losses));
                ranges.around(END, session::endSample);
            });
        }
        relay.to = Ranges.NONE;
    }

    @Override
    public void close() {
        if (session != null) {
            session.close();
            session = null;
        }
    }

    /** The session is opened before it is known who listens. */
    private static final class Relay implements Ranges {
        private Ranges to = Ranges.NONE;

        @Override
        public void open(String name) {
            to.open(name);
        }

        @Override
        public void close() {
            to.close();
        }
    }
}
