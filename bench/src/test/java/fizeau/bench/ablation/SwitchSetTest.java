// SPDX-License-Identifier: Apache-2.0
package fizeau.bench.ablation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import fizeau.backend.selection.DeviceName;
import fizeau.bench.files.Json;
import fizeau.bench.training.VariantSpec;
import fizeau.nativeconfig.CudaLibrary;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Each variant turns what its name says, and nothing else, on either device. */
class SwitchSetTest {

    /** The first and the last two steps are variants that there are anyway. */
    private static final int STEPS_THAT_ARE_THERE = 3;

    private static final SwitchSet CPU = SwitchSet.of(DeviceName.parse("cpu"));
    private static final SwitchSet CUDA = SwitchSet.of(DeviceName.parse("cuda:1"));

    private static Map<String, VariantSpec> variants(SwitchSet set) {
        return set.variants(4).stream().collect(Collectors.toMap(VariantSpec::name, Function.identity()));
    }

    @Test
    void everySwitchHasBothVariantsAndTheProcessorTheOriginalsWay() {
        int switches = CPU.switches().size();
        assertThat(variants(CPU)).hasSize(4 + 2 * switches + switches - STEPS_THAT_ARE_THERE);
        assertThat(variants(CPU).get(VariantSpec.OPTIMIZED)).isEqualTo(VariantSpec.optimized("cpu", 4));
        assertThat(variants(CPU).get(VariantSpec.BASELINE)).isEqualTo(VariantSpec.baseline(false, 4));
    }

    @Test
    void onAGpuEveryVariantTrainsThereAndTheBaselineOnlyJudges() {
        int switches = CUDA.switches().size();
        Map<String, VariantSpec> variants = variants(CUDA);
        assertThat(variants).hasSize(3 + 2 * switches + switches - STEPS_THAT_ARE_THERE);
        assertThat(variants.values()).allSatisfy(variant -> {
            assertThat(variant.device()).isEqualTo("cuda:1");
            assertThat(variant.threads()).isEqualTo(1);
            assertThat(variant.cudaGraphs()).isNotNull();
        });
        assertThat(CUDA.reference(4)).isEqualTo(VariantSpec.baseline(false, 4));
        assertThat(CUDA.remarkOnReference()).isEmpty();
    }

    /** Every switch of the engine that the command line has for a GPU. */
    @Test
    void nothingThatCanBeSwitchedOnAGpuIsLeftOut() {
        assertThat(CUDA.switches())
                .extracting(AblatedSwitch::word)
                .containsExactly(
                        "measurementCache",
                        "fftCache",
                        "gridCache",
                        "level",
                        "plan",
                        "fusedLoss",
                        "fused",
                        "fusedOptimizer",
                        "cudaGraphs");
    }

    /** What needs a library that is not here is on in every variant, and no switch. */
    @Test
    void withoutLibrariesThereIsNoLevelAndNoPlan() {
        SwitchSet without = SwitchSet.of(DeviceName.parse("cuda"), Set.of());
        assertThat(without.switches())
                .extracting(AblatedSwitch::word)
                .containsExactly(
                        "measurementCache",
                        "fftCache",
                        "gridCache",
                        "fusedLoss",
                        "fused",
                        "fusedOptimizer",
                        "cudaGraphs");
        assertThat(without.variants(1)).allSatisfy(variant -> {
            assertThat(variant.level()).isEqualTo("fused");
            assertThat(variant.plan()).isEqualTo("auto");
        });
        assertThat(without.caveat(AblatedSwitch.SHARED_LAUNCHES, 1)).isEmpty();
        assertThat(SwitchSet.of(DeviceName.parse("cuda"), Set.of(CudaLibrary.CUFFT))
                        .switches())
                .contains(AblatedSwitch.PLAN)
                .doesNotContain(AblatedSwitch.FUSED_LEVEL);
    }

    @ParameterizedTest
    @ValueSource(strings = {"cpu", "cuda"})
    void aloneAndLeftOutDifferInOneField(String device) {
        SwitchSet set = SwitchSet.of(DeviceName.parse(device));
        Map<String, VariantSpec> variants = variants(set);
        for (AblatedSwitch one : set.switches()) {
            assertThat(differences(variants.get(SwitchSet.ALL_OFF), variants.get(one.aloneName())))
                    .containsExactly(one.word());
            assertThat(differences(variants.get(VariantSpec.OPTIMIZED), variants.get(one.leftOutName())))
                    .containsExactly(one.word());
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"cpu", "cuda"})
    void nothingIsOnWhenEverythingIsOff(String device) {
        SwitchSet set = SwitchSet.of(DeviceName.parse(device));
        VariantSpec off = variants(set).get(SwitchSet.ALL_OFF);
        assertThat(differences(off, variants(set).get(VariantSpec.OPTIMIZED)))
                .hasSize(set.switches().size());
        assertThat(off.threads()).isEqualTo(1);
    }

    @ParameterizedTest
    @ValueSource(strings = {"cpu", "cuda"})
    void everyStepTurnsOneSwitchMoreOn(String device) {
        SwitchSet set = SwitchSet.of(DeviceName.parse(device));
        Map<String, VariantSpec> variants = variants(set);
        VariantSpec before = variants.get(SwitchSet.ALL_OFF);
        for (AblatedSwitch one : set.switches()) {
            VariantSpec after = variants.get(set.stepName(one));
            assertThat(differences(before, after)).containsExactly(one.word());
            before = after;
        }
        assertThat(before.name()).isEqualTo(VariantSpec.OPTIMIZED);
    }

    @ParameterizedTest
    @ValueSource(strings = {"cpu", "cuda"})
    void allCachesAreOutTogether(String device) {
        Map<String, VariantSpec> variants = variants(SwitchSet.of(DeviceName.parse(device)));
        assertThat(differences(variants.get(VariantSpec.OPTIMIZED), variants.get(SwitchSet.WITHOUT_CACHES)))
                .containsExactlyInAnyOrder("measurementCache", "fftCache", "gridCache");
    }

    @Test
    void switchesThatCannotActSaySo() {
        assertThat(CPU.caveat(AblatedSwitch.FUSED_OPTIMIZER, 4)).contains("cannot act alone");
        assertThat(CPU.caveat(AblatedSwitch.FUSED, 4)).contains("takes the fused optimiser with it");
        assertThat(CPU.caveat(AblatedSwitch.THREADS, 4)).isEmpty();
        assertThat(CPU.caveat(AblatedSwitch.THREADS, 1)).contains("changes nothing here");
        assertThat(CPU.caveat(AblatedSwitch.PLAN, 1)).isEmpty();
        assertThat(CPU.caveat(AblatedSwitch.GRID_CACHE, 1)).isEmpty();
        assertThat(CUDA.caveat(AblatedSwitch.CUDA_GRAPHS, 1)).contains("cannot act alone");
        assertThat(CUDA.caveat(AblatedSwitch.GRID_CACHE, 1)).contains("takes the graphs with it");
        assertThat(CUDA.caveat(AblatedSwitch.SHARED_LAUNCHES, 1)).contains("library level");
        assertThat(CUDA.caveat(AblatedSwitch.FUSED_LEVEL, 1)).contains("takes box form");
    }

    @Test
    void aDeviceThatIsNotChosenHasNoSwitches() {
        assertThatThrownBy(() -> SwitchSet.of(DeviceName.parse("auto")))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("before a device is chosen");
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
