// SPDX-License-Identifier: Apache-2.0
package fizeau.bench;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import fizeau.bench.files.Json;
import fizeau.image.NpyFile;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import nom.tam.fits.Fits;
import nom.tam.fits.FitsException;
import nom.tam.fits.Header;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The commands that use the engine as a tool, as people type them. */
class PipelineCommandTest {

    @TempDir
    private Path folder;

    private final ByteArrayOutputStream out = new ByteArrayOutputStream();
    private final ByteArrayOutputStream err = new ByteArrayOutputStream();

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "measure --snr loud | 'loud' is not a double",
                "measure --snr NaN | --snr NaN dB is not possible",
                "measure --snr 1000 | --snr 1000.0 dB is not possible",
                "measure --epochs 3 | --epochs 3 has no meaning here",
                "measure --object no-such-file.png | no-such-file.png",
                "measure --samples 0 | --samples 0",
                "measure --samples 100000 --image-size 4096 | --samples 100000",
                "measure --aperture-radius 0.1 --pattern-radius 30 | leaves no spectrum samples",
                "measure --input amplitude | --input amplitude says what a file holds",
                "measure --input phase | phase",
                "reconstruct --loss-threshold -1 | --loss-threshold -1.0 is not possible",
                "reconstruct --loss-threshold Infinity | --loss-threshold Infinity is not possible",
                "reconstruct --tries 0 | --tries 0 is not possible: use 1 to",
                "reconstruct --object-size 600 | larger than --image-size 512",
                "reconstruct --device cuda | --device cuda cannot be used",
                "profile --pairs 0 | --pairs 0 is not possible: use 1 to",
                "profile --epochs 0 | --epochs 0",
            })
    void badInputIsToldInOneSentence(String command, String words) throws IOException {
        assertThat(run(command)).as("exit code; standard error: %s", err).isEqualTo(2);
        assertThat(err.toString(StandardCharsets.UTF_8)).contains(words).hasLineCount(1);
        assertThat(out.toString(StandardCharsets.UTF_8)).isEmpty();
        try (var files = Files.list(folder)) {
            assertThat(files).isEmpty();
        }
    }

    @Test
    void measuringWritesStackCubeAndRecord() throws IOException, FitsException {
        // no decoder exists for these sizes: measuring needs none
        String command = "measure --object-size 20 --image-size 45 --aperture-radius 6 --pattern-radius 9 --samples 3"
                + " --snr 60 --json";
        assertThat(run(command)).as("standard error: %s", err).isZero();
        Path run;
        try (var runs = Files.list(folder.resolve("results/measure"))) {
            run = runs.findFirst().orElseThrow();
        }
        JsonNode manifest = Json.readTree(run.resolve("manifest.json"));
        assertThat(manifest.path("state").asText()).as("%s", manifest).isEqualTo("complete");
        NpyFile.Array stack = NpyFile.read(run.resolve("measurements.npy"));
        assertThat(stack.shape()).containsExactly(3, 45, 45);
        Path printed = Files.writeString(folder.resolve("printed.json"), out.toString(StandardCharsets.UTF_8));
        JsonNode record = Json.readTree(printed);
        assertThat(record).isEqualTo(Json.readTree(run.resolve("result.json")));
        assertThat(record.path("schema").asText()).isEqualTo("fizeau.measurement/1");
        assertThat(record.path("snrDecibels").asDouble()).isEqualTo(60);
        assertThat(record.path("apertures")).hasSize(3);
        assertThat(record.path("environment").path("arguments").path(0).asText())
                .isEqualTo("measure");
        double energy = 0;
        for (float amplitude : stack.values()) {
            energy += (double) amplitude * amplitude;
        }
        double told = 0;
        for (JsonNode aperture : record.path("apertures")) {
            told += aperture.path("energy").asDouble();
        }
        assertThat(energy).isPositive().isCloseTo(told, within(1e-6 * told));
        record.path("files")
                .fieldNames()
                .forEachRemaining(name -> assertThat(run.resolve(name)).isNotEmptyFile());
        cube(run.resolve("measurements.fits"), stack.values());
    }

    private static void cube(Path file, float[] values) throws IOException, FitsException {
        try (Fits fits = new Fits(file.toFile())) {
            Header header = fits.getHDU(0).getHeader();
            assertThat(header.getIntValue("NAXIS1")).isEqualTo(45);
            assertThat(header.getIntValue("NAXIS3")).isEqualTo(3);
            StringBuilder history = new StringBuilder();
            header.iterator().forEachRemaining(card -> {
                if (card.getKey().equals("HISTORY")) {
                    history.append(card.getComment());
                }
            });
            assertThat(history.toString()).contains("measure --object-size 20").contains("--json");
            float[][][] cube = (float[][][]) fits.getHDU(0).getKernel();
            assertThat(cube[2][44][1]).isEqualTo(values[2 * 45 * 45 + 44 * 45 + 1]);
        }
    }

    private int run(String command) {
        List<String> arguments = new ArrayList<>(List.of(command.strip().split(" ")));
        return Main.run(new Surroundings(
                new PrintStream(out, true, StandardCharsets.UTF_8),
                new PrintStream(err, true, StandardCharsets.UTF_8),
                false,
                folder.resolve("results"),
                arguments));
    }
}
