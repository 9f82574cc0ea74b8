// SPDX-License-Identifier: Apache-2.0
package fizeau.bench.infer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import fizeau.bench.files.Json;
import fizeau.bench.infer.InferOutcome.Trouble;
import fizeau.bench.infer.torch.ReferenceRunner;
import fizeau.bench.protocol.Job;
import fizeau.bench.protocol.JobFailure.JobFailedException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermission;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Peers that do as they should, where Python has torch, and scripts in Python's place that do not. */
class InferPeerTest {
    private static final Duration LONG = Duration.ofMinutes(2);

    @TempDir
    private Path folder;

    @ParameterizedTest
    @CsvSource({"VIT_TINY,PYTORCH,float32", "RESNET_TINY,PYTORCH,bfloat16", "RESNET_TINY,JAX,float32"})
    void pythonGivesTheSameAnswer(ImageModel model, Framework framework, String dtype) {
        InferPeer peer = new InferPeer(Path.of("python3"), LONG);
        assumeTrue(peer.unavailability(framework.module()).isEmpty(), "Python has no " + framework.module());
        InferJob job = job(model, framework, dtype);
        InferOutcome outcome = Json.value(peer.run(job(job)).outcome(), InferOutcome.class);
        assertThat(outcome.trouble()).isNull();
        assertThat(outcome.agreement().passed())
                .as(outcome.agreement().sentence())
                .isTrue();
        assertThat(outcome.millis()).hasSize(3).allMatch(time -> time > 0);
        assertThat(outcome.library()).contains(framework.module());
    }

    @Test
    void aCrashIsToldWithItsLastWords() throws IOException {
        InferPeer peer = peer("echo first >&2; echo 'Traceback: it broke' >&2; exit 7", LONG);
        assertThatThrownBy(() -> peer.run(job(job(ImageModel.VIT_TINY, Framework.PYTORCH, "float32"))))
                .isInstanceOf(JobFailedException.class)
                .hasMessageContaining("pytorch in round 1 failed")
                .hasMessageContaining("exit code 7: first | Traceback: it broke");
    }

    @Test
    void aHangEndsAtTheLimit() throws IOException {
        InferPeer peer = peer("echo loading >&2; exec sleep 600", Duration.ofMillis(700));
        assertThatThrownBy(() -> peer.run(job(job(ImageModel.VIT_TINY, Framework.JAX, "float32"))))
                .isInstanceOf(JobFailedException.class)
                .hasMessageContaining("gave no answer within 700 ms: loading");
        assertThat(peer.unavailability("jax"))
                .hasValueSatisfying(reason -> assertThat(reason).contains("Python's jax cannot be imported"));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = ';',
            value = {
                "true; result.json is no file that can be read",
                "echo '{\"library\":' > \"$4\"; is damaged",
                "echo '{}' > \"$4\"; it wrote 0 scores where 20 belong",
                "echo '[1, 2]' > \"$4\"; it wrote 0 scores",
            })
    void garbageIsAFailure(String script, String words) throws IOException {
        InferPeer peer = peer(script, LONG);
        assertThatThrownBy(() -> peer.run(job(job(ImageModel.VIT_TINY, Framework.PYTORCH, "float32"))))
                .isInstanceOf(JobFailedException.class)
                .hasMessageContaining("its result cannot be understood")
                .hasMessageContaining(words);
    }

    @Test
    void scoresWithoutTimesAreAFailureAndWrongScoresHaveNoTimes() throws IOException {
        String output = "$(dirname \"$4\")/output.f32";
        InferJob job = job(ImageModel.VIT_TINY, Framework.PYTORCH, "float32");
        // 20 zeros are not the answer: whatever times come with them are not read
        InferPeer wrong = peer(
                "head -c 80 /dev/zero > \"" + output + "\"; echo '{\"prepareMillis\":1,\"firstCallMillis\":1,"
                        + "\"millis\":[1,2]}' > \"$4\"",
                LONG);
        InferOutcome outcome = Json.value(wrong.run(job(job)).outcome(), InferOutcome.class);
        assertThat(outcome.right()).isFalse();
        assertThat(outcome.millis()).isEmpty();

        Path right = folder.resolve("right.f32");
        writeScores(job, right);
        InferPeer silent = peer(
                "cp " + right + " \"" + output + "\"; echo '{\"prepareMillis\":1,\"firstCallMillis\":1,"
                        + "\"millis\":[\"fast\"]}' > \"$4\"",
                LONG);
        assertThatThrownBy(() -> silent.run(job(job))).hasMessageContaining("field millis holds no list of times");
    }

