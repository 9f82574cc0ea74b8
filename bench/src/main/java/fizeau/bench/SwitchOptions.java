// SPDX-License-Identifier: Apache-2.0
package fizeau.bench;

import fizeau.backend.Plan;
import fizeau.backend.Precision;
import fizeau.backend.TrainingLevel;
import fizeau.backend.selection.AbsentLibrary;
import fizeau.backend.selection.DeviceName;
import fizeau.bench.training.DeviceFindings;
import fizeau.bench.training.VariantSpec;
import fizeau.nativeconfig.NativeConfigReport;
import fizeau.nativeconfig.Settings;
import java.util.List;
import java.util.Optional;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Options that set the optimised variant's switches and where it runs. */
final class SwitchOptions {

    @Mixin
    private BackendOptions device;

    @Option(
            names = "--precision",
            paramLabel = "NAME",
            defaultValue = "fp32",
            description =
                    "fp32, or on a GPU at the library level tf32 (factors of products rounded to 10 bits of mantissa)"
                            + " or bf16 (convolutions take and give 8 bits). Rounding precisions are reported apart; compare holds"
                            + " them against the library level in fp32. Default: ${DEFAULT-VALUE}")
    private String precision;

    @Option(
            names = "--threads",
            paramLabel = "N",
            description = "Threads of every variant. Default: for each variant what is fastest, up to all cores")
    private Integer threads;

    @Option(
            names = "--plan",
            paramLabel = "NAME",
            defaultValue = "auto",
            description = "Transform plan: auto (the fastest by measurement), fft, pruned or matrix."
                    + " Default: ${DEFAULT-VALUE}")
    private String plan;

    @Option(
            names = "--measurement-cache",
            negatable = true,
            defaultValue = "true",
            fallbackValue = "true",
            description = "Keep the truth's measurements, or measure in every iteration.")
    private boolean measurementCache;

    @Option(
            names = "--fft-cache",
            negatable = true,
            defaultValue = "true",
            fallbackValue = "true",
            description = "Keep transform plans, or build them for every transform.")
    private boolean fftCache;

    @Option(
            names = "--grid-cache",
            negatable = true,
            defaultValue = "true",
            fallbackValue = "true",
            description = "Keep masks and grids, or evaluate them whenever needed.")
    private boolean gridCache;

    @Option(
            names = "--fused",
            negatable = true,
            defaultValue = "true",
            fallbackValue = "true",
            description = "Hand-written passes, or tensor operations with automatic differentiation.")
    private boolean fused;

    @Option(
            names = "--fused-optimizer",
            negatable = true,
            defaultValue = "true",
            fallbackValue = "true",
            description = "Adam in one pass over one buffer, or one pass per tensor and operation.")
    private boolean fusedOptimizer;

    @Option(
            names = "--fused-loss",
            negatable = true,
            defaultValue = "true",
            fallbackValue = "true",
            description =
                    "On a GPU: loss and gradient where the detector's field is computed, or measurement, loss and way back"
                            + " one after another.")
    private boolean fusedLoss;

    @Option(
            names = "--cuda-graphs",
            negatable = true,
            defaultValue = "true",
            fallbackValue = "true",
            description = "On a GPU: capture iterations and replay them, or launch kernel by kernel.")
    private boolean cudaGraphs;

    @Option(
            names = "--level",
            paramLabel = "NAME",
            description =
                    "On a GPU: fused (kernels of our own) or library (cuDNN, cuBLAS, cuFFT). Default: fused; compare"
                            + " also trains the library level beside it")
    private String level;

    @Option(
            names = "--deterministic",
            description =
                    "Losses that repeat bit for bit. The engine's always do within a process: every sum has a fixed"
                            + " order. At the library level this also takes algorithms by rule instead of by"
                            + " measurement, so that they repeat from process to process.")
    private boolean deterministic;

    private DeviceName chosen;

    /**
     * Chooses the device, by {@code auto} the GPU where it can be used; refuses, in one sentence, what does not exist or is not
     * here. To be called before anything that depends on the device.
     */
    void choose() {
        requireKnown();
        chosen = device.choose();
        if (cuda()) {
            if (plan.equals(Plan.PRUNED.word())) {
                throw new IllegalArgumentException("--plan " + plan + " does not exist for training on cuda: use "
                        + Plan.FFT.word() + ", " + Plan.MATRIX.word() + " or auto");
            }
            TrainingLibraries.require(
                    NativeConfigReport.examine(Settings.ofProcess()).cuda(), level(), plan);
        } else {
            requireNoLevel();
        }
    }

