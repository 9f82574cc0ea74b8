// SPDX-License-Identifier: Apache-2.0
package fizeau.bench.pinn;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import fizeau.bench.eager.PythonPeer;
import fizeau.bench.files.Json;
import fizeau.bench.files.RunFolder;
import fizeau.bench.protocol.Job;
import fizeau.bench.protocol.JobReport;
import fizeau.bench.protocol.Progress;
import fizeau.bench.protocol.ProtocolSpec;
import fizeau.bench.protocol.WarmUpRule;
import fizeau.bench.stats.Bootstrap;
import fizeau.pinn.CollocationProblem;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Workloads, weights, the gate, a whole small campaign in this process, and the peer's files. */
class PinnBenchmarkTest {
    private static final PinnWorkload SMALL = new PinnWorkload("burgers", 2, 8, 3, 1e-3, 0, null);

    @TempDir
    private Path folder;

    @Test
    void workloadsRepeatAndFollowThePublishedSizes() {
        PinnSetup one = PinnSetup.of(SMALL);
        PinnSetup again = PinnSetup.of(SMALL);
        assertThat(again.initialParameters()).isEqualTo(one.initialParameters());
        assertThat(again.problem().samples().get(1).truth())
                .isEqualTo(one.problem().samples().get(1).truth());
        assertThat(one.network().parameters()).isEqualTo(15_351);
        assertThat(one.network().trainable()).isEqualTo(351);
        assertThat(PinnWorkload.standard(Equation.BURGERS, 0).points()).isEqualTo(81_920);
        assertThat(PinnWorkload.standard(Equation.CONVECTION, 0).learningRate()).isEqualTo(1e-3);
        PinnSetup other = PinnSetup.of(new PinnWorkload("burgers", 2, 8, 4, 1e-3, 0, null));
        assertThat(other.problem().samples().get(0).truth())
                .isNotEqualTo(one.problem().samples().get(0).truth());
    }

    @Test
    void helmholtzCountsCornersTwiceAndOthersPairTheirEnds() {
        CollocationProblem edges = PinnSetup.of(new PinnWorkload("helmholtz2D", 1, 8, 0, 1e-3, 0, null))
                .problem();
        float sum = 0;
        for (float count : edges.edges()) {
            sum += count;
        }
        assertThat(sum).isEqualTo(4 * 8);
        assertThat(edges.edges()[0]).isEqualTo(2);
        assertThat(edges.pairs().count()).isZero();
        CollocationProblem pairs = PinnSetup.of(SMALL).problem();
        assertThat(pairs.pairs().count()).isEqualTo(8);
        assertThat(pairs.edgePoints()).isZero();
    }

    @Test
    void checkpointsAreReadBackAndDamagedOnesRefused() {
        PinnWeights weights = PinnWeights.seeded(5, new double[] {1, 2, 3});
        Path file = folder.resolve("weights.json");
        Json.write(file, weights);
        PinnSetup setup = PinnSetup.of(new PinnWorkload("burgers", 1, 8, 0, 1e-3, 0, file.toString()));
        assertThat(setup.initialParameters()).isEqualTo(weights.trainable());
        Json.write(file, new PinnWeights(PinnWeights.SCHEMA, 50, weights.columns(), weights.rows(), new float[3]));
        assertThatThrownBy(() -> PinnWeights.read(file))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("351 trained numbers");
        Json.write(file, new PinnWeights("x", 50, weights.columns(), weights.rows(), weights.trainable()));
        assertThatThrownBy(() -> PinnWeights.read(file)).hasMessageContaining("has the schema x");
    }

    @Test
    void errorsAreThoseOfTheFieldAndOfTheBestConstant() {
        PinnSetup setup = PinnSetup.of(new PinnWorkload("convection", 2, 8, 0, 1e-3, 0, null));
        float[] zero = new float[64];
        assertThat(setup.errors(zero).mean()).isCloseTo(1, within(1e-6));
        assertThat(setup.errors(zero).noBetterThanConstant()).isTrue();
        PinnSetup one = PinnSetup.of(new PinnWorkload("convection", 1, 8, 0, 1e-3, 0, null));
        assertThat(one.errors(one.problem().samples().get(0).truth()).mean()).isZero();
        assertThat(one.errors(one.problem().samples().get(0).truth()).noBetterThanConstant())
                .isFalse();
    }

