// SPDX-License-Identifier: Apache-2.0
package fizeau.backend.cpu;

import fizeau.backend.Backend;
import fizeau.backend.DecoderNetwork;
import fizeau.backend.DeviceRates;
import fizeau.backend.FourierTransform;
import fizeau.backend.Inputs;
import fizeau.backend.MeasurementOperator;
import fizeau.backend.Plan;
import fizeau.backend.PlanMemory;
import fizeau.backend.StageClock;
import fizeau.backend.Switches;
import fizeau.backend.TrainingBatch;
import fizeau.backend.TrainingSession;
import fizeau.backend.TrainingSpec;
import fizeau.optics.Shape;
import fizeau.reconstruct.DecoderLayout;
import fizeau.reconstruct.DecoderSpec;
import java.util.List;
import org.bytedeco.openblas.global.openblas;

/** The engine on the CPU: matrix products by OpenBLAS, FFTs by libtorch, the rest in Java, on one pool of threads. */
public final class CpuBackend implements Backend {
    private final int threads;
    private final StageClock clock;
    private final PlanSelector selector;

    private CpuBackend(int threads, StageClock clock) {
        this.threads = threads;
        this.clock = clock;
        String blas = openblas.class.getPackage().getImplementationVersion();
        this.selector = new PlanSelector(PlanMemory.ofUser("libtorch " + Libtorch.version() + ", OpenBLAS " + blas));
    }

    /** Opens the backend with a number of threads for whatever it computes. */
    public static CpuBackend open(int threads) {
        return open(threads, StageClock.NONE);
    }

    /** The same, with a clock that its training sessions tell where each iteration stands. */
    public static CpuBackend open(int threads, StageClock clock) {
        if (threads < 1) {
            throw new IllegalArgumentException("thread count " + threads + " must be at least 1");
        }
        Blas.useCallingThreadOnly();
        return new CpuBackend(threads, clock);
    }

    @Override
    public String name() {
        return "cpu";
    }

    @Override
    public String description() {
        return "CPU, " + threads + (threads == 1 ? " thread" : " threads") + ", OpenBLAS and libtorch "
                + Libtorch.version();
    }

    @Override
    public FourierTransform fourierTransform() {
        Libtorch.useThreads(threads);
        return new LibtorchFourier();
    }

    @Override
    public MeasurementOperator measurementOperator(Shape object, Shape frame, Plan plan) {
        if (!frame.contains(object)) {
            throw new IllegalArgumentException("object of " + object + " does not fit the frame of " + frame);
        }
        WorkerPool pool = new WorkerPool(threads);
        return new CpuMeasurementOperator(object, frame, plan, new TransformFactory(object, frame, pool, true), pool);
    }

    /** Measures what this backend's threads can copy and multiply; takes about a second. */
    public DeviceRates rates() {
        try (WorkerPool pool = new WorkerPool(threads)) {
            return RateProbe.measure(pool);
        }
    }

    @Override
    public DecoderNetwork decoder(DecoderSpec spec) {
        WorkerPool pool = new WorkerPool(threads);
        return new DecoderWithPool(new FusedDecoder(DecoderLayout.of(spec), pool), pool);
    }

    @Override
    public TrainingSession openTraining(
            TrainingSpec spec, Switches switches, float[] object, float[] initialParameters) {
        Inputs.requireTraining(spec, object, initialParameters); // before anything is opened
        Inputs.requireSinglePrecision(switches);
        WorkerPool pool = new WorkerPool(switches.threads());
        return new CpuTrainingSession(
                spec, switches, object, initialParameters, newDecoder(spec, pool), pool, selector, clock);
    }

    /** Side by side, one thread for each member, where there are as many as threads; otherwise one after the other. */
    @Override
    public TrainingBatch openBatch(TrainingSpec spec, Switches switches, List<TrainingBatch.Member> members) {
        return openBatch(spec, switches, members, members.size() >= switches.threads());
    }

    /**
     * Several reconstructions that advance together.
     *
     * @param oneThreadEach whether members run side by side on one thread each, or one after the other on all
     */
    public TrainingBatch openBatch(
            TrainingSpec spec, Switches switches, List<TrainingBatch.Member> members, boolean oneThreadEach) {
        if (!oneThreadEach || switches.threads() == 1) {
            return Backend.super.openBatch(spec, switches, members);
        }
        Inputs.requireMembers(members);
        Switches single = switches.withThreads(1);
        return new ThreadedBatch(
                members,
                switches.threads(),
                member -> openTraining(spec, single, member.object(), member.initialParameters()));
    }

    /**
     * Opens a reconstruction with another decoder than the backend's own, for comparisons. The session closes it.
     *
     * @param decoder a network of {@code spec.decoder()}
     */
    public TrainingSession openTraining(
            TrainingSpec spec, Switches switches, float[] object, float[] initialParameters, DecoderNetwork decoder) {
        Inputs.requireTraining(spec, object, initialParameters); // before anything is opened
        Inputs.requireSinglePrecision(switches);
        WorkerPool pool = new WorkerPool(switches.threads());
        return new CpuTrainingSession(spec, switches, object, initialParameters, decoder, pool, selector, clock);
    }

    @Override
    public void close() {
        // threads and native memory belong to the stages
    }

    /** A decoder on its own, which nobody else lends a pool. */
    private record DecoderWithPool(FusedDecoder decoder, WorkerPool pool) implements DecoderNetwork {

        @Override
        public void forward(float[] parameters, float[] output) {
            decoder.forward(parameters, output);
        }

        @Override
        public void backward(float[] outputGradient, float[] parameterGradient) {
            decoder.backward(outputGradient, parameterGradient);
        }

        @Override
        public float[] runningStatistics() {
            return decoder.runningStatistics();
        }

        @Override
        public void close() {
            decoder.close();
            pool.close();
        }
    }

    private static FusedDecoder newDecoder(TrainingSpec spec, WorkerPool pool) {
        return new FusedDecoder(DecoderLayout.of(spec.decoder()), pool);
    }
}
