// SPDX-License-Identifier: Apache-2.0
package fizeau.bench;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import fizeau.bench.files.Json;
import fizeau.bench.infer.ImageModel;
import fizeau.bench.infer.TensorFile;
import fizeau.bench.infer.xla.XlaLibrary;
import java.awt.image.BufferedImage;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class InferCommandTest {
    @TempDir
    private Path folder;

    private final ByteArrayOutputStream out = new ByteArrayOutputStream();
    private final ByteArrayOutputStream err = new ByteArrayOutputStream();

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "infer --model resnet18 | model resnet18 is unknown: use resnet50",
                "infer --model all,efficientnet_b0 | model efficientnet_b0 is not built here: use resnet50",
                "infer --checkpoint x | holds the weights of one model and 2 are asked for: name one --model",
                "infer --model vit_tiny --checkpoint nowhere | --checkpoint nowhere is no file that can be read",
                "infer --model vit_tiny --checkpoint OTHERS | array class_token of type F32; use a safetensors file of float32",
                "infer --model vit_tiny --checkpoint TEXT | its header is cut or missing; use a safetensors file",
                "infer --framework tensorflow | framework tensorflow is unknown: use libtorch",
                "infer --dtype int8 | --dtype int8 is unknown: use float32",
                "infer --dtype tf32 | use float32 or bfloat16",
                "infer --device mps | --device mps is unknown: use auto, cpu or cuda",
                "infer --device cuda:7 | --device cuda:7 cannot be used",
                "infer --batch-sizes 0 | --batch-sizes 0 is not possible",
                "infer --batch-sizes 2000000 | --batch-sizes 2000000 is not possible: use 1 to 1048576",
                "infer --batch-sizes eight | Invalid value for option '--batch-sizes'",
                "infer --iterations 0 | --iterations 0 is not possible",
                "infer --warmup -1 | --warmup -1 is not possible",
                "infer --rounds 0 | --rounds 0 is not possible",
                "infer --max-seconds 0 | --max-seconds 0.0 is not possible",
                "infer --compiled-rounds 0 | --compiled-rounds 0 is not possible",
                "infer --preset slow | --preset slow is unknown: use quick",
                "infer --threads 1000 | --threads 1000 is not possible",
                "infer --peer-timeout 0 | --peer-timeout 0.0 is not possible",
                "infer --data-source nowhere | --data-source nowhere is no folder",
                "infer --data-source FOLDER | holds no pictures"
            })
    void badInputIsToldInOneSentenceAndLeavesNothing(String command, String sentence) throws IOException {
        Path empty = Files.createDirectory(folder.resolve("empty"));
        Path others = folder.resolve("others");
        TensorFile.write(others, ImageModel.RESNET_TINY.network(1).weights(1));
        Path text = Files.writeString(folder.resolve("text"), "PK");
        String words = command.strip()
                .replace("FOLDER", empty.toString())
                .replace("OTHERS", others.toString())
                .replace("TEXT", text.toString());
        int code = run(words, folder.resolve("results"));
        assertThat(code).as("standard error: %s", err).isEqualTo(2);
        assertThat(err.toString(StandardCharsets.UTF_8)).contains(sentence);
        assertThat(err.toString(StandardCharsets.UTF_8).lines()).hasSize(1);
        assertThat(out.size()).isZero();
        assertThat(folder.resolve("results")).doesNotExist();
    }

    /** The whole way in fresh processes, on the smallest network, with pictures of a folder and a peer that crashes. */
    @Test
    void aRunMeasuresWhatItCanAndSaysWhatItCannot() throws IOException {
        Path pictures = Files.createDirectories(folder.resolve("pictures/val/cat"));
        ImageIO.write(
                new BufferedImage(50, 40, BufferedImage.TYPE_INT_RGB),
                "png",
                pictures.resolve("a.png").toFile());
        Files.writeString(pictures.resolve("b.png"), "text");
        Path python = folder.resolve("python");
        // imports succeed, work does not
        Files.writeString(python, "#!/bin/sh\n[ \"$1\" = -c ] && exit 0\necho no such luck >&2\nexit 9\n");
        assertThat(python.toFile().setExecutable(true)).isTrue();
        int code = run(
                "infer --model resnet_tiny --framework libtorch engine pytorch xla --batch-sizes 2 --preset quick"
                        + " --rounds 1 --iterations 3 --warmup 1 --max-seconds 1 --dtype float32 --json --python "
                        + python
                        + " --data-source " + folder.resolve("pictures") + " --output-dir " + folder.resolve("raw"),
                folder.resolve("results"));
        assertThat(code).as("standard error: %s", err).isEqualTo(1); // because of the peer
        JsonNode record = Json.parse(out.toString(StandardCharsets.UTF_8), JsonNode.class);
        assertThat(record.path("schema").asText()).isEqualTo("fizeau.infer/1");
        assertThat(record.path("workload").path("dataSource").asText()).isEqualTo("pictures");
        assertThat(record.path("rows")).hasSize(4);
        for (JsonNode row : record.path("rows")) {
            switch (row.path("framework").asText()) {
                case "libtorch", "engine" -> {
                    assertThat(row.path("kind").asText()).as(row.toString()).isEqualTo("measured");
                    assertThat(row.at("/endToEnd/p50").asDouble())
                            .isGreaterThan(row.at("/timings/min").asDouble());
                    assertThat(row.at("/memory/resident").asLong()).isGreaterThan(50_000_000);
                    assertThat(row.at("/profile/0/millis").asDouble()).isPositive();
                }
                case "xla" -> {
                    boolean there = XlaLibrary.unavailability().isEmpty(); // as with mvn -Pxla verify
                    assertThat(row.path("kind").asText())
                            .as(row.toString())
                            .isEqualTo(there ? "measured" : "unavailable");
                    assertThat(row.path("reason").asText().contains("mvn -q -Pxla -DskipTests package"))
                            .isNotEqualTo(there);
                }
                default -> {
                    assertThat(row.path("kind").asText()).isEqualTo("failed");
                    assertThat(row.path("reason").asText()).contains("exit code 9: no such luck");
                }
            }
        }
        assertThat(record.path("remarks").toString()).contains("picture cat/b.png was left out");
        try (var tables = Files.list(folder.resolve("raw"))) {
            assertThat(tables.toList()).singleElement().asString().contains("benchmark_results_");
        }
    }

    @ParameterizedTest
    @CsvSource({"quick,3,10,2", "production,20,200,5"})
    void aPresetSetsWhatIsNotGiven(String preset, int warmUps, int iterations, int rounds) {
        int code = run(
                "infer --model vit_tiny --framework engine --batch-sizes 1 --max-seconds 0.5 --json --verbose --preset "
                        + preset,
                folder.resolve("results"));
        assertThat(code).as("standard error: %s", err).isZero();
        JsonNode record = Json.parse(out.toString(StandardCharsets.UTF_8), JsonNode.class);
        assertThat(record.at("/workload/warmUps").asInt()).isEqualTo(warmUps);
        assertThat(record.at("/workload/iterations").asInt()).isEqualTo(iterations);
        assertThat(record.at("/workload/maxSeconds").asDouble()).isEqualTo(0.5);
        assertThat(record.at("/protocol/rounds").asInt()).isEqualTo(rounds);
        assertThat(record.at("/rows/0/runs")).hasSize(rounds);
        assertThat(err.toString(StandardCharsets.UTF_8)).contains("vit_tiny, batch 1, engine: ");
    }

    /** Trained weights change the answer, which all frameworks agree on, and the record names them. */
    @Test
    void aCheckpointTakesThePlaceOfSeededWeights() {
        Path file = folder.resolve("trained.safetensors");
        TensorFile.write(file, ImageModel.RESNET_TINY.network(1).weights(7));
        int code = run(
                "infer --model resnet_tiny --framework engine --batch-sizes 1 --rounds 1 --iterations 2 --warmup 0"
                        + " --max-seconds 0.5 --no-energy --no-profiling --json --checkpoint " + file,
                folder.resolve("results"));
        assertThat(code).as("standard error: %s", err).isZero();
        JsonNode record = Json.parse(out.toString(StandardCharsets.UTF_8), JsonNode.class);
        assertThat(record.path("remarks").toString())
                .contains("the weights of resnet_tiny are those of trained.safetensors (SHA-256 ");
        assertThat(record.at("/rows/0/kind").asText()).isEqualTo("measured");
        assertThat(record.at("/rows/0/profile")).isEmpty();
    }

    private int run(String command, Path results) {
        List<String> arguments = new ArrayList<>(List.of(command.split(" ")));
        return Main.run(new Surroundings(
                new PrintStream(out, true, StandardCharsets.UTF_8),
                new PrintStream(err, true, StandardCharsets.UTF_8),
                false,
                results,
                arguments));
    }
}
