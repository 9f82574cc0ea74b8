// SPDX-License-Identifier: Apache-2.0
package fizeau.bench;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import fizeau.bench.files.Json;
import fizeau.bench.im2im.onednn.SampleConvolutions;
import fizeau.random.NormalGenerator;
import fizeau.unet.UnetLayout;
import java.awt.image.BufferedImage;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import javax.imageio.IIOImage;
import javax.imageio.ImageIO;
import javax.imageio.ImageWriter;
import javax.imageio.stream.ImageOutputStream;
import org.assertj.core.data.Offset;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** {@code im2im} from the table of tasks to the files of the run, on tiny volumes. */
class Im2imCommandTest {
    private static final String TINY = "\"data.volumes=3,data.volume=16x24x32,data.zoom=0.5,data.patch=4x8x8,"
            + "model.filters=16x32,trainer.limit_train_batches=3,trainer.limit_val_batches=1\"";

    @TempDir
    private Path folder;

    private final ByteArrayOutputStream out = new ByteArrayOutputStream();
    private final ByteArrayOutputStream err = new ByteArrayOutputStream();

    @Test
    void matricesRunFromTheTableToTheReport() throws IOException {
        Path tasks = write(
                "train.csv",
                "branch,experiment,trainer,max_epochs,batch_size,overrides\n"
                        + "baseline,im2im/segmentation,cpu,2,2," + TINY + "\n"
                        + "# a comment\n"
                        + "fused,segmentation,cpu,2,2," + TINY + "\n"
                        + "fused,segmentation,ddp,2,2," + TINY + "\n"
                        + "baseline,segmentation,cpu,2,many," + TINY + "\n");
        Path output = folder.resolve("list.json");
        int code = run(
                "im2im",
                "train",
                "--config",
                tasks.toString(),
                "--output",
                output.toString(),
                "--skip-failed",
                "--compare",
                "--warmup-seconds",
                "0.2",
                "--rounds",
                "1");
        assertThat(code).as(err()).isEqualTo(Main.FAILED);
        assertThat(out())
                .contains("\u2713 baseline, segmentation")
                .contains("\u2717 fused, segmentation, 2")
                .contains("trainer ddp");
        Path run = onlyRun();
        assertThat(run.resolve("report.html")).exists();
        assertThat(run.resolve("im2im_parts.png")).exists();

        JsonNode list = Json.readTree(output);
        assertThat(list).hasSize(4);
        JsonNode first = list.get(0);
        assertThat(first.path("success").asBoolean()).isTrue();
        assertThat(first.at("/task_config/batch_size").asInt()).isEqualTo(2);
        for (String timer : List.of(
                "total_training",
                "model_initialization",
                "config_loading",
                "data_setup",
                "model_setup",
                "trainer_setup",
                "full_training",
                "warm_up",
                "epoch_breakdown/first_epoch",
                "epoch_breakdown/data_loading_first_batch",
                "epoch_breakdown/to_device_first_batch",
                "epoch_breakdown/model_forward_first_batch")) {
            assertThat(seconds(first, timer)).as(timer).isPositive();
        }
        assertThat(seconds(first, "total_training"))
                .isGreaterThan(seconds(first, "full_training") + seconds(first, "data_setup"));
        assertThat(seconds(first, "full_training")).isGreaterThan(seconds(first, "epoch_breakdown/first_epoch"));
        JsonNode peaks = first.at("/metrics/total_training/peak_memory_mb");
        if (peaks.isNumber()) {
            assertThat(peaks.asDouble())
                    .isGreaterThanOrEqualTo(
                            first.at("/metrics/warm_up/peak_memory_mb").asDouble());
        }
        assertThat(first.at("/metrics/compile_s").asDouble()).isPositive();
        assertThat(first.at("/metrics/final_metrics/val_loss").asDouble()).isPositive();
        assertThat(first.at("/metrics/dataset_info/num_train_batches").asInt()).isEqualTo(3);
        assertThat(first.path("git_info").has("commit_hash")).isTrue();
        JsonNode fused = list.get(1);
        assertThat(fused.at("/metrics/rounds/reference").asText()).isEqualTo("baseline, segmentation");
        assertThat(fused.at("/metrics/rounds/speedup/ratio").asDouble()).isPositive();
        assertThat(fused.at("/metrics/final_metrics/train_loss").asDouble())
                .isCloseTo(first.at("/metrics/final_metrics/train_loss").asDouble(), offset());
        assertThat(list.get(2).path("error").asText()).contains("trainer ddp is not possible");
        assertThat(list.get(3).path("error").asText()).contains("train.csv, line 6, column batch_size");
        assertThat(list.get(3).path("success").asBoolean()).isFalse();

        JsonNode record = Json.readTree(run.resolve("result.json"));
        JsonNode target = record.at("/targets/0");
        assertThat(record.path("targets")).hasSize(1);
        assertThat(target.path("row").asText()).isEqualTo("fused, segmentation");
        assertThat(target.path("reference").asText()).isEqualTo("baseline, segmentation");
        assertThat(target.path("verdict").asText()).isEqualTo("unclear"); // of one round
        assertThat(target.path("possible").asDouble())
                .isCloseTo(
                        record.at("/rows/0/seconds/value").asDouble()
                                / target.at("/floor/seconds").asDouble(),
                        offset());
        // 12 patches of 256 voxels trained and 4 validated, 101168 and 33872 pairs a voxel
        assertThat(target.at("/floor/gigaflop").asDouble())
                .isCloseTo(2e-9 * 256 * (12 * 101168 + 4 * 33872), Offset.offset(1e-12));
        assertThat(first.at("/metrics/floor/kind").asText()).isEqualTo("derived");
        assertThat(first.at("/metrics/floor/seconds").asDouble())
                .isGreaterThanOrEqualTo(
                        first.at("/metrics/floor/secondsAtBestRate").asDouble());
        assertThat(record.at("/probes/0/layers")).hasSize(10);
        boolean blocked = SampleConvolutions.suit(new UnetLayout(List.of(16, 32)));
        assertThat(record.at("/rows/0/runs/0/outcome/threads").asText()).contains("of OpenMP");
        assertThat(record.at("/rows/1/runs/0/outcome/threads").asText())
                .contains(blocked ? "a sample each" : "of OpenMP");
        assertThat(record.at("/probes/0/layers").findValuesAsText("stepForm"))
                .anyMatch(form -> form.startsWith("blocks of channels") == blocked);

        out.reset();
        assertThat(run("report", run.toString())).as(err()).isZero();
        assertThat(out())
                .contains("full_training s")
                .contains("failed: line 6")
                .contains("target    fused, segmentation at least 1.800 times baseline, segmentation: unclear")
                .contains("its floor: convolutions alone");
        assertThat(run("gate", run.toString(), "--against", run.toString()))
                .as(err())
                .isZero();
        assertThat(out()).contains("fused, segmentation: +0.0 % time");

        predict(run.resolve("checkpoints/baseline-segmentation.npy"));
    }

