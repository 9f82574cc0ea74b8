// SPDX-License-Identifier: Apache-2.0
package fizeau.bench.infer.run;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;
import static org.assertj.core.api.Assumptions.assumeThat;

import fizeau.bench.files.Json;
import fizeau.bench.infer.Answers;
import fizeau.bench.infer.Framework;
import fizeau.bench.infer.ImageModel;
import fizeau.bench.infer.InferJob;
import fizeau.bench.infer.InferOutcome;
import fizeau.bench.infer.InferOutcome.Trouble;
import fizeau.bench.infer.Network;
import fizeau.bench.infer.NumberFormat;
import fizeau.bench.infer.Pictures;
import fizeau.bench.infer.PoolThreads;
import fizeau.bench.infer.ResNet;
import fizeau.bench.infer.Session;
import fizeau.bench.infer.TensorFile;
import fizeau.bench.infer.VisionTransformer;
import fizeau.bench.infer.onednn.OneDnnSession;
import fizeau.bench.infer.torch.LibtorchSession;
import fizeau.bench.infer.torch.ReferenceRunner;
import fizeau.bench.infer.torch.ThreadsRunner;
import fizeau.bench.infer.xla.XlaLibrary;
import fizeau.bench.infer.xla.XlaSession;
import fizeau.bench.ops.Agreement;
import fizeau.bench.ops.Parameter;
import fizeau.bench.protocol.Job;
import fizeau.bench.protocol.JobReport;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Frameworks against textbook loops, on networks of few weights; and the jobs that time them. */
class SessionsTest {
    private static final int THREADS = 2;

    @TempDir
    private Path folder;

    /** The tiny models, and sizes at which nothing divides by a vector. */
    static Stream<Network> networks() {
        return Stream.of(
                ImageModel.RESNET_TINY.network(3),
                ImageModel.VIT_TINY.network(2),
                new ResNet(1, 37, 5, List.of(2, 1, 1), 7),
                new VisionTransformer(3, 15, 5, 1, 21, 3, 40, 3));
    }

    @ParameterizedTest
    @MethodSource("networks")
    void everyFrameworkGivesTheAnswerOfTextbookLoops(Network network) {
        TensorFile weights = weights(network);
        float[] pictures = Pictures.synthetic(network.batch(), network.edge(), false);
        float[] expected = textbook(network, pictures);
        for (Framework framework : frameworks()) {
            for (NumberFormat format : List.of(NumberFormat.FLOAT32, NumberFormat.BFLOAT16)) {
                try (Session session = open(framework, network, weights, format)) {
                    session.input(pictures);
                    session.run();
                    session.run(); // memory that is used again must not matter
                    Agreement agreement = Answers.compare(session.output(), expected, format);
                    assertThat(agreement.passed())
                            .as("%s in %s on %s: %s", framework, format, network, agreement.sentence())
                            .isTrue();
                    if (format == NumberFormat.FLOAT32) {
                        assertThat(agreement.worstAbsolute() / agreement.largestReference())
                                .isLessThan(1e-5);
                    } else { // otherwise the number format was not applied
                        assertThat(agreement.worstAbsolute() / agreement.largestReference())
                                .isGreaterThan(1e-5);
                    }
                } catch (UnsupportedOperationException impossible) {
                    assumeThat(format).as(impossible.getMessage()).isEqualTo(NumberFormat.FLOAT32);
                }
            }
        }
    }

    @Test
    void fewerPicturesThanABatchAreRepeated() {
        Network network = ImageModel.RESNET_TINY.network(3);
        TensorFile weights = weights(network);
        for (Framework framework : frameworks()) {
            try (Session session = open(framework, network, weights, NumberFormat.FLOAT32)) {
                session.input(Pictures.synthetic(2, network.edge(), false));
                session.run();
                float[] scores = session.output();
                assertThat(scores[2 * network.classes()]).isCloseTo(scores[0], within(1e-5f));
                assertThat(scores[network.classes()]).isNotCloseTo(scores[0], within(1e-3f));
            }
        }
    }

    @Test
    void theEngineLeavesNothingOfNormsSumsAndRectifiers() {
        Network network = ImageModel.RESNET_TINY.network(1);
        try (Session session = open(Framework.ENGINE, network, weights(network), NumberFormat.FLOAT32)) {
            session.input(Pictures.synthetic(1, network.edge(), false));
            assertThat(session.profile())
                    .extracting(Session.Part::name)
                    .noneMatch(name -> name.startsWith("activation") || name.startsWith("sum"))
                    .anyMatch(name -> name.startsWith("convolution 3x3 + norm + activation"))
                    .anyMatch(name -> name.startsWith("convolution 1x1 + norm + sum + activation"));
        }
        try (Session session = open(Framework.LIBTORCH, network, weights(network), NumberFormat.FLOAT32)) {
            session.input(Pictures.synthetic(1, network.edge(), false));
            assertThat(session.profile())
                    .extracting(Session.Part::name)
                    .contains("batchNorm", "relu", "add", "convolution");
        }
    }

    @Test
    void jobsCompareBeforeTheyTime() {
        InferJob job = job(ImageModel.RESNET_TINY, Framework.ENGINE, 3);
        reference(job);
        InferOutcome right = run(job);
        assertThat(right.trouble()).isNull();
        assertThat(right.millis()).hasSize(4).allMatch(time -> time > 0);
        assertThat(right.profile()).isNotEmpty();
        assertThat(right.residentBytes()).isPositive();

        TensorFile file = TensorFile.open(Path.of(job.expected()));
        float[] wrong = file.array(InferJob.OUTPUT);
        wrong[3] += 0.1f;
        TensorFile.write(Path.of(job.expected()), InferJob.OUTPUT, file.dims(InferJob.OUTPUT), wrong);
        InferOutcome refused = run(job);
        assertThat(refused.right()).isFalse();
        assertThat(refused.millis()).isEmpty();
    }

