// SPDX-License-Identifier: Apache-2.0
package fizeau.backend.selection;

import fizeau.backend.Backend;
import fizeau.backend.Closing;
import fizeau.backend.cuda.CudaBackend;
import fizeau.backend.cuda.raw.CudaException;
import fizeau.kernels.KernelCompilationException;
import fizeau.nativeconfig.Settings;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import java.util.function.Supplier;

/**
 * Opens the backend that a user asked for. Asked for nothing in particular, a machine without a usable GPU gives the CPU and
 * says why in one line; asked for the GPU, it refuses in one sentence. Knows the CPU only as something that can be opened, so
 * that a bundle without libtorch can select too.
 */
public final class BackendSelector {

    private final Settings settings;
    private final Supplier<? extends Backend> cpu;
    private final Consumer<String> notice;

    /**
     * @param settings where CUDA is looked for
     * @param cpu opens the backend on the CPU
     * @param notice receives the one line that says why the GPU is not used
     */
    public BackendSelector(Settings settings, Supplier<? extends Backend> cpu, Consumer<String> notice) {
        this.settings = settings;
        this.cpu = cpu;
        this.notice = notice;
    }

    /**
     * Opens one backend.
     *
     * @throws IllegalArgumentException where a GPU was asked for that cannot be used
     */
    public Backend open(DeviceName device) {
        return switch (device.kind()) {
            case CPU -> cpu();
            case CUDA -> cuda(device);
            case AUTO -> {
                try {
                    yield cuda(device);
                } catch (IllegalArgumentException unusable) {
                    notice.accept("computing on the CPU: " + unusable.getCause().getMessage());
                    yield cpu();
                }
            }
        };
    }

    /**
     * Opens every backend that is present, the CPU first, or the one that was asked for; none where an installation without
     * the CPU's libraries finds no GPU.
     *
     * @throws IllegalArgumentException where a GPU was asked for that cannot be used
     */
    public List<Backend> openAll(DeviceName device) {
        if (device.kind() != DeviceName.Kind.AUTO) {
            return List.of(open(device));
        }
        List<Backend> present = new ArrayList<>();
        try {
            present.add(cpu());
        } catch (IllegalArgumentException absent) {
            notice.accept("leaving cpu out: " + absent.getCause().getMessage());
        }
        try {
            present.add(cuda(device));
        } catch (IllegalArgumentException unusable) {
            notice.accept("leaving cuda out: " + unusable.getCause().getMessage());
        } catch (RuntimeException | Error failure) {
            Closing.afterFailure(failure, () -> Closing.all(present));
            throw failure;
        }
        return List.copyOf(present);
    }

    /** The CPU; where its libraries were left out, the cause says so in one line. */
    private Backend cpu() {
        try {
            return cpu.get();
        } catch (LinkageError failure) {
            String why = AbsentLibrary.explain(failure).orElseThrow(() -> failure);
            throw new IllegalArgumentException(
                    "--device cpu cannot be used: " + why, new IllegalStateException(why, failure));
        }
    }

    private Backend cuda(DeviceName device) {
        return requireCuda(settings, device);
    }

    /**
     * What to compute on.
     *
     * @param obstacle why it is not the GPU where the choice was left open; null otherwise
     */
    public record Choice(DeviceName device, String obstacle) {}

    /**
     * The device that was asked for, or where none was the GPU if it can be used, else the CPU.
     *
     * @throws IllegalArgumentException where the GPU was asked for and cannot be used
     */
    public static Choice choose(Settings settings, DeviceName asked) {
        if (asked.kind() == DeviceName.Kind.CPU) {
            return new Choice(asked, null);
        }
        try {
            requireCuda(settings, asked).close();
            return new Choice(new DeviceName(DeviceName.Kind.CUDA, asked.ordinal()), null);
        } catch (IllegalArgumentException unusable) {
            if (asked.kind() == DeviceName.Kind.CUDA) {
                throw unusable;
            }
            return new Choice(
                    new DeviceName(DeviceName.Kind.CPU, 0), unusable.getCause().getMessage());
        }
    }

    /**
     * The GPU.
     *
     * @param settings where CUDA is looked for
     * @throws IllegalArgumentException where it cannot be used; the cause says why in one line
     */
    public static Backend requireCuda(Settings settings, DeviceName device) {
        try {
            return CudaBackend.open(settings, device.ordinal());
        } catch (IllegalArgumentException
                | CudaException
                | KernelCompilationException
                | UncheckedIOException
                | LinkageError unusable) {
            String why = firstLine(unusable);
            throw new IllegalArgumentException(
                    "--device " + device + " cannot be used: " + why + "; use --device cpu",
                    new IllegalStateException(why, unusable));
        }
    }

    /** A compiler's message goes on with its log and the source, a linker's with where it looked. */
    private static String firstLine(Throwable failure) {
        return String.valueOf(failure.getMessage()).strip().lines().findFirst().orElse("no reason is given");
    }
}
