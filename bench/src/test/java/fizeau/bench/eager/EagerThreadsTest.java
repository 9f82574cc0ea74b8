// SPDX-License-Identifier: Apache-2.0
package fizeau.bench.eager;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import fizeau.bench.eager.EagerThreads.Setting;
import fizeau.bench.eager.EagerThreads.Timing;
import org.bytedeco.openblas.global.openblas;
import org.bytedeco.pytorch.global.torch;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

@Tag("alone")
class EagerThreadsTest {

    @AfterEach
    void backToOneThread() {
        new Setting(1, 1).apply();
    }

    @Test
    void triesOneTwoFourAndAllCores() {
        assertThat(EagerThreads.measure(6, iterations -> {}).stream().map(Timing::setting))
                .containsExactly(
                        new Setting(1, 1),
                        new Setting(2, 1),
                        new Setting(2, 2),
                        new Setting(4, 1),
                        new Setting(4, 4),
                        new Setting(6, 1),
                        new Setting(6, 6));
        assertThat(EagerThreads.measure(1, iterations -> {}).stream().map(Timing::setting))
                .containsExactly(new Setting(1, 1));
    }

    @Test
    void takesTheFastestAndSetsIt() {
        Timing best = EagerThreads.best(2, iterations -> {
            boolean favourite = torch.get_num_threads() == 2 && openblas.blas_get_num_threads() == 1;
            pause(favourite ? 0 : 10);
        });
        assertThat(best.setting()).isEqualTo(new Setting(2, 1));
        assertThat(torch.get_num_threads()).isEqualTo(2);
        assertThat(openblas.blas_get_num_threads()).isEqualTo(1);
    }

    @Test
    void timesARealTraining() {
        Timing best = EagerThreads.best(2, EagerFixture.SPEC, EagerFixture.object(), EagerFixture.parameters(), false);
        assertThat(best.fastestNanos()).isPositive();
        assertThat(torch.get_num_threads()).isEqualTo(best.setting().openMp());
    }

    private static void pause(int millis) {
        try {
            Thread.sleep(millis);
        } catch (InterruptedException interrupted) {
            throw new IllegalStateException(interrupted);
        }
    }

    @Test
    void refusesNoCores() {
        assertThatThrownBy(() -> EagerThreads.measure(0, iterations -> {}))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("0");
    }
}
