// SPDX-License-Identifier: Apache-2.0
package fizeau.bench.onednn;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import fizeau.bench.environment.SystemMemory;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What oneDNN says when it cannot. */
class OneDnnTest {

    @Test
    void onlyWhatOneDnnHasNoPlanForIsImpossible() {
        assertThatThrownBy(() -> OneDnn.orSay("a layer", () -> {
                    throw new IllegalStateException("could not create a primitive descriptor for the matmul primitive");
                }))
                .isInstanceOf(UnsupportedOperationException.class)
                .hasMessageContaining("oneDNN cannot compute a layer on this processor");
        for (String memory : List.of("could not create a memory object", "std::bad_alloc", "out of memory")) {
            assertThatThrownBy(() -> OneDnn.orSay("a layer", () -> {
                        throw new IllegalStateException(memory);
                    }))
                    .isInstanceOf(IllegalStateException.class)
                    .hasMessage(memory);
            assertThat(SystemMemory.isShortage(memory)).isTrue();
        }
        assertThat(SystemMemory.isShortage("could not create a primitive descriptor"))
                .isFalse();
    }
}
