// SPDX-License-Identifier: Apache-2.0
package fizeau.backend.cuda;

import fizeau.backend.Backend;
import fizeau.backend.Closing;
import fizeau.backend.DecoderNetwork;
import fizeau.backend.DeviceLatencies;
import fizeau.backend.DeviceRates;
import fizeau.backend.FourierTransform;
import fizeau.backend.ImageMetrics;
import fizeau.backend.Inputs;
import fizeau.backend.MeasurementOperator;
import fizeau.backend.Plan;
import fizeau.backend.Precision;
import fizeau.backend.Ranges;
import fizeau.backend.Switches;
import fizeau.backend.TrainingBatch;
import fizeau.backend.TrainingLevel;
import fizeau.backend.TrainingSession;
import fizeau.backend.TrainingSpec;
import fizeau.backend.cuda.raw.CudaDevice;
import fizeau.cache.CacheStatistics;
import fizeau.nativeconfig.Settings;
import fizeau.optics.Aperture;
import fizeau.optics.Mask;
import fizeau.optics.PixelPosition;
import fizeau.optics.Shape;
import fizeau.pinn.CollocationProblem;
import fizeau.pinn.LowRankNetwork;
import fizeau.reconstruct.DecoderLayout;
import fizeau.reconstruct.DecoderSpec;
import fizeau.unet.PatchLoss;
import fizeau.unet.UnetWork;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * The engine on one NVIDIA GPU: measurement operator in box form and, where cuFFT is, by full FFTs; decoder and training by our
 * own kernels and, where cuDNN and cuBLAS are, by those. Owns the device's session and the caches of its operators; confined to the thread that opened it.
 */
public final class CudaBackend implements Backend {

    private final CudaSession session;
    private final DeviceCaches caches;

    private CudaBackend(CudaSession session, DeviceCaches caches) {
        this.session = session;
        this.caches = caches;
    }

    /**
     * Opens a device; measurements are not kept, masks and tables are.
     *
     * @param ordinal number of the device, as the driver counts visible cards
     * @throws IllegalArgumentException where CUDA cannot be used here, or has no device of that number
     * @throws fizeau.backend.cuda.raw.CudaException where the driver refuses
     * @throws fizeau.kernels.KernelCompilationException where the compiler does not know the device
     */
    public static CudaBackend open(Settings settings, int ordinal) {
        return open(settings, ordinal, CacheSwitches.FRESH_MEASUREMENTS);
    }

    /** The same with a choice of what is kept. */
    public static CudaBackend open(Settings settings, int ordinal, CacheSwitches switches) {
        CudaSession session = CudaSession.open(settings, ordinal);
        return new CudaBackend(session, new DeviceCaches(session, switches));
    }

    @Override
    public String name() {
        return "cuda";
    }

    @Override
    public String description() {
        CudaDevice device = session.context().device();
        return device.name() + " (cuda:" + device.ordinal() + ", compute capability " + device.computeMajor() + "."
                + device.computeMinor() + ", " + (device.memoryBytes() >> 20) + " MiB), driver for CUDA "
                + session.context().driver().cudaVersion() + ", " + session.kernelOrigin();
    }

    @Override
    public Set<Plan> plans() {
        return session.hasCufft() ? EnumSet.of(Plan.FFT, Plan.MATRIX) : EnumSet.of(Plan.MATRIX);
    }

    @Override
    public FourierTransform fourierTransform() {
        return new CudaFourierTransform(session, caches);
    }

    @Override
    public MeasurementOperator measurementOperator(Shape object, Shape frame, Plan plan) {
        requirePossible(object, frame, plan);
        return new CudaMeasurementOperator(object, frame, plan, session, caches);
    }

    /**
     * The same telescope on arrays that stay on the device.
     *
     * @param masks at least one, none closed, all of the frame
     * @param objects how many objects the masks are spread over, a divisor of their number
     * @param graphs whether calls are captured and replayed; needs {@link #offersGraphs}
     */
    public ResidentOperator residentOperator(
            Shape object, Shape frame, Plan plan, List<Mask> masks, int objects, boolean graphs) {
        requirePossible(object, frame, plan);
        if (graphs && !offersGraphs()) {
            throw new IllegalArgumentException("the driver has no graphs: update it or use --no-cuda-graphs");
        }
        return ResidentOperator.open(object, frame, plan, masks, objects, graphs, session, caches);
    }

