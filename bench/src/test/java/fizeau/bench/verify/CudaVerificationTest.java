// SPDX-License-Identifier: Apache-2.0
package fizeau.bench.verify;

import static org.assertj.core.api.Assertions.assertThat;

import fizeau.backend.cuda.CudaBackend;
import fizeau.backend.cuda.LibraryLevelBackend;
import fizeau.backend.cuda.PretendCudaExtension;
import fizeau.kernels.PretendCuda;
import java.net.URISyntaxException;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** The reference vectors on the GPU's kernels, which the pretend driver runs on the CPU. */
@ExtendWith(PretendCudaExtension.class)
class CudaVerificationTest {

    /** At both levels of the decoder. */
    @Test
    void everyReferenceVectorThatConcernsItAgreesOnCuda(PretendCuda machine) throws URISyntaxException {
        GoldenSet set = GoldenSet.open(
                Path.of(CudaVerificationTest.class.getResource("/golden").toURI()));
        try (CudaBackend gpu = CudaBackend.open(machine.settings(), 0)) {
            VerificationRecord record = GoldenVerification.run(set, List.of(gpu, new LibraryLevelBackend(gpu)));
            assertThat(record.failed()).as(record.toText()).isZero();
            assertThat(record.notYet()).containsExactly("four_f", "line", "mopie", "propagator");
            for (String level : List.of("cuda", "cuda-library")) {
                Set<String> groups = record.checks().stream()
                        .filter(check -> check.backend().equals(level))
                        .map(ArrayCheck::group)
                        .collect(Collectors.toSet());
                assertThat(groups)
                        .as(level)
                        .containsExactlyInAnyOrder("decoder", "fft", "telescope", "measurement", "loss_gradient");
            }
            assertThat(record.cases() + record.notYetCases())
                    .isEqualTo(set.cases().size());
        }
    }
}
