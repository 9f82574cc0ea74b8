// SPDX-License-Identifier: Apache-2.0
package fizeau.bench;

import fizeau.backend.Backend;
import fizeau.backend.Plan;
import fizeau.backend.Precision;
import fizeau.backend.TrainingLevel;
import fizeau.backend.selection.AbsentLibrary;
import fizeau.backend.selection.DeviceName;
import fizeau.bench.training.VariantSpec;
import fizeau.nativeconfig.CudaAvailability;
import fizeau.nativeconfig.NativeConfigReport;
import fizeau.nativeconfig.Settings;
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
            description = "fp32, or tf32 on a GPU at the library level: factors of products rounded to 10 bits of"
                    + " mantissa, reported apart. Default: ${DEFAULT-VALUE}")
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
            names = "--cuda-graphs",
            negatable = true,
            defaultValue = "true",
            fallbackValue = "true",
            description = "On a GPU: capture iterations and replay them, or launch kernel by kernel.")
    private boolean cudaGraphs;

    @Option(
            names = "--level",
            paramLabel = "NAME",
            description = "On a GPU: fused (kernels of our own) or library (cuDNN, cuBLAS, cuFFT). Default: fused")
    private String level;

    @Option(
            names = "--deterministic",
            description =
                    "Losses that repeat bit for bit. The engine's always do within a process: every sum has a fixed"
                            + " order. At the library level this also takes algorithms by rule instead of by"
                            + " measurement, so that they repeat from process to process.")
    private boolean deterministic;

    /** Whether the GPU was asked for by name: {@code auto} trains on the CPU until a GPU has been shown to be right. */
    boolean cuda() {
        return device.name().kind() == DeviceName.Kind.CUDA;
    }

    /** The device that was asked for. */
    Backend openDevice(Surroundings surroundings) {
        return device.open(surroundings);
    }

    /** Refuses, in one sentence, what does not exist or is not here; training on a GPU is possible where there is one. */
    void requirePossibleAnywhere() {
        requireKnown();
        if (cuda()) {
            CudaAvailability cuda =
                    NativeConfigReport.examine(Settings.ofProcess()).cuda();
            if (cuda instanceof CudaAvailability.Unavailable missing && !missing.driverUsable()) {
                device.refuseCuda(SwitchOptions::whyNoCuda);
            }
            if (plan.equals(Plan.PRUNED.word())) {
                throw new IllegalArgumentException("--plan " + plan + " does not exist for training on cuda: use "
                        + Plan.FFT.word() + ", " + Plan.MATRIX.word() + " or auto");
            }
            TrainingLibraries.require(cuda, level(), plan);
        } else {
            AbsentLibrary.requireNone();
        }
    }

    private TrainingLevel level() {
        return level == null ? TrainingLevel.FUSED : TrainingLevel.parse(level);
    }

    /** The device that trains, as records name it. */
    String deviceWord() {
        return cuda() ? device.name().toString() : DeviceName.parse("cpu").toString();
    }

    /** Refuses, in one sentence, what does not exist or is not here, the GPU included. */
    void requirePossible() {
        requireKnown();
        device.refuseCuda(SwitchOptions::whyNoCuda);
        AbsentLibrary.requireNone();
    }

    private void requireKnown() {
        TrainingLevel asked = level();
        if (level != null && !cuda()) {
            throw new IllegalArgumentException(
                    "--level " + level + " is a choice on a GPU: use it with --device cuda, or leave it out");
        }
        if (Precision.parse(precision) == Precision.TF32 && asked != TrainingLevel.LIBRARY) {
            throw new IllegalArgumentException("--precision " + precision
                    + " exists on a GPU at the library level only: use --device cuda --level library, or --precision "
                    + Precision.FP32.word());
        }
        threads();
        if (!plan.equals("auto")) {
            Plan.parse(plan);
        }
    }

    /** What {@code doctor} says of it, or that this command has no use for it. */
    private static String whyNoCuda() {
        CudaAvailability cuda = NativeConfigReport.examine(Settings.ofProcess()).cuda();
        return cuda instanceof CudaAvailability.Unavailable missing
                ? String.join("; ", missing.reasons()).replaceAll("\\s*\\R\\s*", " ")
                : "CUDA is here, but this command computes on the CPU only";
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
                ? engine.onCuda(device.name(), cudaGraphs).at(level(), Precision.parse(precision), deterministic)
                : engine;
    }
}