    @Test
    void threadsAreTriedAtTheBatchThatIsTimed() {
        InferJob job = job(ImageModel.RESNET_TINY, Framework.LIBTORCH, 3);
        PoolThreads threads = Json.value(threads(job).outcome(), PoolThreads.class);
        assertThat(threads.openMp()).isBetween(1, THREADS);
        assertThat(threads.openBlas()).isBetween(1, THREADS);
        assertThatThrownBy(() -> threads(job(ImageModel.RESNET_TINY, Framework.LIBTORCH, 1 << 30)))
                .isInstanceOf(OutOfMemoryError.class)
                .hasMessageContaining("batch 1073741824 needs at least");
    }

    private static JobReport threads(InferJob job) {
        return new ThreadsRunner().run(new Job(InferJob.THREADS, "threads", 0, Json.tree(job)), 0, share -> {});
    }

    @Test
    void aBatchThatCannotFitSaysSoAtOnce() {
        InferJob job = job(ImageModel.RESNET_TINY, Framework.LIBTORCH, 1 << 30);
        InferOutcome outcome = run(job);
        assertThat(outcome.trouble().kind()).isEqualTo(Trouble.Kind.MEMORY);
        assertThat(outcome.trouble().sentence()).contains("batch 1073741824 needs at least");
    }

    @Test
    void whatLibrariesThrowIsSorted() {
        assertThat(InferRunner.trouble(new RuntimeException(
                                "[enforce fail] DefaultCPUAllocator: can't allocate memory: you tried 1 bytes\n at x"))
                        .kind())
                .isEqualTo(Trouble.Kind.MEMORY);
        Trouble dtype = InferRunner.trouble(new RuntimeException("\"conv\" not implemented for 'Half'\nmore"));
        assertThat(dtype.kind()).isEqualTo(Trouble.Kind.IMPOSSIBLE);
        assertThat(dtype.sentence()).isEqualTo("\"conv\" not implemented for 'Half'");
        assertThat(InferRunner.trouble(new IllegalStateException("else")).kind())
                .isEqualTo(Trouble.Kind.FAILED);
        assertThat(InferRunner.trouble(new RuntimeException("could not create a memory object"))
                        .kind())
                .isEqualTo(Trouble.Kind.MEMORY);
        assertThat(InferRunner.trouble(new OutOfMemoryError("heap")).kind()).isEqualTo(Trouble.Kind.MEMORY);
    }

    /** XLA where it is on the class path: mvn -Pxla verify. */
    private static List<Framework> frameworks() {
        return XlaLibrary.unavailability().isEmpty()
                ? List.of(Framework.LIBTORCH, Framework.ENGINE, Framework.XLA)
                : List.of(Framework.LIBTORCH, Framework.ENGINE);
    }

    private static Session open(Framework framework, Network network, TensorFile weights, NumberFormat format) {
        return switch (framework) {
            case ENGINE -> new OneDnnSession(network, weights, format, THREADS);
            case XLA -> new XlaSession(network, weights, format, THREADS);
            default -> new LibtorchSession(network, weights, format, THREADS, 1);
        };
    }

    private TensorFile weights(Network network) {
        Path file = folder.resolve("weights");
        TensorFile.write(file, network.weights(1));
        return TensorFile.open(file);
    }

    static float[] textbook(Network network, float[] pictures) {
        List<PlainAlgebra.Values> values = new ArrayList<>();
        for (Parameter parameter : network.parameters(1)) {
            PlainAlgebra.Values one = PlainAlgebra.Values.zeros(
                    parameter.dims().stream().mapToLong(Long::longValue).toArray());
            for (int i = 0; i < one.all().length; i++) {
                one.all()[i] =
                        values.isEmpty() ? pictures[i] : parameter.values().at(i);
            }
            values.add(one);
        }
        double[] scores = network.forward(new PlainAlgebra(), values).all();
        float[] expected = new float[scores.length];
        for (int i = 0; i < scores.length; i++) {
            expected[i] = (float) scores[i];
        }
        return expected;
    }

    private InferJob job(ImageModel model, Framework framework, int batch) {
        Path weights = folder.resolve("weights.safetensors");
        Path input = folder.resolve("input.safetensors");
        Network two = model.network(2);
        TensorFile.write(weights, two.weights(1));
        TensorFile.write(
                input, InferJob.INPUT, two.parameters(0).get(0).dims(), Pictures.synthetic(2, two.edge(), false));
        return new InferJob(
                model.word(),
                framework.word(),
                batch,
                NumberFormat.FLOAT32.word(),
                "cpu",
                THREADS,
                1,
                weights.toString(),
                input.toString(),
                folder.resolve("expected.safetensors").toString(),
                2,
                4,
                0.2,
                0.5,
                List.of(),
                true);
    }

    private void reference(InferJob job) {
        InferJob two = job(ImageModel.named(job.model()), Framework.LIBTORCH, 2);
        new ReferenceRunner().run(new Job(InferJob.REFERENCE, "reference", 0, Json.tree(two)), 0, share -> {});
        assertThat(Files.exists(Path.of(job.expected()))).isTrue();
    }

    private static InferOutcome run(InferJob job) {
        JobReport report =
                new InferRunner().run(new Job(InferJob.FAMILY, job.framework(), 1, Json.tree(job)), 0, share -> {});
        return Json.value(report.outcome(), InferOutcome.class);
    }
}
