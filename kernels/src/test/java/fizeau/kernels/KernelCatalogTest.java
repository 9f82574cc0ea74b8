// SPDX-License-Identifier: Apache-2.0
package fizeau.kernels;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.util.List;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The catalog and the sources name the same kernels, and the sources keep the rules of the house. */
class KernelCatalogTest {

    private static final Pattern KERNEL = Pattern.compile("extern \"C\" __global__ void (\\w+)\\(const (\\w+) p\\)");
    private static final Pattern INCLUDE = Pattern.compile("#include .*");

    static List<String> sources() {
        return KernelCatalog.sources();
    }

    @ParameterizedTest
    @MethodSource("sources")
    void catalogListsExactlyTheKernelsOfASource(String source) {
        List<String> inText = KERNEL.matcher(KernelSource.load(source).text())
                .results()
                .map(match -> match.group(1) + " " + match.group(2))
                .toList();
        List<String> inCatalog = KernelCatalog.kernelsOf(source).stream()
                .map(kernel -> kernel.function() + " " + kernel.layout().structName())
                .toList();
        assertThat(inText).isEqualTo(inCatalog);
        assertThat(KernelSource.load(source).text().split("__global__", -1))
                .as("every kernel is extern \"C\" and takes one struct")
                .hasSize(inCatalog.size() + 1);
    }

    @ParameterizedTest
    @MethodSource("sources")
    void sourcesIncludeOurHeaderAndNothingElse(String source) {
        KernelSource loaded = KernelSource.load(source);
        assertThat(INCLUDE.matcher(loaded.text()).results().map(MatchResult::group))
                .containsExactly("#include \"" + KernelSource.HEADER + "\"");
        assertThat(loaded.headers()).containsOnlyKeys(KernelSource.HEADER);
        assertThat(loaded.headers().get(KernelSource.HEADER)).doesNotContain("#include");
    }

    @Test
    void eachParameterRecordHasOneKernel() {
        for (Kernel kernel : KernelCatalog.kernels()) {
            assertThat(KernelCatalog.kernelFor(kernel.parameters())).isSameAs(kernel);
        }
        assertThatIllegalArgumentException()
                .isThrownBy(() -> KernelCatalog.kernelFor(BrokenParameters.class))
                .withMessageContaining("BrokenParameters");
    }

    @Test
    void unknownSourceIsNamed() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> KernelSource.load("absent"))
                .withMessageContaining("absent.cu")
                .withMessageContaining("measure");
    }
}
