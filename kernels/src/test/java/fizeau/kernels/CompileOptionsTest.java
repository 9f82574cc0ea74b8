// SPDX-License-Identifier: Apache-2.0
package fizeau.kernels;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import org.junit.jupiter.api.Test;

class CompileOptionsTest {

    @Test
    void architecturesAreReadAndOrdered() {
        assertThat(Architecture.parse("sm_90")).isEqualTo(new Architecture(9, 0));
        assertThat(Architecture.parse("compute_121")).isEqualTo(new Architecture(12, 1));
        assertThat(Architecture.parse("sm_75")).isEqualTo(Architecture.OLDEST);
        assertThat(new Architecture(10, 3)).isGreaterThan(new Architecture(9, 0));
        assertThat(new Architecture(12, 1).virtual()).isEqualTo("compute_121");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Architecture.parse("sm_70"))
                .withMessageContaining("7.0");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Architecture.parse("sm_90a"))
                .withMessageContaining("sm_90a");
    }

    @Test
    void targetFollowsTheProduct() {
        Architecture hopper = new Architecture(9, 0);
        assertThat(CompileOptions.cubin(hopper).arguments()).startsWith("--gpu-architecture=sm_90");
        assertThat(CompileOptions.ptx(hopper).arguments()).startsWith("--gpu-architecture=compute_90");
        assertThat(CompileOptions.cubin(hopper).arguments()).doesNotContain("--use_fast_math");
    }

    @Test
    void onlyPtxForTheOldestArchitectureIsPortable() {
        String ptx = "// Generated\n.version 9.0\n.target sm_75\n.address_size 64\n";
        assertThat(PortablePtx.lower(ptx)).isEqualTo("// Generated\n.version 6.3\n.target sm_75\n.address_size 64\n");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> PortablePtx.lower(ptx.replace("sm_75", "sm_90")))
                .withMessageContaining("sm_75");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> PortablePtx.lower(".target sm_75\n"))
                .withMessageContaining(".version");
    }
}
