// SPDX-License-Identifier: Apache-2.0
package fizeau.bench.ablation;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import fizeau.bench.files.Json;
import fizeau.bench.training.VariantSpec;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Each variant turns what its name says, and nothing else. */
class AblatedSwitchTest {

    /** The first two and the last two steps are variants that there are anyway. */
    private static final int STEPS_BETWEEN = AblatedSwitch.values().length - 3;

    private final Map<String, VariantSpec> variants =
            AblatedSwitch.variants(4).stream().collect(Collectors.toMap(VariantSpec::name, Function.identity()));

    @Test
    void everySwitchHasBothVariants() {
        assertThat(variants).hasSize(4 + 2 * AblatedSwitch.values().length + STEPS_BETWEEN);
        assertThat(variants.get(VariantSpec.OPTIMIZED)).isEqualTo(VariantSpec.optimized("cpu", 4));
        assertThat(variants.get(VariantSpec.BASELINE)).isEqualTo(VariantSpec.baseline(false, 4));
    }

    @ParameterizedTest
    @EnumSource
    void aloneAndLeftOutDifferInOneField(AblatedSwitch one) {
        assertThat(differences(variants.get(AblatedSwitch.ALL_OFF), variants.get(one.aloneName())))
                .containsExactly(one.word());
        assertThat(differences(variants.get(VariantSpec.OPTIMIZED), variants.get(one.leftOutName())))
                .containsExactly(one.word());
    }

    @Test
    void nothingIsOnWhenEverythingIsOff() {
        VariantSpec off = variants.get(AblatedSwitch.ALL_OFF);
        assertThat(differences(off, variants.get(VariantSpec.OPTIMIZED))).hasSize(AblatedSwitch.values().length);
        assertThat(off.plan()).isEqualTo("fft");
        assertThat(off.threads()).isEqualTo(1);
    }

    @Test
    void everyStepTurnsOneSwitchMoreOn() {
        VariantSpec before = variants.get(AblatedSwitch.ALL_OFF);
        for (AblatedSwitch one : AblatedSwitch.values()) {
            VariantSpec after = variants.get(one.stepName());
            assertThat(differences(before, after)).containsExactly(one.word());
            before = after;
        }
        assertThat(before.name()).isEqualTo(VariantSpec.OPTIMIZED);
    }

    @Test
    void allCachesAreOutTogether() {
        assertThat(differences(variants.get(VariantSpec.OPTIMIZED), variants.get(AblatedSwitch.WITHOUT_CACHES)))
                .containsExactlyInAnyOrder("measurementCache", "fftCache", "gridCache");
    }

    @Test
    void switchesThatCannotActSaySo() {
        assertThat(AblatedSwitch.FUSED_OPTIMIZER.caveat(4)).contains("cannot act alone");
        assertThat(AblatedSwitch.FUSED.caveat(4)).contains("takes the fused optimiser with it");
        assertThat(AblatedSwitch.THREADS.caveat(4)).isEmpty();
        assertThat(AblatedSwitch.THREADS.caveat(1)).contains("changes nothing here");
        assertThat(AblatedSwitch.PLAN.caveat(1)).isEmpty();
    }

    private static List<String> differences(VariantSpec a, VariantSpec b) {
        JsonNode left = Json.tree(a);
        JsonNode right = Json.tree(b);
        List<String> names = new ArrayList<>();
        left.fieldNames().forEachRemaining(name -> {
            if (!name.equals("name") && !left.get(name).equals(right.get(name))) {
                names.add(name);
            }
        });
        return names;
    }
}