    /** Measures what the device can copy and compute; takes a fraction of a second. */
    public DeviceRates rates() {
        return DeviceRateProbe.measure(session);
    }

    /** Measures what it costs to begin a kernel, alone and in a graph; takes a fraction of a second. */
    public DeviceLatencies latencies() {
        return DeviceLatencyProbe.measure(session);
    }

    /** Whether the driver can capture and replay. */
    public boolean offersGraphs() {
        return session.context().driver().offersGraphs();
    }

    private void requirePossible(Shape object, Shape frame, Plan plan) {
        if (!frame.contains(object)) {
            throw new IllegalArgumentException("object of " + object + " does not fit the frame of " + frame);
        }
        if (plan == Plan.PRUNED) {
            throw new IllegalArgumentException("plan " + plan.word() + " does not exist on cuda: use "
                    + Plan.MATRIX.word() + " or " + Plan.FFT.word());
        }
        requireLibrary(plan);
    }

    private void requireLibrary(Plan plan) {
        if (plan == Plan.FFT) {
            try {
                session.cufft();
            } catch (IllegalArgumentException unusable) {
                throw new IllegalArgumentException(
                        "plan " + plan.word() + " is not possible: " + unusable.getMessage() + "; or use --plan "
                                + Plan.MATRIX.word(),
                        unusable);
            }
        }
    }

    @Override
    public ImageMetrics imageMetrics(Shape shape) {
        return new CudaImageMetrics(shape, session);
    }

    @Override
    public DecoderNetwork decoder(DecoderSpec spec) {
        return decoder(spec, TrainingLevel.FUSED, Precision.FP32);
    }

    /** The same by our own kernels or by libraries, whose algorithms are chosen by measurement. */
    public DecoderNetwork decoder(DecoderSpec spec, TrainingLevel level, Precision precision) {
        requirePossible(level, precision);
        DecoderLayout layout = DecoderLayout.of(spec);
        return new CudaDecoderNetwork(layout, session, DecoderPasses.open(session, layout, level, precision, false));
    }

    /**
     * Opens a reconstruction at the level that the switches name. With no plan named, the telescope is computed in box form by
     * our own kernels, and through cuFFT at the library level where that is here.
     *
     * @throws IllegalArgumentException also where a library is not here, with what to install
     */
    @Override
    public TrainingSession openTraining(
            TrainingSpec spec, Switches switches, float[] object, float[] initialParameters) {
        return openTraining(spec, switches, object, initialParameters, Ranges.NONE);
    }

    /**
     * The same for a profiler.
     *
     * @param ranges told of the stages of each iteration while it is launched or captured, and of replays
     */
    public TrainingSession openTraining(
            TrainingSpec spec, Switches switches, float[] object, float[] initialParameters, Ranges ranges) {
        Optional<Plan> plan = requireTraining(spec, switches, object, initialParameters);
        return new CudaTrainingSession(spec, switches, plan, object, initialParameters, session, ranges);
    }

    /** Every member in a stream of its own, all iterations in one graph. */
    @Override
    public TrainingBatch openBatch(TrainingSpec spec, Switches switches, List<TrainingBatch.Member> members) {
        Inputs.requireMembers(members);
        members.forEach(member -> requireTraining(spec, switches, member.object(), member.initialParameters()));
        return new CudaTrainingBatch(spec, switches, trainingPlan(switches), members, session);
    }

    /**
     * Opens the fine-tuning of a physics-informed network.
     *
     * @throws IllegalArgumentException where the network is wider than the kernels are made for, or the parameters do not fit
     */
    public CudaFineTuning openFineTuning(
            CollocationProblem problem,
            LowRankNetwork network,
            float[] initialParameters,
            CudaFineTuning.Settings settings) {
        return new CudaFineTuning(problem, network, initialParameters, settings, session);
    }

    /**
     * Opens a training of the residual 3D U-Net.
     *
     * @param decay part of each weight that is added to its gradient
     * @param parameters in the order of the layout
     * @throws IllegalArgumentException where cuDNN or cuBLAS is not here, or the driver has no graphs that were asked for
     */
    public CudaUnetTraining openUnetTraining(
            UnetWork work, PatchLoss loss, double decay, float[] parameters, UnetSwitches switches) {
        requireUnet(switches);
        return new CudaUnetTraining(session, work, loss, decay, parameters, switches);
    }

