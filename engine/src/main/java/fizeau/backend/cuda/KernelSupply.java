// SPDX-License-Identifier: Apache-2.0
package fizeau.backend.cuda;

import fizeau.backend.cuda.raw.CudaContext;
import fizeau.backend.cuda.raw.CudaException;
import fizeau.kernels.Architecture;
import fizeau.kernels.BoxProjectParameters;
import fizeau.kernels.CubinCache;
import fizeau.kernels.KernelCompilationException;
import fizeau.kernels.KernelCompiler;
import fizeau.kernels.KernelImages;
import fizeau.kernels.NvrtcCompiler;
import fizeau.kernels.PortableKernels;
import fizeau.nativeconfig.CudaAvailability;
import fizeau.nativeconfig.NativeConfigReport;
import fizeau.nativeconfig.Settings;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/**
 * Decides where a session's kernels come from: NVRTC where it is, the portable PTX of the build where it is not, or where
 * NVRTC does not know the card. A property overrides the choice, so that both ways can be tried on one machine.
 */
final class KernelSupply {

    /** Java property: {@code auto}, {@code nvrtc} or {@code portable}. */
    static final String CHOICE_PROPERTY = "fizeau.kernels";

    /** Java property that names a folder of portable kernels, in place of those of the build. */
    static final String PORTABLE_PROPERTY = "fizeau.kernels.portable";

    private static final String AUTO = "auto";
    private static final String NVRTC = "nvrtc";
    private static final String PORTABLE = "portable";
    private static final long CUBIN_CACHE_BYTES = 64L << 20;

    private final Settings settings;
    private final Optional<KernelCompiler> compiler;
    private final Optional<PortableKernels> portable;

    private KernelSupply(Settings settings, Optional<KernelCompiler> compiler, Optional<PortableKernels> portable) {
        this.settings = settings;
        this.compiler = compiler;
        this.portable = portable;
    }

    /**
     * Chooses, and loads the compiler where it is chosen.
     *
     * @throws IllegalArgumentException where CUDA cannot be used here, or what was asked for is not here
     */
    static KernelSupply of(Settings settings, NativeConfigReport report) {
        String choice = settings.property(CHOICE_PROPERTY).orElse(AUTO);
        if (!List.of(AUTO, NVRTC, PORTABLE).contains(choice)) {
            throw new IllegalArgumentException("-D" + CHOICE_PROPERTY + "=" + choice + " is unknown: use " + AUTO + ", "
                    + NVRTC + " or " + PORTABLE);
        }
        if (report.cuda() instanceof CudaAvailability.Unavailable unavailable) {
            return withoutCompiler(settings, choice, unavailable);
        }
        if (!(report.cuda() instanceof CudaAvailability.Available available)) {
            throw new IllegalStateException("unknown kind of availability " + report.cuda());
        }
        if (choice.equals(PORTABLE)) {
            return new KernelSupply(settings, Optional.empty(), Optional.of(requirePortable(settings)));
        }
        return new KernelSupply(
                settings,
                Optional.of(NvrtcCompiler.open(available)),
                choice.equals(NVRTC) ? Optional.empty() : portable(settings));
    }

    private static KernelSupply withoutCompiler(
            Settings settings, String choice, CudaAvailability.Unavailable unavailable) {
        String reasons = String.join("; ", unavailable.reasons());
        if (!unavailable.driverUsable() || choice.equals(NVRTC)) {
            throw new IllegalArgumentException(reasons);
        }
        PortableKernels kernels = portable(settings)
                .orElseThrow(() -> new IllegalArgumentException(reasons
                        + "; and this build of Fizeau holds no portable kernels, which need no CUDA libraries"));
        return new KernelSupply(settings, Optional.empty(), Optional.of(kernels));
    }

    private static PortableKernels requirePortable(Settings settings) {
        return portable(settings)
                .orElseThrow(() -> new IllegalArgumentException("-D" + CHOICE_PROPERTY + "=" + PORTABLE
                        + " cannot be done: there are no portable kernels; build Fizeau where nvcc or NVRTC is"));
    }

    private static Optional<PortableKernels> portable(Settings settings) {
        return settings.property(PORTABLE_PROPERTY)
                .map(folder -> PortableKernels.in(Path.of(folder)))
                .orElseGet(PortableKernels::ofBuild);
    }

    /** The kernels on a device, proven by loading one before anybody counts on them; owned by the context. */
    DeviceKernels open(CudaContext context) {
        if (compiler.isEmpty()) {
            return proven(context, portable.orElseThrow());
        }
        try {
            Architecture architecture = new Architecture(
                    context.device().computeMajor(), context.device().computeMinor());
            return proven(context, KernelImages.compiled(compiler.get(), architecture, cubins()));
        } catch (KernelCompilationException | CudaException unfit) {
            // NVRTC may be older than the card, or newer than the driver.
            if (portable.isEmpty() || unfit instanceof CudaException refusal && !refusal.isOfTheImage()) {
                throw unfit;
            }
            try {
                return proven(context, portable.get());
            } catch (RuntimeException alsoUnfit) {
                unfit.addSuppressed(alsoUnfit);
                throw unfit;
            }
        }
    }

    private static DeviceKernels proven(CudaContext context, KernelImages images) {
        DeviceKernels kernels = new DeviceKernels(context, images);
        kernels.kernelFor(BoxProjectParameters.class);
        return kernels;
    }

    /** The user's cache of compiled kernels; none where there is no home, or where it cannot be written. */
    private Optional<CubinCache> cubins() {
        Optional<Path> folder = settings.variable("XDG_CACHE_HOME")
                .map(Path::of)
                .or(() -> settings.home().map(home -> home.resolve(".cache")));
        try {
            return folder.map(cache -> CubinCache.open(cache.resolve("fizeau").resolve("cubins"), CUBIN_CACHE_BYTES));
        } catch (UncheckedIOException unusable) {
            return Optional.empty(); // costs half a second per process, no more
        }
    }
}
