// SPDX-License-Identifier: Apache-2.0
package fizeau.bench.verify;

import static org.assertj.core.api.Assertions.assertThat;

import fizeau.backend.Backend;
import fizeau.backend.cuda.CudaBackend;
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

    @Test
    void everyReferenceVectorThatConcernsItAgreesOnCuda(PretendCuda machine) throws URISyntaxException {
        GoldenSet set = GoldenSet.open(
                Path.of(CudaVerificationTest.class.getResource("/golden").toURI()));
        try (Backend cuda = CudaBackend.open(machine.settings(), 0)) {
            VerificationRecord record = GoldenVerification.run(set, List.of(cuda));
            assertThat(record.failed()).as(record.toText()).isZero();
            assertThat(record.notYet()).containsExactly("four_f", "line", "mopie", "propagator");
            Set<String> onCuda = record.checks().stream()
                    .filter(check -> check.backend().equals("cuda"))
                    .map(ArrayCheck::group)
                    .collect(Collectors.toSet());
            assertThat(onCuda).containsExactlyInAnyOrder("decoder", "fft", "telescope", "measurement", "loss_gradient");
            assertThat(record.cases() + record.notYetCases())
                    .isEqualTo(set.cases().size());
        }
    }
}