    /** What a seeded network hides: a second derivative that is five per cent wrong. */
    @Test
    void livelyWeightsShowAWrongSecondDerivative() {
        PinnSetup seeded = PinnSetup.of(SMALL);
        assertThat(gradientError(seeded)).isLessThan(PinnGateRunner.TOLERANCE);
        assertThat(gradientError(seeded.lively(0))).isGreaterThan(3 * PinnGateRunner.TOLERANCE);
    }

    private static double gradientError(PinnSetup setup) {
        float[] right = new float[setup.initialParameters().length];
        float[] wrong = new float[right.length];
        try (PinnSession exact = PinnSession.reference(setup, SMALL);
                PinnSession other = PinnSession.reference(withSecondOrderOff(setup), SMALL)) {
            exact.gradient(right);
            other.gradient(wrong);
        }
        return PinnGateRunner.distance(right, wrong);
    }

    private static PinnSetup withSecondOrderOff(PinnSetup setup) {
        CollocationProblem p = setup.problem();
        List<CollocationProblem.Sample> samples = p.samples().stream()
                .map(sample -> new CollocationProblem.Sample(
                        sample.operator().withSecond(1.05 * sample.operator().second()),
                        sample.source(),
                        sample.truth()))
                .toList();
        return new PinnSetup(
                new CollocationProblem(
                        p.x(), p.t(), p.edges(), p.edgePoints(), p.pairs(), p.second(), samples, p.mean(), p.scale()),
                setup.network(),
                setup.initialParameters());
    }

    @Test
    void theGateSeesThroughAStrangerAndPassesOurs() {
        List<PinnGateRunner.Line> lines =
                PinnGateRunner.check(SMALL, List.of("eager", "jit", "fused", "shared"), PinnPlace.cpu(1));
        assertThat(lines).allMatch(PinnGateRunner.Line::passed);
        assertThat(PinnGateRunner.largestRelative(new double[] {1, 2}, new double[] {1, Double.NaN}))
                .isInfinite();
        assertThat(PinnGateRunner.largestRelative(new double[] {1, 2}, new double[] {1, 2.2}))
                .isCloseTo(0.1, within(1e-12));
    }

    @Test
    void aPeerThatCannotDoTheWorkIsMissingAndOneThatDoesItWronglyIsWrong() {
        assertThat(new PinnGateRunner.Line("compile", null, null, false, "no double backward").peerCannotRun())
                .isTrue();
        assertThat(new PinnGateRunner.Line("compile", 0.5, 0.0, false, "out of tolerance").peerCannotRun())
                .isFalse();
        assertThat(new PinnGateRunner.Line("jit", null, null, false, "cannot run").peerCannotRun())
                .isFalse();
    }