    private static Offset<Double> offset() {
        return Offset.offset(1e-4);
    }

    private void predict(Path checkpoint) throws IOException {
        assertThat(checkpoint).exists();
        Path tasks = write(
                "infer.csv",
                "branch,experiment,checkpoint_path,data_path,batch_size,overrides\n"
                        + "baseline,segmentation," + checkpoint + ",,2,"
                        + TINY.replace(",trainer.limit_val_batches=1", "") + "\n"
                        + "fused,segmentation," + checkpoint + ",,2," + TINY + "\n"
                        + "fused,segmentation,seeded,/nowhere/at/all,2," + TINY + "\n");
        out.reset();
        Path output = folder.resolve("predicted.json");
        int code = run(
                "im2im",
                "infer",
                "--config",
                tasks.toString(),
                "--skip-failed",
                "--rounds",
                "1",
                "--warmup-seconds",
                "0.2",
                "--json",
                "--output",
                output.toString());
        assertThat(code).as(err()).isEqualTo(Main.FAILED);
        JsonNode record = Json.parse(out(), JsonNode.class);
        assertThat(record.at("/rows/2/error").asText()).contains("/nowhere/at/all does not exist");
        JsonNode first = record.at("/rows/0/runs/0/outcome");
        for (String timer : List.of(
                "total_inference",
                "checkpoint_loading",
                "model_setup",
                "full_prediction",
                "batch_breakdown.first_batch_processing",
                "batch_breakdown.first_batch_loading",
                "batch_breakdown.first_batch_to_device",
                "batch_breakdown.first_batch_forward",
                "batch_breakdown.first_batch_postprocess")) {
            assertThat(first.path("timings").path(timer).path("elapsed_seconds").asDouble())
                    .as(timer)
                    .isPositive();
        }
        assertThat(first.at("/counts/num_outputs").asInt()).isEqualTo(3);
        assertThat(first.at("/counts/num_batches").asInt()).isEqualTo(2);
        assertThat(first.at("/counts/num_windows").asInt()).isEqualTo(3 * 8);
        assertThat(record.at("/rows/0/floor/gigaflop").asDouble())
                .isCloseTo(2e-9 * 24 * 256 * 33872, Offset.offset(1e-12));
        assertThat(record.at("/probes/0/layers/0/stepMillis").isNull()).isTrue();
        assertThat(record.path("targets")).isEmpty();
        assertThat(first.at("/weights").asText()).isEqualTo("checkpoint baseline-segmentation.npy");
        double perSecond = first.at("/results/throughput_samples_per_sec").asDouble();
        double prediction = first.path("timings")
                .path("full_prediction")
                .path("elapsed_seconds")
                .asDouble();
        assertThat(perSecond * prediction).isCloseTo(3, offset());
        JsonNode info = Json.readTree(output).at("/0/metrics/inference_info");
        assertThat(info.path("num_batches").asInt()).isEqualTo(2);
        assertThat(info.path("batch_size").asInt()).isEqualTo(2);
        assertThat(info.path("num_outputs").asInt()).isEqualTo(3);
        assertThat(info.path("avg_time_per_batch").asDouble()).isCloseTo(prediction / 2, offset());
        assertThat(info.path("throughput_samples_per_sec").asDouble()).isEqualTo(perSecond);
        JsonNode breakdown = Json.readTree(output).at("/0/metrics/batch_breakdown");
        assertThat(breakdown.at("/first_batch_postprocess/elapsed_seconds").asDouble())
                .isPositive();
        assertThat(Json.readTree(output).at("/0/task_config/checkpoint_path").asText())
                .isEqualTo(checkpoint.toString());
        JsonNode fused = record.at("/rows/1");
        // limit_val_batches changes nothing here, but it is another setting: no ratio between different work
        assertThat(fused.path("reference").isNull()).isTrue();
        assertThat(fused.at("/runs/0/outcome/losses/0").asDouble())
                .isCloseTo(first.at("/losses/0").asDouble(), offset());
    }

