// SPDX-License-Identifier: Apache-2.0
package fizeau.bench.training;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import fizeau.backend.DeviceLatencies;
import fizeau.backend.DeviceRates;
import fizeau.bench.workload.Workload;
import fizeau.reconstruct.DecoderLayout;
import fizeau.reconstruct.DecoderLayout.Layer;
import java.util.List;
import java.util.Map;
import org.assertj.core.data.Offset;
import org.junit.jupiter.api.Test;

/** The floor of trainings on made-up devices, and what it is counted from. */
class TrainingFloorTest {
    private static final DeviceLatencies QUICK = new DeviceLatencies(10, 1.0, 1.0, 10);
    private static final Offset<Double> CLOSE = within(1e-9);

    private static Workload workload(int samples, boolean fixedLatent) {
        return new Workload("custom", 16, 32, 4, "fermat", 8, samples, 5, 1e-3, 1, "made up", "", 32, fixedLatent);
    }

    /** Counted pair by pair: an input sample, a tap and the output sample they meet at, all inside their maps. */
    @Test
    void productsAreThoseOfAPlainLoop() {
        for (Layer layer : DecoderLayout.of(workload(1, false).decoder()).layers()) {
            int pairs = 0;
            for (int in = 0; in < layer.inEdge(); in++) {
                for (int tap = 0; tap < layer.kernel(); tap++) {
                    int out = switch (layer.kind()) {
                        case FIRST -> in + tap;
                        case UPSAMPLING -> 2 * in + tap - 1;
                        case REFINEMENT -> in + 1 - tap;
                        case LAST -> in - tap;
                    };
                    pairs += out >= 0 && out < layer.outEdge() ? 1 : 0;
                }
            }
            assertThat(TrainingFloor.products(layer))
                    .as("%s", layer)
                    .isEqualTo((double) pairs * pairs * layer.inChannels() * layer.outChannels());
        }
    }

    @Test
    void memoryIsWeightsAndMomentsInAndOutAndTargetsIn() {
        DeviceRates slowMemory = new DeviceRates(1e6, 1e18);
        DecoderLayout layout = DecoderLayout.of(workload(1, false).decoder());
        TrainingFloor first = TrainingFloor.of(workload(1, false), slowMemory, QUICK);
        assertThat(first.boundBy()).isEqualTo("memory");
        double bytes = 24.0 * layout.parameterCount() + 4 * 32 * 32;
        assertThat(first.bytes()).isCloseTo(bytes, CLOSE);
        assertThat(first.millis()).isCloseTo(1e-3 * bytes, CLOSE);
        // the first position has one target, all others two
        TrainingFloor many = TrainingFloor.of(workload(8, false), slowMemory, QUICK);
        assertThat(many.bytes()).isCloseTo(24.0 * layout.parameterCount() + 4 * 32 * 32 * 15 / 8.0, CLOSE);
    }

    /** A latent that is fixed saves the first layer's gradient of data. */
    @Test
    void arithmeticIsThatOfAllPasses() {
        DeviceRates slowArithmetic = new DeviceRates(1e18, 1e6);
        TrainingFloor trained = TrainingFloor.of(workload(4, false), slowArithmetic, QUICK);
        TrainingFloor fixed = TrainingFloor.of(workload(4, true), slowArithmetic, QUICK);
        assertThat(trained.boundBy()).isEqualTo("arithmetic");
        assertThat(trained.millis()).isCloseTo(1e-3 * trained.flops(), within(1e-6 * trained.millis()));
        Layer first = DecoderLayout.of(workload(4, false).decoder()).layers().get(0);
        assertThat(trained.flops() - fixed.flops()).isCloseTo(2 * TrainingFloor.products(first), within(1e-6));
    }

    @Test
    void aChainOfKernelsTakesItsLatency() {
        DeviceRates fast = new DeviceRates(1e18, 1e18);
        int layers = DecoderLayout.of(workload(4, false).decoder()).layers().size();
        TrainingFloor graphs = TrainingFloor.of(workload(4, false), fast, new DeviceLatencies(9000, 2000.0, 5000.0, 1));
        assertThat(graphs.boundBy()).isEqualTo("latency");
        assertThat(graphs.chain()).isEqualTo(2 * layers + 4);
        assertThat(graphs.millis()).isCloseTo(0.002 * graphs.chain(), CLOSE);
        TrainingFloor launched = TrainingFloor.of(workload(4, false), fast, new DeviceLatencies(9000, null, null, 1));
        assertThat(launched.millis()).isCloseTo(0.009 * graphs.chain(), CLOSE);
    }

    /** Wall time of the whole training against all positions, an iteration of a peer against the same. */
    @Test
    void sharesAreTheFloorOverTheTime() {
        Workload workload = workload(8, false);
        DeviceRates slowMemory = new DeviceRates(1e6, 1e18);
        TrainingFloor bare = TrainingFloor.of(workload, slowMemory, QUICK);
        VariantRecord ours = TrainingTargetsTest.summary(workload, 4 * bare.millis(), "fp32");
        VariantRecord rounding = TrainingTargetsTest.summary(workload, 4 * bare.millis(), "tf32");
        PeerRecord peer = new PeerRecord(
                "python-eager",
                PeerRecord.MEASURED,
                null,
                "3",
                "1",
                1,
                "a card",
                null,
                4,
                List.of(),
                10 * bare.millis(),
                null,
                null,
                null);
        PeerRecord absent = PeerRecord.unavailable("python-compile", "not here");
        Map<String, Double> shares = TrainingFloor.of(
                        workload, slowMemory, QUICK, Map.of("optimized", ours), List.of(peer, absent))
                .shares();
        assertThat(shares).containsOnlyKeys("optimized", "python-eager");
        // the made-up trainings drift by a hundredth a round, and the third of five is the median
        assertThat(shares.get("optimized")).isCloseTo(0.25 / 1.03, within(1e-6));
        assertThat(shares.get("python-eager")).isCloseTo(0.1, CLOSE);
        assertThat(TrainingFloor.of(workload, slowMemory, QUICK, Map.of("optimized", rounding), List.of())
                        .shares())
                .isEmpty();
    }
}