    @Test
    void aCampaignMeasuresWhatPassesAndNamesWhatIsMissing() throws IOException {
        ProtocolSpec rules = new ProtocolSpec(2, 0, 0, 1, ProtocolSpec.LEVEL, 1, new WarmUpRule(0, 0.01, 0.5));
        RunFolder run = RunFolder.create(folder, "pinn", Instant.EPOCH);
        PinnCampaign.Plan plan = new PinnCampaign.Plan(
                List.of(SMALL),
                Map.of(),
                false,
                List.of(PinnVariant.EAGER, PinnVariant.FUSED, PinnVariant.COMPILE),
                Map.of(PinnVariant.COMPILE, "no torch"),
                6,
                List.of(3),
                PinnPlace.cpu(1),
                rules);
        PinnCampaign.Result result = new PinnCampaign(plan, run, (job, progress) -> inThisProcess(job), quiet()).run();
        assertThat(result.wrong()).isEmpty();
        PinnCell cell = result.cells().get(0);
        PinnResult fused = cell.result("fused").orElseThrow();
        assertThat(fused.lossDifference()).isLessThan(1e-3);
        assertThat(fused.speedup()).isNotNull();
        assertThat(fused.runs()).hasSize(2);
        assertThat(fused.losses()).hasSize(6);
        assertThat(fused.checkpoints())
                .extracting(PinnOutcome.Checkpoint::epoch)
                .containsExactly(0, 3, 6);
        assertThat(fused.wallSeconds1000().mean()).isCloseTo(fused.wallSeconds().mean() * 1000 / 6, within(1e-9));
        assertThat(fused.wall1000Kind()).isEqualTo("derived");
        assertThat(cell.results().get(2).reason()).isEqualTo("no torch");

        PinnRecord record = new PinnRecord(
                PinnRecord.SCHEMA,
                "measured",
                "pinn",
                "id",
                "here",
                "now",
                1,
                "cpu",
                1,
                6,
                List.of("eager", "fused", "compile"),
                "fused",
                "eager",
                result.cells(),
                result.targets(),
                null,
                rules,
                List.of(),
                List.of(),
                List.of(),
                List.of(),
                List.of(),
                Json.tree(Map.of()));
        Path file = folder.resolve("b.json");
        Json.write(file, BenchmarkResults.of(record));
        assertThat(BenchmarkResults.read(file, null)
                        .get("burgers")
                        .iterationsPerSecond()
                        .mean())
                .isEqualTo(fused.iterationsPerSecond().mean());
        assertThat(BenchmarkResults.read(file, "eager")).containsOnlyKeys("burgers");
        assertThatThrownBy(() -> BenchmarkResults.read(file, "compile")).hasMessageContaining("of variant compile");
        assertThat(Json.readTree(file)
                        .at("/burgers/per_seed/seed_3/wall_time_1000_epochs_mean")
                        .isNumber())
                .isTrue();
        assertThat(record.failed()).isFalse();
    }

    @Test
    void variantsThatEndWithOtherErrorsAreFound() {
        PinnCampaign.Result near = runWithErrorsTimes(1.04);
        assertThat(near.wrong()).isEmpty();
        PinnResult fused = near.cells().get(0).result("fused").orElseThrow();
        assertThat(fused.errorDifference()).isCloseTo(0.04, within(1e-3));
        assertThat(fused.speedup()).isNotNull();
        assertThat(near.cells().get(0).result("eager").orElseThrow().errorDifference())
                .isNull();

        PinnCampaign.Result far = runWithErrorsTimes(1.06);
        assertThat(far.wrong())
                .containsExactly(
                        "burgers-seed3: relative L2 errors of fused along the way differ from those of eager by"
                                + " 6.0 %, 5 % is allowed; it gets no speedup");
        assertThat(far.cells().get(0).result("fused").orElseThrow().speedup()).isNull();
    }

    /** {@code fused} with its error after three epochs made larger. */
    private PinnCampaign.Result runWithErrorsTimes(double factor) {
        ProtocolSpec rules = new ProtocolSpec(1, 0, 0, 1, ProtocolSpec.LEVEL, 1, new WarmUpRule(0, 0.01, 0.5));
        PinnCampaign.Plan plan = new PinnCampaign.Plan(
                List.of(SMALL),
                Map.of(),
                false,
                List.of(PinnVariant.FUSED, PinnVariant.EAGER),
                Map.of(),
                4,
                List.of(3),
                PinnPlace.cpu(1),
                rules);
        return new PinnCampaign(
                        plan,
                        RunFolder.create(folder.resolve(Double.toString(factor)), "pinn", Instant.EPOCH),
                        (job, progress) -> {
                            JobReport report = inThisProcess(job);
                            if (job.variant().equals("fused") && job.family().equals(PinnJob.FAMILY)) {
                                ObjectNode point = (ObjectNode) report.outcome().at("/checkpoints/1");
                                point.put("mean", factor * point.path("mean").asDouble());
                            }
                            return report;
                        },
                        quiet())
                .run();
    }