    /** Opens the same network for inference; the work's samples are the most windows that go together. */
    public CudaUnetInference openUnetInference(UnetWork work, float[] parameters, UnetSwitches switches) {
        requireUnet(switches);
        return new CudaUnetInference(session, work, parameters, switches);
    }

    private void requireUnet(UnetSwitches switches) {
        if (!session.hasNetworkLibraries()) {
            throw new IllegalArgumentException("a 3D U-Net on the GPU needs cuDNN and cuBLAS, which are not here:"
                    + " install them (bench/run doctor says which), or compute on the CPU");
        }
        session.cudnn();
        if (switches.graph() && !offersGraphs()) {
            throw new IllegalArgumentException("the driver has no graphs: update it or leave switch graph out");
        }
    }

    /** Ranges that measure, by the device's own clock, how long each stage of an iteration takes; the caller closes them. */
    public StageEvents stageEvents() {
        return StageEvents.open(session);
    }

    /** Refuses what cannot be trained; answers how the telescope is computed. */
    private Optional<Plan> requireTraining(
            TrainingSpec spec, Switches switches, float[] object, float[] initialParameters) {
        Inputs.requireTraining(spec, object, initialParameters);
        requirePossible(switches.level(), switches.precision());
        return trainingPlan(switches);
    }

    /** Empty where it is chosen for each box. */
    private Optional<Plan> trainingPlan(Switches switches) {
        if (switches.plan().isEmpty()) {
            return switches.level() == TrainingLevel.LIBRARY
                    ? Optional.of(session.hasCufft() ? Plan.FFT : Plan.MATRIX)
                    : Optional.empty();
        }
        Plan plan = switches.plan().get();
        if (plan == Plan.PRUNED) {
            throw new IllegalArgumentException("plan " + plan.word() + " does not exist for training on cuda: use "
                    + Plan.FFT.word() + ", " + Plan.MATRIX.word() + " or auto");
        }
        requireLibrary(plan);
        return switches.plan();
    }

    /** Whether a level's libraries are on this machine, told from files. */
    public boolean offers(TrainingLevel level) {
        return level == TrainingLevel.FUSED || session.hasNetworkLibraries();
    }

    private void requirePossible(TrainingLevel level, Precision precision) {
        if (level == TrainingLevel.FUSED && precision != Precision.FP32) {
            throw new IllegalArgumentException("precision " + precision.word() + " does not exist at level "
                    + level.word() + ": use --level " + TrainingLevel.LIBRARY.word() + " or --precision "
                    + Precision.FP32.word());
        }
        if (level == TrainingLevel.LIBRARY) {
            try {
                session.cudnn();
            } catch (IllegalArgumentException unusable) {
                throw new IllegalArgumentException(
                        "level " + level.word() + " is not possible: " + unusable.getMessage() + "; or use --level "
                                + TrainingLevel.FUSED.word(),
                        unusable);
            }
        }
    }

    /**
     * The caches of a training session, taken apart for benchmarks; the caller closes them first.
     *
     * @param object amplitudes of an object of {@code objectShape}; copied
     * @param centres aperture positions, at least two and all different; each is a key of every cache
     */
    public CudaTelescopeCaches telescopeCaches(
            Shape objectShape, Shape frame, Aperture aperture, float[] object, List<PixelPosition> centres) {
        return new CudaTelescopeCaches(objectShape, frame, aperture, object, centres, session);
    }

    /**
     * Layers of a network by cuDNN and cuBLAS, none yet; the caller closes it.
     *
     * @throws IllegalArgumentException where one of the libraries is not here or cannot be used, with what to install
     */
    public DeviceLayers openLayers() {
        return new DeviceLayers(session);
    }

    /** Runs work, all of it, between the marks that tell NVIDIA's profilers what to record. */
    public void profiled(Runnable work) {
        session.context().profiled(work);
    }

    /** Bytes of device memory that stages and caches hold now. */
    public long deviceBytes() {
        return session.context().account().liveBytes();
    }

    /** The most bytes of device memory that were ever held. */
    public long peakDeviceBytes() {
        return session.context().account().peakBytes();
    }

    /** The most bytes that were held since the last call; the mark then starts anew from what is held now. */
    public long takePeakDeviceBytes() {
        return session.context().account().takePeakBytes();
    }

    /** What the caches counted, by the names that records use. */
    public Map<String, CacheStatistics> cacheStatistics() {
        return caches.statistics();
    }

    @Override
    public void close() {
        Closing.all(List.of(caches, session));
    }
}