    @Test
    void aFolderOfPicturesIsLearntFromAndPredicted() throws IOException {
        Path pictures = Files.createDirectory(folder.resolve("pictures"));
        for (String name : List.of("a", "b")) {
            writeTiff(pictures.resolve(name + ".tif"), name.hashCode());
            writeTiff(pictures.resolve(name + "_target.tif"), name.hashCode() + 1);
        }
        String tiny = TINY.replace("data.volumes=3,data.volume=16x24x32,", "");
        Path train = write(
                "train.csv",
                "branch,experiment,trainer,max_epochs,batch_size,overrides\n"
                        + "baseline,labelfree,cpu,1,2," + tiny.replace("\"data", "\"data.path=" + pictures + ",data")
                        + "\n");
        assertThat(run(
                        "im2im",
                        "train",
                        "--config",
                        train.toString(),
                        "--rounds",
                        "1",
                        "--warmup-seconds",
                        "0.2",
                        "--json"))
                .as(err())
                .isZero();
        JsonNode trained = Json.parse(out(), JsonNode.class).at("/rows/0/runs/0/outcome");
        assertThat(trained.path("data").asText()).isEqualTo("2 TIFF files of folder pictures");
        assertThat(trained.at("/counts/num_volumes").asInt()).isEqualTo(2);
        assertThat(trained.at("/results/train_loss").asDouble()).isPositive();

        Path infer = write(
                "infer.csv",
                "branch,experiment,checkpoint_path,data_path,batch_size,overrides\n"
                        + "baseline,labelfree," + onlyRun().resolve("checkpoints/baseline-labelfree.npy") + ","
                        + pictures + ",1," + tiny + "\n");
        out.reset();
        assertThat(run(
                        "im2im",
                        "infer",
                        "--config",
                        infer.toString(),
                        "--rounds",
                        "1",
                        "--warmup-seconds",
                        "0.2",
                        "--json"))
                .as(err())
                .isZero();
        JsonNode predicted = Json.parse(out(), JsonNode.class).at("/rows/0/runs/0/outcome");
        assertThat(predicted.path("data").asText()).isEqualTo("2 TIFF files of folder pictures");
        assertThat(predicted.at("/counts/num_outputs").asInt()).isEqualTo(2);
    }