    @Test
    void errorsAreComparedAtEpochsThatBothHave() {
        PinnOutcome.Checkpoint early = new PinnOutcome.Checkpoint(50, 2, 0, 1, true, 0);
        PinnOutcome.Checkpoint late = new PinnOutcome.Checkpoint(100, 1, 0, 1, true, 0);
        PinnOutcome.Checkpoint other = new PinnOutcome.Checkpoint(100, 1.5, 0, 1, true, 0);
        PinnOutcome.Checkpoint lost = new PinnOutcome.Checkpoint(50, Double.NaN, 0, 1, true, 0);
        assertThat(ErrorAgreement.between(List.of(early, late), List.of(other))).isEqualTo(0.5);
        assertThat(ErrorAgreement.between(List.of(early), List.of(other))).isNull();
        assertThat(ErrorAgreement.between(List.of(early), List.of(lost))).isInfinite();
    }

    @Test
    void figuresHaveThePopulationsDeviation() {
        Figure figure = Figure.of(new double[] {1, 2, 6}, new Bootstrap(0.95, 1));
        assertThat(figure.mean()).isEqualTo(3);
        assertThat(figure.std()).isCloseTo(Math.sqrt(14 / 3.0), within(1e-12));
        assertThat(figure.median()).isEqualTo(2);
    }

    @Test
    void thePeersJobIsWhole() throws Exception {
        Path job = new PinnPeer(PinnVariant.COMPILE, PinnPlace.cpu(1)).write(PinnSetup.of(SMALL), SMALL, 5, 1, folder);
        Path script = folder.resolve("pinn_peer.py");
        Files.copy(PinnPeer.class.getResourceAsStream("/peers/pinn_peer.py"), script);
        Process process;
        try {
            process = new ProcessBuilder("python3", script.toString(), job.toString(), "--check")
                    .redirectErrorStream(true)
                    .start();
        } catch (IOException missing) {
            Assumptions.abort("no python3 here");
            return;
        }
        String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(process.waitFor()).as(said).isZero();
        assertThat(said)
                .contains("\"truth\": 128")
                .contains("\"coefficients\": 12")
                .contains("\"trainable\": 351");
    }

    /** Needs a python3 with torch. */
    @Test
    void pythonsEagerPassesTheGateAndReadsLateWhatItReadsAtOnce() throws Exception {
        Optional<String> missing = new PythonPeer(Optional.empty(), Map.of()).unavailability();
        Assumptions.assumeTrue(missing.isEmpty(), () -> missing.orElse(""));
        assertThat(PinnGateRunner.check(SMALL, List.of("python-eager"), PinnPlace.cpu(1)))
                .singleElement()
                .satisfies(line -> assertThat(line.passed()).as(line.reason()).isTrue());

        PinnPeer peer = new PinnPeer(PinnVariant.PYTHON_EAGER, PinnPlace.cpu(1));
        PinnPeer.Trained atOnce = peer.train(PinnSetup.of(SMALL), SMALL, 7, 2);
        Path job = peer.write(PinnSetup.of(SMALL), SMALL, 7, 2, folder);
        ObjectNode settings = (ObjectNode) Json.readTree(job);
        settings.put("read_every", 3);
        Json.write(job, settings);
        Path result = folder.resolve("late.json");
        assertThat(new PythonPeer(Optional.empty(), Map.of())
                        .runScript(
                                "pinn_peer.py",
                                folder,
                                Duration.ofMinutes(3),
                                List.of(job.toString(), "--result", result.toString())))
                .isEmpty();
        JsonNode late = Json.readTree(result);
        assertThat(late.path("device").asText()).isEqualTo("cpu");
        assertThat(late.path("losses")).hasSize(7);
        for (int i = 0; i < 7; i++) {
            assertThat(late.at("/losses/" + i).asDouble())
                    .isEqualTo(atOnce.losses().get(i));
        }
        assertThat(late.at("/step_ms/2")).isEqualTo(late.at("/step_ms/0")).isNotEqualTo(late.at("/step_ms/3"));
    }

    private static JobReport inThisProcess(Job job) {
        return job.family().equals(PinnJob.GATE)
                ? new PinnGateRunner().run(job, 0, share -> {})
                : new PinnRunner().run(job, 0, share -> {});
    }

    private static Progress quiet() {
        return new Progress(new PrintStream(new ByteArrayOutputStream(), true, StandardCharsets.UTF_8), false);
    }
}
