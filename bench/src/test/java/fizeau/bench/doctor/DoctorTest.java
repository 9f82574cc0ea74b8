// SPDX-License-Identifier: Apache-2.0
package fizeau.bench.doctor;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.ObjectMapper;
import fizeau.nativeconfig.CudaAvailability;
import fizeau.nativeconfig.CudaLibrary;
import fizeau.nativeconfig.NativeConfigReport;
import fizeau.nativeconfig.NvidiaDriver;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class DoctorTest {

    private static final LibtorchInfo TORCH = new LibtorchInfo("2.10.0", 2, "AVX2");
    private static final DoctorReport.NativeCache CACHE =
            new DoctorReport.NativeCache("/home/x/.javacpp/cache", true, true, 10L << 30);

    @Test
    void thisMachineIsExaminedPrintedAndSurvivesJson() throws IOException {
        DoctorReport report = Doctor.examine(List.of("cpu"), List.of("doctor"), () -> TORCH, () -> "GPU");
        ObjectMapper mapper = new ObjectMapper();

        assertThat(mapper.readValue(mapper.writeValueAsString(report), DoctorReport.class))
                .isEqualTo(report);
        assertThat(report.toText())
                .contains("Java ", "Processor ", "Memory ", "libtorch      2.10.0, 2 threads, AVX2", "CUDA\n  driver: ")
                .contains("Would run     --device auto -> cpu, because ")
                .endsWith("\n")
                .doesNotContain("null");
        assertThat(report.cuda().search()).isNotEmpty();
    }

    @Test
    void aLibraryThatDoesNotLoadIsReportedAndNothingIsThrown() {
        DoctorReport report = Doctor.examine(
                List.of("cpu"),
                List.of(),
                () -> {
                    throw new UnsatisfiedLinkError("no jnitorch in java.library.path");
                },
                () -> "GPU");

        assertThat(report.libtorch().loaded()).isFalse();
        assertThat(report.toText())
                .contains("libtorch      does not load: UnsatisfiedLinkError: no jnitorch in java.library.path");
        assertThat(report.warnings()).contains("libtorch does not load: neither variant of the comparison can run");
    }

    @Test
    void theDeviceFollowsFromWhatWasFoundAndWhatWasBuilt() {
        CudaAvailability found = new CudaAvailability.Available("13.0", Map.of(), List.of(), List.of());
        CudaAvailability none = new CudaAvailability.Unavailable(List.of("no NVIDIA driver", "second"));

        assertThat(Doctor.device(List.of("cpu", "cuda"), none))
                .isEqualTo(new DoctorReport.Device("cpu", "no NVIDIA driver"));
        assertThat(Doctor.device(List.of("cpu", "cuda"), found).name()).isEqualTo("cuda");
        assertThat(Doctor.device(List.of("cpu"), found))
                .isEqualTo(
                        new DoctorReport.Device("cpu", "this build has no CUDA backend, although CUDA 13.0 was found"));
    }

    @Test
    void onlyAGpuThatAnswersIsPromised() {
        DoctorReport.Device cpu = new DoctorReport.Device("cpu", "no NVIDIA driver");
        DoctorReport.Device promised = new DoctorReport.Device("cuda", "all files are here");

        assertThat(Doctor.confirmed(cpu, () -> {
                    throw new AssertionError("must not be asked");
                }))
                .isEqualTo(cpu);
        assertThat(Doctor.confirmed(promised, () -> "NVIDIA L4"))
                .isEqualTo(new DoctorReport.Device("cuda", "NVIDIA L4 answers; trainings, measure and verify use it"));
        assertThat(Doctor.confirmed(promised, () -> {
                    throw new UnsatisfiedLinkError("cannot open shared object file\nmore");
                }))
                .isEqualTo(new DoctorReport.Device("cpu", "the GPU does not answer: cannot open shared object file"));
    }

    @Test
    void whatIsMissingForCudaIsListed() {
        NvidiaDriver driver =
                new NvidiaDriver(Optional.of("580.65.06"), List.of("NVIDIA L4"), Optional.empty(), Optional.empty());
        CudaAvailability.MissingLibrary missing =
                new CudaAvailability.MissingLibrary(CudaLibrary.CUFFT, "libcufft.so.12", "install it");
        CudaAvailability found = new CudaAvailability.Available("13.0", Map.of(), List.of(missing), List.of("careful"));

        DoctorReport.Cuda cuda = Doctor.cuda(new NativeConfigReport(driver, List.of(), found));

        assertThat(cuda.release()).isEqualTo("13.0");
        assertThat(cuda.reasons()).isEmpty();
        assertThat(cuda.missing())
                .containsExactly("libcufft.so.12 is missing, which the full-FFT plan needs: install it");
        assertThat(cuda.search())
                .contains("driver: NVIDIA 580.65.06, NVIDIA L4, without libcuda.so.1", "  note: careful");
    }

    @Test
    void aFolderThatCannotBeWrittenIsNamedAsTheCause() {
        DoctorReport.Libtorch libtorch = Doctor.load(
                () -> {
                    throw new UnsatisfiedLinkError("Could not find jnitorch");
                },
                new DoctorReport.NativeCache("/readonly", false, false, 10L << 30));

        assertThat(libtorch.problem())
                .isEqualTo("the folder for native libraries /readonly cannot be written: choose another with"
                        + " -Dorg.bytedeco.javacpp.cachedir=FOLDER (UnsatisfiedLinkError: Could not find jnitorch)");
    }

    @Test
    void aFullDiskIsNamedAsTheCauseUnlessTheLibraryIsUnpackedAlready() {
        DoctorReport.NativeCache empty = new DoctorReport.NativeCache("/small", true, false, 100L << 20);
        DoctorReport.NativeCache filled = new DoctorReport.NativeCache("/small", true, true, 100L << 20);
        IllegalStateException noSpace = new IllegalStateException("No space left on device");
        IllegalStateException other = new IllegalStateException("other");
        String cause = "the folder for native libraries /small has 100 MiB free, unpacking needs 512 MiB: make room";

        assertThat(LoadFailure.explain(other, empty)).startsWith(cause);
        assertThat(LoadFailure.explain(other, filled)).isEqualTo("IllegalStateException: other");
        assertThat(LoadFailure.explain(noSpace, filled)).as("unpacked in part").startsWith(cause);
    }

    @Test
    void otherKnownCausesHaveTheirRemedies() {
        assertThat(LoadFailure.explain(
                        new UnsatisfiedLinkError("/c/liba.so: failed to map segment from shared object"), CACHE))
                .startsWith("the folder for native libraries /home/x/.javacpp/cache does not allow execution");
        assertThat(LoadFailure.explain(
                        new UnsatisfiedLinkError("/lib/libm.so.6: version `GLIBC_2.34' not found"), CACHE))
                .startsWith("this system's C or C++ library is older than libtorch needs");
    }

    @Test
    void causesAreSaidOnceEach() {
        Exception inner = new IOException("disk\nsecond line");
        Throwable failure = new ExceptionInInitializerError(new IllegalStateException(inner.toString(), inner));

        assertThat(LoadFailure.explain(failure, CACHE))
                .isEqualTo("ExceptionInInitializerError, because IOException: disk");
    }

    @Test
    void bytesAreWrittenInTheUnitPeopleRead() {
        assertThat(Units.bytes(0)).isEqualTo("0 B");
        assertThat(Units.bytes(1023)).isEqualTo("1023 B");
        assertThat(Units.bytes(1536)).isEqualTo("1.5 KiB");
        assertThat(Units.bytes(32L << 20)).isEqualTo("32 MiB");
        assertThat(Units.bytes(25276502016L)).isEqualTo("23.5 GiB");
        assertThat(Units.bytes(5000L << 40)).isEqualTo("5000 TiB");
    }
}