    @Test
    void troubleIsPassedOn() throws IOException {
        InferPeer peer = peer("echo '{\"trouble\":{\"kind\":\"MEMORY\",\"sentence\":\"no room\"}}' > \"$4\"", LONG);
        InferOutcome outcome = Json.value(
                peer.run(job(job(ImageModel.VIT_TINY, Framework.PYTORCH, "float32")))
                        .outcome(),
                InferOutcome.class);
        assertThat(outcome.trouble()).isEqualTo(new Trouble(Trouble.Kind.MEMORY, "no room"));
    }

    /** A module of that name in the script's folder, which Python looks into first, takes JAX's place. */
    @ParameterizedTest
    @CsvSource({
        "RESOURCE_EXHAUSTED: Out of memory allocating 157286400 bytes.,MEMORY",
        "std::bad_alloc,MEMORY",
        "convolution not implemented for Half,IMPOSSIBLE"
    })
    void whatJaxRaisesIsSorted(String message, Trouble.Kind kind) throws IOException {
        assumeTrue(
                new InferPeer(Path.of("python3"), LONG).unavailability("json").isEmpty(), "there is no python3");
        String module = "$(dirname \"$1\")/jax.py";
        InferPeer peer =
                peer("echo 'raise RuntimeError(\"" + message + "\")' > " + module + "; exec python3 \"$@\"", LONG);
        InferOutcome outcome = Json.value(
                peer.run(job(job(ImageModel.RESNET_TINY, Framework.JAX, "float32")))
                        .outcome(),
                InferOutcome.class);
        assertThat(outcome.trouble()).isEqualTo(new Trouble(kind, message));
    }

    /** A program that is called as {@code python SCRIPT JOB --result RESULT}. */
    private InferPeer peer(String script, Duration limit) throws IOException {
        Path program = folder.resolve("python");
        Files.writeString(program, "#!/bin/sh\n" + script + "\n");
        Files.setPosixFilePermissions(
                program, Set.of(PosixFilePermission.OWNER_READ, PosixFilePermission.OWNER_EXECUTE));
        return new InferPeer(program, limit);
    }

    private static Job job(InferJob job) {
        return new Job(InferJob.FAMILY, job.framework(), 1, Json.tree(job));
    }

    private void writeScores(InferJob job, Path file) throws IOException {
        float[] scores = TensorFile.open(Path.of(job.expected())).array(InferJob.OUTPUT);
        ByteBuffer bytes = ByteBuffer.allocate(4 * scores.length).order(ByteOrder.LITTLE_ENDIAN);
        bytes.asFloatBuffer().put(scores);
        Files.write(file, bytes.array());
    }

    private InferJob job(ImageModel model, Framework framework, String dtype) {
        Network two = model.network(2);
        Path weights = folder.resolve("weights.safetensors");
        Path input = folder.resolve("input.safetensors");
        TensorFile.write(weights, two.weights(1));
        TensorFile.write(
                input, InferJob.INPUT, two.parameters(0).get(0).dims(), Pictures.synthetic(2, two.edge(), false));
        InferJob job = new InferJob(
                model.word(),
                framework.word(),
                2,
                dtype,
                "cpu",
                2,
                1,
                weights.toString(),
                input.toString(),
                folder.resolve("expected.safetensors").toString(),
                2,
                3,
                5,
                0.5,
                List.of(),
                false);
        new ReferenceRunner().run(new Job(InferJob.REFERENCE, "reference", 0, Json.tree(job)), 0, share -> {});
        return job;
    }
}
