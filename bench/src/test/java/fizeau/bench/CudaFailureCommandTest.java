// SPDX-License-Identifier: Apache-2.0
package fizeau.bench;

import static org.assertj.core.api.Assertions.assertThat;

import fizeau.backend.cuda.PretendCudaExtension;
import fizeau.bench.PretendCommand.Answer;
import fizeau.bench.doctor.DoctorReport;
import fizeau.bench.files.Json;
import fizeau.kernels.PretendCuda;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What a user sees of a GPU that fails: a sentence and an exit code, from a process of its own on the pretend machine. */
@ExtendWith(PretendCudaExtension.class)
class CudaFailureCommandTest {
    @TempDir
    private Path folder;

    private final PretendCuda machine;

    CudaFailureCommandTest(PretendCuda machine) {
        this.machine = machine;
    }

    /** {@code measure} at a small size, on a machine. */
    private Answer measure(String device, PretendCuda host) throws Exception {
        return answer(
                host,
                "measure",
                "--device",
                device,
                "--image-size",
                "32",
                "--object-size",
                "8",
                "--aperture-radius",
                "3",
                "--pattern-radius",
                "6",
                "--samples",
                "8",
                "--out",
                folder.resolve("results").toString());
    }

    private Answer answer(PretendCuda host, String... arguments) throws Exception {
        // without that, a build that holds portable kernels would help itself
        return new PretendCommand(host, folder)
                .with("-Dfizeau.plans=off", "-Dfizeau.kernels=nvrtc")
                .run(arguments);
    }

    private static List<String> complaints(Answer answer) {
        return answer.err()
                .lines()
                .filter(line -> !line.isBlank() && !line.matches("\\[.*|.*(measuring|files and pictures).*"))
                .toList();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                // lost, or out of memory, in the middle of the work: exit 1
                "cuLaunchKernel 719 3 lost | 1 | CUDA_ERROR_LAUNCH_FAILED (719) | the device is lost to this process",
                "cuStreamSynchronize 700 6 lost | 1 | CUDA_ERROR_ILLEGAL_ADDRESS (700) | the device is lost",
                "cuMemAlloc_v2 2 6 | 1 | CUDA_ERROR_OUT_OF_MEMORY (2) | bytes were asked for",
                // not usable from the start: exit 2
                "cuInit 803 | 2 | --device cuda cannot be used: cuInit answered | reboot",
                "cuDeviceGetCount 100 | 2 | --device cuda cannot be used | CUDA_VISIBLE_DEVICES"
            })
    void aFailureIsOneSentenceAndAnExitCode(String fault, int code, String words, String more) throws Exception {
        try (AutoCloseable failing = machine.failing(fault)) {
            Answer answer = measure("cuda", machine);
            assertThat(complaints(answer)).singleElement().asString().contains(words, more);
            assertThat(answer.code()).isEqualTo(code);
        }
    }

    /** The child that meets it ends or reports; the command says so, writes what it has, and fails. */
    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "cuMemAlloc_v2 2 6 | not timed: optimized failed | CUDA_ERROR_OUT_OF_MEMORY (2) | bytes were asked for",
                "cuLaunchKernel 719 40 lost | not timed: optimized failed | CUDA_ERROR_LAUNCH_FAILED (719) | is lost",
                // beyond what the trial launches: in the process that is timed
                "cuLaunchKernel 719 2000 lost | optimized in round 1 failed | CUDA_ERROR_LAUNCH_FAILED (719) | is lost"
            })
    void aTrainingThatFailsIsTold(String fault, String where, String words, String more) throws Exception {
        try (AutoCloseable failing = machine.failing(fault)) {
            Path results = folder.resolve("results");
            Answer answer = answer(
                    machine,
                    ("optimized --device cuda --workload quick --object-size 16 --image-size 32 --aperture-radius 4"
                                    + " --pattern-radius 8 --samples 2 --epochs 100 --rounds 1 --threads 1"
                                    + " --no-cuda-graphs --out " + results)
                            .split(" "));
            assertThat(answer.said()).contains(where, words, more).doesNotContain("\tat fizeau.");
            assertThat(answer.code()).isEqualTo(Main.FAILED);
        }
    }

    @Test
    void aMissingLibraryIsToldWithItsRemedy(@TempDir Path other) throws Exception {
        PretendCuda without = machine.variant(other, PretendCuda.DRIVER_VERSION, "libnvrtc.so.13");
        Answer refused = measure("cuda", without);
        assertThat(complaints(refused))
                .singleElement()
                .asString()
                .contains("--device cuda cannot be used", "libnvrtc.so.13 is missing", "pip install", "--device cpu");
        assertThat(refused.code()).isEqualTo(Main.BAD_INPUT);
        Answer fallenBack = measure("auto", without);
        assertThat(complaints(fallenBack)).singleElement().asString().startsWith("computing on the CPU: ");
        assertThat(fallenBack.code()).isZero();
    }

    @Test
    void aDeviceThatWorksMeasures() throws Exception {
        Answer answer = measure("cuda", machine);
        assertThat(complaints(answer)).isEmpty();
        assertThat(answer.code()).isZero();
    }

    @Test
    void doctorPromisesADeviceThatAnswers() throws Exception {
        Answer answer = answer(machine, "doctor");
        assertThat(answer.code()).isZero();
        assertThat(answer.out())
                .contains(
                        "--device auto -> cuda, because pretend device",
                        "answers; trainings, measure and verify use it",
                        "libcudnn.so.9 = " + machine.libraries())
                .doesNotContain("is missing");
    }

    /** The default level of a training needs none of NVIDIA's mathematics: the device is promised all the same. */
    @Test
    void doctorNamesALibraryThatIsMissingAndWhatItIsFor(@TempDir Path other) throws Exception {
        PretendCuda without = machine.variant(other, PretendCuda.DRIVER_VERSION, "libcudnn.so.9");
        Answer answer = answer(without, "doctor", "--json");
        assertThat(answer.code()).isZero();
        DoctorReport report = Json.parse(answer.out(), DoctorReport.class);
        assertThat(report.device().name()).isEqualTo("cuda");
        assertThat(report.device().because()).contains("trainings, measure and verify use it");
        assertThat(report.cuda().missing())
                .singleElement()
                .asString()
                .contains("libcudnn.so.9 is missing", "convolutions of the library level need", "pip install");
    }
}
