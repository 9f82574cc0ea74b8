// SPDX-License-Identifier: Apache-2.0
package fizeau.bench;

import fizeau.backend.cuda.CudaBackend;
import fizeau.bench.doctor.Doctor;
import fizeau.bench.doctor.DoctorReport;
import fizeau.bench.eager.LibtorchFacts;
import fizeau.bench.files.Json;
import fizeau.nativeconfig.Settings;
import java.util.List;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** What this machine offers. */
@Command(
        name = "doctor",
        description =
                "Tells what this machine offers: Java, processor, memory, libtorch, CUDA, and what would run here.")
final class DoctorCommand extends AbstractCommand {

    @Option(names = "--json", description = "Prints the findings as one JSON document instead of text.")
    private boolean json;

    @Override
    public Integer call() {
        DoctorReport report = Doctor.examine(
                List.of("cpu", "cuda"), surroundings().arguments(), LibtorchFacts::ask, DoctorCommand::describeGpu);
        surroundings().out().print(json ? Json.text(report) : report.toText());
        return Main.DONE;
    }

    private static String describeGpu() {
        try (CudaBackend backend = CudaBackend.open(Settings.ofProcess(), 0)) {
            return backend.description();
        }
    }
}
