// SPDX-License-Identifier: Apache-2.0
package fizeau.bench.doctor;

import fizeau.bench.environment.Environment;
import fizeau.bench.environment.StealTime;
import fizeau.nativeconfig.CudaAvailability;
import fizeau.nativeconfig.NativeConfigReport;
import fizeau.nativeconfig.Settings;
import java.util.List;
import java.util.function.Supplier;

/** Examines the machine. Absent and broken parts become words in the report; no examination throws. */
public final class Doctor {

    private Doctor() {}

    /**
     * Examines this machine; takes about a second, most of it for loading libtorch.
     *
     * @param backends words of the backends that this build has, for example {@code cpu}
     * @param arguments command-line arguments of the program, for the environment capsule
     * @param libtorch loads libtorch and asks it; may throw anything that loading a native library throws
     * @param gpu opens the GPU and describes it; asked only where its files are complete; may throw as much
     */
    public static DoctorReport examine(
            List<String> backends, List<String> arguments, Supplier<LibtorchInfo> libtorch, Supplier<String> gpu) {
        Settings settings = Settings.ofProcess();
        Environment environment = Environment.capture(arguments); // before libtorch starts threads and touches memory
        DoctorReport.NativeCache cache = NativeCacheProbe.examine(settings);
        DoctorReport.Libtorch loaded = load(libtorch, cache);
        DoctorReport.Python python = PythonProbe.examine("python3");
        NativeConfigReport configuration = NativeConfigReport.examine(settings);
        return new DoctorReport(
                environment,
                loaded,
                cache,
                cuda(configuration),
                python,
                possible(confirmed(device(backends, configuration.cuda()), gpu), loaded),
                Warnings.of(environment, loaded, cache, python, StealTime.now()));
    }

    static DoctorReport.Libtorch load(Supplier<LibtorchInfo> libtorch, DoctorReport.NativeCache cache) {
        try {
            return new DoctorReport.Libtorch(true, libtorch.get(), null);
        } catch (RuntimeException | LinkageError failure) {
            return new DoctorReport.Libtorch(false, null, LoadFailure.explain(failure, cache));
        }
    }

    static DoctorReport.Cuda cuda(NativeConfigReport report) {
        List<String> search = report.toLines();
        if (report.cuda() instanceof CudaAvailability.Available available) {
            List<String> missing = available.missing().stream()
                    .map(CudaAvailability.MissingLibrary::sentence)
                    .toList();
            return new DoctorReport.Cuda(report.driver().describe(), available.release(), search, List.of(), missing);
        }
        if (report.cuda() instanceof CudaAvailability.Unavailable unavailable) {
            return new DoctorReport.Cuda(report.driver().describe(), null, search, unavailable.reasons(), List.of());
        }
        throw new IllegalStateException("unknown kind of availability " + report.cuda());
    }

    /** Files promise a GPU; only calling it is proof. */
    static DoctorReport.Device confirmed(DoctorReport.Device promised, Supplier<String> gpu) {
        if (!promised.name().equals("cuda")) {
            return promised;
        }
        try {
            return new DoctorReport.Device("cuda", gpu.get() + " answers; trainings, measure and verify use it");
        } catch (RuntimeException | LinkageError broken) {
            String message =
                    String.valueOf(broken.getMessage()).lines().findFirst().orElse("no reason given");
            return new DoctorReport.Device("cpu", "the GPU does not answer: " + message);
        }
    }

    /** The CPU is no device of an installation that lacks its libraries. */
    static DoctorReport.Device possible(DoctorReport.Device chosen, DoctorReport.Libtorch libtorch) {
        return chosen.name().equals("cpu") && !libtorch.loaded()
                ? new DoctorReport.Device(
                        "nothing", chosen.because() + ", and libtorch does not load: " + libtorch.problem())
                : chosen;
    }

    static DoctorReport.Device device(List<String> backends, CudaAvailability cuda) {
        boolean built = backends.contains("cuda");
        if (cuda instanceof CudaAvailability.Unavailable unavailable) {
            return built && unavailable.driverUsable()
                    ? new DoctorReport.Device("cuda", "a driver is here, and portable kernels need no more")
                    : new DoctorReport.Device("cpu", unavailable.reasons().get(0));
        }
        if (cuda instanceof CudaAvailability.Available available) {
            return built
                    ? new DoctorReport.Device(
                            "cuda", "CUDA " + available.release() + " and a driver that runs it are here")
                    : new DoctorReport.Device(
                            "cpu",
                            "this build has no CUDA backend, although CUDA " + available.release() + " was found");
        }
        throw new IllegalStateException("unknown kind of availability " + cuda);
    }
}