    /** 16 pages of 24 x 32 grey values, seeded. */
    private static void writeTiff(Path file, long seed) throws IOException {
        NormalGenerator random = new NormalGenerator(seed);
        ImageWriter writer = ImageIO.getImageWritersByFormatName("tiff").next();
        try (ImageOutputStream stream = ImageIO.createImageOutputStream(file.toFile())) {
            writer.setOutput(stream);
            writer.prepareWriteSequence(null);
            for (int z = 0; z < 16; z++) {
                BufferedImage page = new BufferedImage(32, 24, BufferedImage.TYPE_USHORT_GRAY);
                for (int at = 0; at < 24 * 32; at++) {
                    int grey = (int) (1000 + 100 * random.nextNormal());
                    page.getRaster().setSample(at % 32, at / 32, 0, grey);
                }
                writer.writeToSequence(new IIOImage(page, null, null), null);
            }
            writer.endWriteSequence();
        } finally {
            writer.dispose();
        }
    }

    private static double seconds(JsonNode element, String timer) {
        return element.at("/metrics/" + timer + "/elapsed_seconds").asDouble();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "train --config nowhere.csv | --config nowhere.csv does not exist",
                "train | Missing required option: '--config=FILE'",
                "infer --config CSV | column checkpoint_path is missing",
                "train --config CSV | line 2: experiment painting is unknown",
                "train --config CSV --skip-failed --reference main | --reference main is the branch of no row",
                "train --config CSV --skip-failed --rounds 0 | --rounds 0 is not possible",
                "train --config PAIR --compare | --compare finds no row with a reference: add one with the same experiment",
                "train --config GPU --device cpu | trainer gpu is not possible: --device cpu was asked for",
                "train --config PAIR --device cuda:99 | --device cuda:99 is not possible",
                "train --config EMPTY | holds no task",
                "paint | Unmatched argument"
            })
    void badInputIsRefusedInOneSentence(String options, String words) throws IOException {
        Path csv = write("t.csv", "branch,experiment\nbaseline,painting\nbaseline,segmentation\n");
        Path pair = write("p.csv", "branch,experiment\nbaseline,labelfree\nfused,segmentation\n");
        Path gpu = write("g.csv", "branch,experiment,trainer\nbaseline,labelfree,gpu\n");
        Path empty = write("e.csv", "branch,experiment\n# baseline,segmentation\n");
        List<String> arguments = new ArrayList<>(List.of("im2im"));
        for (String option : options.strip().split(" ")) {
            arguments.add(option.replace("CSV", csv.toString())
                    .replace("PAIR", pair.toString())
                    .replace("GPU", gpu.toString())
                    .replace("EMPTY", empty.toString()));
        }
        assertThat(run(arguments.toArray(String[]::new))).isEqualTo(Main.BAD_INPUT);
        assertThat(err()).contains(words);
        assertThat(err().lines()).hasSize(1);
        assertThat(folder.resolve("results")).doesNotExist();
    }

    private Path onlyRun() throws IOException {
        try (Stream<Path> runs = Files.list(folder.resolve("results/im2im"))) {
            return runs.findFirst().orElseThrow();
        }
    }

    private int run(String... arguments) {
        return Main.run(new Surroundings(
                new PrintStream(out, true, StandardCharsets.UTF_8),
                new PrintStream(err, true, StandardCharsets.UTF_8),
                false,
                folder.resolve("results"),
                List.of(arguments)));
    }

    private Path write(String name, String content) throws IOException {
        return Files.writeString(folder.resolve(name), content);
    }

    private String out() {
        return out.toString(StandardCharsets.UTF_8);
    }

    private String err() {
        return err.toString(StandardCharsets.UTF_8);
    }
}
