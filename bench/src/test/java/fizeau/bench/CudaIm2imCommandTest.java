// SPDX-License-Identifier: Apache-2.0
package fizeau.bench;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import fizeau.backend.cuda.PretendCudaExtension;
import fizeau.bench.PretendCommand.Answer;
import fizeau.bench.files.Json;
import fizeau.kernels.PretendCuda;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/** {@code im2im} on the pretend device from the table to the record, with no libtorch on the class path. */
@ExtendWith(PretendCudaExtension.class)
class CudaIm2imCommandTest {

    private static final String TINY = "\"data.volumes=3,data.volume=16x24x32,data.zoom=0.5,data.patch=4x8x8,"
            + "model.filters=2x4,trainer.limit_train_batches=3,trainer.limit_val_batches=1\"";

    private final PretendCuda machine;

    @TempDir
    private Path folder;

    CudaIm2imCommandTest(PretendCuda machine) {
        this.machine = machine;
    }

    @Test
    void rowsOfAGpuAreTrainedAndPredictedThere() throws Exception {
        Path train = write(
                "train.csv",
                "branch,experiment,trainer,max_epochs,batch_size,overrides\n"
                        + "baseline,segmentation,gpu,2,2," + TINY + "\n"
                        + "fused,segmentation,,2,2," + TINY + "\n"
                        + "gpu+tf32,segmentation,,2,2," + TINY + "\n");
        Path output = folder.resolve("list.json");
        Answer answer =
                run(machine, "train", "--config", train.toString(), "--rounds", "1", "--output", output.toString());
        assertThat(answer.code()).as(answer.said()).isEqualTo(Main.DONE);
        Path results = onlyRun();
        JsonNode record = Json.readTree(results.resolve("result.json"));
        assertThat(record.path("device").asText()).isEqualTo("cuda");
        assertThat(record.path("targets")).isEmpty();
        assertThat(record.path("probes")).isEmpty();
        assertThat(record.path("remarks").toString()).contains("this program's own path without switches");
        JsonNode baseline = record.at("/rows/0");
        JsonNode fused = record.at("/rows/1");
        assertThat(baseline.at("/runs/0/outcome/threads").asText()).contains("pretend device");
        assertThat(baseline.at("/settings/trainer.accelerator").asText()).isEqualTo("gpu");
        assertThat(names(baseline.at("/runs/0/outcome/parts")))
                .containsExactlyInAnyOrder("backward", "forward", "loading", "optimizer", "to_device", "validation");
        assertThat(names(fused.at("/runs/0/outcome/parts"))).contains("step");
        assertThat(fused.at("/switches").toString())
                .isEqualTo("[\"volume_cache\",\"prefetch\",\"fused_optimizer\",\"cudnn_autotune\",\"graph\"]");
        assertThat(fused.path("reference").asText()).isEqualTo("baseline, segmentation on gpu");
        assertThat(fused.path("difference").asDouble()).isLessThan(1e-5);
        assertThat(fused.at("/speedup/ratio").asDouble()).isPositive();
        assertThat(record.at("/rows/2/switches").toString()).contains("tf32");
        assertThat(record.at("/rows/2/difference").asDouble()).isBetween(1e-9, 0.05);
        JsonNode metrics = Json.readTree(output).at("/0/metrics");
        double whole = metrics.at("/total_training/device_peak_memory_mb").asDouble();
        double epoch =
                metrics.at("/epoch_breakdown/first_epoch/device_peak_memory_mb").asDouble();
        assertThat(epoch).isPositive();
        assertThat(whole).isGreaterThanOrEqualTo(epoch);
        assertThat(metrics.at("/epoch_breakdown/to_device_first_batch/elapsed_seconds")
                        .asDouble())
                .isPositive();
        assertThat(Json.readTree(output).at("/1/task_config/trainer").asText()).isEqualTo("gpu");

        Path infer = write(
                "infer.csv",
                "branch,experiment,checkpoint_path,data_path,trainer,batch_size,overrides\n"
                        + "baseline,segmentation," + results.resolve("checkpoints/baseline-segmentation-on-gpu.npy")
                        + ",,gpu,2," + TINY + "\n"
                        + "fused,segmentation," + results.resolve("checkpoints/baseline-segmentation-on-gpu.npy")
                        + ",,gpu,2," + TINY + "\n");
        answer = run(machine, "infer", "--config", infer.toString(), "--rounds", "1", "--output", output.toString());
        assertThat(answer.code()).as(answer.said()).isEqualTo(Main.DONE);
        JsonNode predicted = Json.readTree(output);
        assertThat(predicted.at("/0/metrics/inference_info/num_outputs").asInt())
                .isEqualTo(3);
        assertThat(predicted
                        .at("/0/metrics/batch_breakdown/first_batch_forward/device_peak_memory_mb")
                        .asDouble())
                .isPositive();
        assertThat(predicted.at("/1/metrics/rounds/speedup/ratio").asDouble()).isPositive();
    }

    /** What is missing ends the command before anything runs, in one sentence. */
    @Test
    void aGpuThatCannotBeUsedIsRefusedInOneSentence(@TempDir Path other) throws Exception {
        Path train = write("t.csv", "branch,experiment,trainer,overrides\nbaseline,segmentation,gpu," + TINY + "\n");
        PretendCuda without = machine.variant(other, PretendCuda.DRIVER_VERSION, "libcudnn.so.9");
        Answer answer = run(without, "train", "--config", train.toString());
        assertThat(answer.code()).isEqualTo(Main.BAD_INPUT);
        assertThat(answer.err().lines())
                .singleElement()
                .asString()
                .contains("line 2: trainer gpu is not possible: cuDNN and cuBLAS are not here", "use cpu");
        assertThat(folder.resolve("results")).doesNotExist();
    }

    private static List<String> names(JsonNode node) {
        List<String> names = new ArrayList<>();
        node.fieldNames().forEachRemaining(names::add);
        return names;
    }

    private Path onlyRun() throws IOException {
        try (Stream<Path> runs = Files.list(folder.resolve("results/im2im"))) {
            return runs.findFirst().orElseThrow();
        }
    }

    private Path write(String name, String content) throws IOException {
        return Files.writeString(folder.resolve(name), content);
    }

    private Answer run(PretendCuda host, String... options) throws Exception {
        List<String> arguments = new ArrayList<>(List.of("im2im"));
        arguments.addAll(List.of(options));
        arguments.addAll(List.of("--threads", "1", "--warmup-seconds", "0.1"));
        arguments.addAll(List.of("--out", folder.resolve("results").toString()));
        return new PretendCommand(host, folder).without("pytorch").run(arguments);
    }
}