    private void requireNoLevel() {
        if (level != null) {
            throw new IllegalArgumentException(
                    "--level " + level + " is a choice on a GPU: use it with --device cuda, or leave it out");
        }
        requireOnGpu(fusedLoss, "--no-fused-loss");
        requireOnGpu(cudaGraphs, "--no-cuda-graphs");
    }

    private static void requireOnGpu(boolean usual, String option) {
        if (!usual) {
            throw new IllegalArgumentException(
                    option + " is a choice on a GPU: use it with --device cuda, or leave it out");
        }
    }

    /** The same for what computes on the CPU alone. */
    void chooseCpu(String why) {
        requireKnown();
        requireNoLevel();
        device.refuseCuda(() -> why);
        AbsentLibrary.requireNone();
        chosen = DeviceName.parse("cpu");
    }

    private TrainingLevel level() {
        return level == null ? TrainingLevel.FUSED : TrainingLevel.parse(level);
    }

    /** Says, once it is known that the command will run, why it does not run on a GPU. */
    void announce(Surroundings surroundings) {
        device.announce(surroundings);
    }

    /** The device that was chosen. */
    DeviceName device() {
        if (chosen == null) {
            throw new IllegalStateException("the device was not chosen yet");
        }
        return chosen;
    }

    /** Whether that is a GPU. */
    boolean cuda() {
        return device().kind() == DeviceName.Kind.CUDA;
    }

    private void requireKnown() {
        TrainingLevel asked = level();
        if (Precision.parse(precision) != Precision.FP32 && asked != TrainingLevel.LIBRARY) {
            throw new IllegalArgumentException("--precision " + precision
                    + " exists on a GPU at the library level only: use --device cuda --level library, or --precision "
                    + Precision.FP32.word());
        }
        threads();
        if (!plan.equals("auto")) {
            Plan.parse(plan);
        }
    }

    /** Most threads that a variant may use. */
    int cores() {
        return Runtime.getRuntime().availableProcessors();
    }

    /** Threads of every variant before any are tried. */
    int threads() {
        return DeviceOptions.threads(threads);
    }

    boolean tuneThreads() {
        return threads == null && cores() > 1;
    }

    /**
     * What a comparison trains on a GPU: the optimised variant and, where it is something else and nobody asked for one level
     * alone, the library level in single precision.
     */
    List<VariantSpec> levels() {
        VariantSpec optimized = optimized();
        return wantsLibraryLevel() && libraryObstacle().isEmpty()
                ? List.of(
                        optimized,
                        optimized
                                .at(TrainingLevel.LIBRARY, Precision.FP32, deterministic)
                                .withName(VariantSpec.LIBRARY_LEVEL))
                : List.of(optimized);
    }

    /** The level that {@link #levels} leaves out though it belongs there. */
    List<DeviceFindings.MissingLevel> missingLevels() {
        return wantsLibraryLevel()
                ? libraryObstacle().stream()
                        .map(reason -> new DeviceFindings.MissingLevel(
                                VariantSpec.LIBRARY_LEVEL, TrainingLevel.LIBRARY.word(), reason))
                        .toList()
                : List.of();
    }

    private boolean wantsLibraryLevel() {
        return level == null || Precision.parse(precision) != Precision.FP32;
    }

    private static Optional<String> libraryObstacle() {
        return TrainingLibraries.obstacle(
                NativeConfigReport.examine(Settings.ofProcess()).cuda(), TrainingLevel.LIBRARY);
    }

    VariantSpec optimized() {
        VariantSpec engine = new VariantSpec(
                VariantSpec.OPTIMIZED,
                "engine",
                "cpu",
                false,
                measurementCache,
                fftCache,
                gridCache,
                plan,
                fused,
                fusedOptimizer,
                threads(),
                1);
        return cuda()
                ? engine.onCuda(device(), cudaGraphs)
                        .at(level(), Precision.parse(precision), deterministic)
                        .withFusedLoss(fusedLoss)
                : engine;
    }
}
