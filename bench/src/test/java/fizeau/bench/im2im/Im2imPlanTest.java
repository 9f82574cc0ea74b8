// SPDX-License-Identifier: Apache-2.0
package fizeau.bench.im2im;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import fizeau.backend.selection.DeviceName;
import fizeau.bench.files.Json;
import fizeau.bench.im2im.Im2imPlan.Planned;
import fizeau.unet.UnetLayout;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** From rows to tasks. */
class Im2imPlanTest {

    private static final Trainers CARD = new Trainers(DeviceName.parse("auto"), device -> Optional.empty());

    @TempDir
    private Path folder;

    private final Trainers noCard = new Trainers(DeviceName.parse("auto"), device -> Optional.of("no card is here"));

    @ParameterizedTest
    @ValueSource(
            strings = {"im2im/label_free", "im2im/labelfree", "label_free", "labelfree", "Label-Free", "labelfree.yaml"
            })
    void everySpellingOfAnExperimentIsAccepted(String spelling) {
        assertThat(Experiment.parse(spelling)).isEqualTo(Experiment.LABELFREE);
        assertThat(Experiment.parse(spelling.replaceFirst("(?i)label_?-?free", "segmentation")))
                .isEqualTo(Experiment.SEGMENTATION);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "baseline,classification | experiment classification is unknown: use im2im/segmentation or im2im/labelfree",
                "baseline,segmentation,gpu | trainer gpu is not possible: no card is here, use cpu",
                "baseline,segmentation,ddp | trainer ddp is not possible: it spreads a training over several graphics cards",
                "baseline,segmentation,tpu | trainer tpu is unknown",
                "gpu,segmentation | preset gpu is not possible: no card is here",
                "gpu-without-prefetch,segmentation,cpu | preset gpu contradicts trainer cpu",
                "baseline+magic,segmentation | switch magic is unknown: use volume_cache",
                "baseline+tf32,segmentation | switch tf32 does not exist on the cpu: leave it out, or use trainer gpu",
                "fused-without-graph,segmentation | switch graph does not exist on the cpu",
                "baseline+pinned,segmentation | switch pinned is not possible: copies to and from a GPU always go",
                "baseline,segmentation,,,,trainer.accelerator=gpu | name cpu or gpu in the column trainer",
                "baseline,segmentation,,,,trainer.precision=tf32 | switch tf32 does not exist on the cpu",
                "baseline+fold_norm,segmentation | no stored statistics to fold",
                "baseline+window_batch,segmentation | switch window_batch changes nothing in train",
                "baseline,segmentation,,,,trainer.max_epoch=1 | did you mean trainer.max_epochs?",
                "baseline,segmentation,,,,datamodule.batch_size=1 | did you mean data.batch_size?",
                "baseline,segmentation,,,,opt.chanels_last=true | did you mean opt.channels_last?",
                "baseline,segmentation,,,,model.lr=fast | model.lr = fast is not possible: use a number",
                "baseline,segmentation,,,,data.patch=16x32 | use three numbers such as 16x32x32",
                "baseline,segmentation,,,,data.patch=16x30x30 | every extent must be a multiple of 4",
                "baseline,segmentation,,,,data.patch=4x4x4 | leaves a single voxel on the deepest level",
                "baseline,segmentation,,,,data.zoom=0.3 | use 1, 0.5, 0.25",
                "baseline,segmentation,,,,trainer.precision=16 | use 32, bf16 (cpu) or tf32 (gpu)",
                "baseline,segmentation,,,,opt.graph=true | switch graph does not exist on the cpu",
                "baseline,segmentation,,,,data.augment=perhaps | use true or false",
                "no-such-branch,segmentation | belongs to no git repository"
            })
    void whatCannotBeIsToldInOneSentence(String row, String words) {
        Planned planned = plan(row, false, false).get(0);
        assertThat(planned.settings()).isNull();
        assertThat(planned.trouble()).startsWith("line 2: ").contains(words).doesNotContain("\n");
    }

    private List<Planned> onCard(Trainers trainers, String rows, boolean ladder) {
        String text = "branch,experiment,trainer,max_epochs,batch_size,overrides\n" + rows + "\n";
        return new Im2imPlan(Im2imMode.TRAIN, this::repository, false, trainers)
                .rows(TaskTable.parse("t.csv", text, Im2imMode.TRAIN), ladder, false);
    }

    /** The column says where; nothing in it means the GPU where there is one, as in the original. */
    @Test
    void trainersNameTheDevice() {
        String rows = "baseline,segmentation,cpu\nbaseline,segmentation,gpu\nbaseline,segmentation\ngpu,segmentation";
        assertThat(onCard(CARD, rows, false))
                .extracting(row -> row.settings().accelerator())
                .containsExactly(Accelerator.CPU, Accelerator.GPU, Accelerator.GPU, Accelerator.GPU);
        assertThat(onCard(noCard, "baseline,segmentation", false)
                        .get(0)
                        .settings()
                        .accelerator())
                .isEqualTo(Accelerator.CPU);
        Trainers second = new Trainers(DeviceName.parse("cuda:1"), device -> Optional.empty());
        Im2imSettings settings =
                onCard(second, "baseline,segmentation", false).get(0).settings();
        assertThat(settings.card()).isEqualTo(1);
        assertThat(settings.values()).containsEntry("trainer.accelerator", "gpu:1");
        assertThat(Json.value(Json.tree(settings), Im2imSettings.class).card()).isEqualTo(1);
        assertThat(onCard(Trainers.processor(), "baseline,segmentation,gpu", false)
                        .get(0)
                        .trouble())
                .contains("trainer gpu is not possible: --device cpu was asked for");
        assertThat(onCard(Trainers.processor(), "baseline,segmentation", false)
                        .get(0)
                        .settings()
                        .values())
                .as("older revisions do not know them")
                .doesNotContainKeys("trainer.accelerator", "opt.onednn");
    }

    @Test
    void theLadderOfAGpuHasItsSwitches() {
        assertThat(onCard(CARD, "fused,segmentation,gpu,1,2", true))
                .extracting(Planned::label)
                .containsExactly(
                        "baseline, segmentation on gpu",
                        "baseline+volume_cache, segmentation on gpu",
                        "baseline+volume_cache+prefetch, segmentation on gpu",
                        "baseline+volume_cache+prefetch+fused_optimizer, segmentation on gpu",
                        "baseline+volume_cache+prefetch+fused_optimizer+cudnn_autotune, segmentation on gpu",
                        "fused, segmentation on gpu",
                        "fused+tf32, segmentation on gpu");
        assertThat(onCard(CARD, "baseline+channels_last,segmentation,gpu", false)
                        .get(0)
                        .trouble())
                .contains("switch channels_last does not exist on the gpu: leave it out, or use trainer cpu");
        Im2imSettings tf32 = onCard(CARD, "gpu+tf32,segmentation", false).get(0).settings();
        assertThat(tf32.text(SettingKey.PRECISION)).isEqualTo("tf32");
        assertThat(onCard(CARD, "gpu,segmentation,,1,2,trainer.precision=tf32", false)
                        .get(0)
                        .settings()
                        .switches())
                .isEqualTo(tf32.switches());
        assertThat(onCard(CARD, "gpu,segmentation,,1,2,trainer.precision=bf16", false)
                        .get(0)
                        .trouble())
                .contains("switch bf16 does not exist on the gpu");
    }

    /** A row on a GPU has its baseline there. */
    @Test
    void devicesAreNotComparedWithEachOther() {
        String rows = "baseline,segmentation,cpu\nfused,segmentation,gpu\n";
        assertThat(Im2imPlan.comparable(onCard(CARD, rows, false), null)).isFalse();
        assertThat(Im2imPlan.comparable(onCard(CARD, rows + "baseline,segmentation,gpu", false), null))
                .isTrue();
    }

    @Test
    void everyOverrideIsSeenInTheSettings() {
        String overrides = "++model.filters=4/8,data.patch=4x8x8,trainer.precision=bf16-mixed,opt.prefetch=true,seed=7";
        Planned planned =
                plan("baseline,segmentation,cpu,2,3," + overrides, false, false).get(0);
        assertThat(planned.trouble()).isNull();
        Im2imSettings settings = planned.settings();
        assertThat(settings.layout().filters()).containsExactly(4, 8);
        assertThat(settings.sizes(SettingKey.PATCH)).containsExactly(4, 8, 8);
        assertThat(settings.text(SettingKey.PRECISION)).isEqualTo("bf16");
        assertThat(settings.switches()).containsExactlyInAnyOrder(Im2imSwitch.PREFETCH, Im2imSwitch.BF16);
        assertThat(settings.integer(SettingKey.MAX_EPOCHS)).isEqualTo(2);
        assertThat(settings.integer(SettingKey.BATCH_SIZE)).isEqualTo(3);
        assertThat(settings.seed()).isEqualTo(7);
        assertThat(Json.value(Json.tree(settings), Im2imSettings.class).values())
                .isEqualTo(settings.values());
        assertThatThrownBy(() -> Im2imSettings.read(Map.of("data.none", "1"))).hasMessageContaining("names no setting");
    }

    @Test
    void presetsSetSwitches() {
        assertThat(on("baseline")).isEmpty();
        assertThat(on("fused"))
                .isEqualTo(on("optimized"))
                .containsExactlyElementsOf(
                        Im2imSwitch.words(Set.copyOf(Im2imSwitch.ofFused(Im2imMode.TRAIN, Accelerator.CPU))));
        assertThat(on("fused")).doesNotContain("bf16", "window_batch");
        assertThat(on("fused-without-prefetch"))
                .doesNotContain("prefetch")
                .hasSize(on("fused").size() - 1);
        assertThat(on("baseline+prefetch+bf16")).containsExactly("prefetch", "bf16");
        assertThat(on("channels_last")).containsExactly("channels_last");
        assertThat(Preset.of("feature/a+b", Im2imMode.TRAIN, Accelerator.CPU)).isEmpty();
        assertThat(Preset.of("main", Im2imMode.TRAIN, Accelerator.CPU)).isEmpty();
    }

    private static List<String> on(String name) {
        return Im2imSwitch.words(
                Preset.of(name, Im2imMode.TRAIN, Accelerator.CPU).orElseThrow().switches());
    }

    @Test
    void laddersAndAblationsAddEachRowOnce() {
        int switches = Im2imSwitch.ofFused(Im2imMode.TRAIN, Accelerator.CPU).size();
        List<Planned> ladder = plan("baseline,segmentation\nfused,segmentation", true, false);
        assertThat(ladder).hasSize(switches + 2);
        for (int i = 0; i <= switches + 1; i++) {
            assertThat(ladder.get(i).settings().switches()).hasSize(i);
        }
        assertThat(ladder.get(switches + 1).settings().switches()).contains(Im2imSwitch.BF16);
        List<Planned> both = plan("fused,segmentation\nfused,labelfree", true, true);
        // baseline, rungs between the ends, each alone (the first is a rung) and the two that are no part of fused,
        // each
        // left out, fused, bf16
        int each = 1 + (switches - 1) + (switches - 1 + 1) + switches + 1 + 1;
        assertThat(both).hasSize(2 * each);
        assertThat(both.stream().map(Planned::label).distinct()).hasSize(2 * each);
    }

    @Test
    void aCheckpointMustBeThere() {
        String header = "branch,experiment,checkpoint_path\n";
        List<Planned> rows = new Im2imPlan(Im2imMode.INFER, this::repository, false, noCard)
                .rows(
                        TaskTable.parse(
                                "t.csv",
                                header
                                        + "fused,segmentation,/nowhere/w.npy\nfused,segmentation,\nfused,segmentation,seeded",
                                Im2imMode.INFER),
                        false,
                        false);
        assertThat(rows.get(0).trouble())
                .isEqualTo("line 2: checkpoint /nowhere/w.npy does not exist: name a file that"
                        + " im2im train wrote, or seeded");
        assertThat(rows.get(1).trouble()).contains("checkpoint_path is empty");
        assertThat(rows.get(2).trouble()).isNull();
        assertThat(rows.get(2).checkpoint()).isNull();
        assertThat(rows.get(2).settings().integer(SettingKey.WINDOW_BATCH)).isEqualTo(8);
    }

    @Test
    void aDamagedOrStrangeCheckpointIsRefusedBeforeAnythingRuns() throws IOException {
        Path good = folder.resolve("good.npy");
        Checkpoint.write(good, new UnetLayout(List.of(2, 4)).seeded(1));
        Path cut = Files.write(folder.resolve("cut.npy"), Arrays.copyOf(Files.readAllBytes(good), 200));
        Path text = Files.writeString(folder.resolve("text.npy"), "weights");
        List<Planned> rows = infer("model.filters=2x4", good, cut, text);
        assertThat(rows.get(0).trouble()).isNull();
        assertThat(rows.get(1).trouble()).contains("cut.npy cannot be read").doesNotContain("\n");
        assertThat(rows.get(2).trouble())
                .contains("text.npy cannot be read")
                .contains("name a file that im2im train wrote")
                .doesNotContain("\n");
        assertThat(infer("model.filters=2x8", good).get(0).trouble())
                .contains("good.npy holds 1255 numbers and the network with filters [2, 8] has")
                .contains("name a checkpoint of the same network");
    }

    private List<Planned> infer(String override, Path... checkpoints) {
        StringBuilder rows = new StringBuilder("branch,experiment,checkpoint_path,overrides\n");
        for (Path checkpoint : checkpoints) {
            rows.append("baseline,segmentation,")
                    .append(checkpoint)
                    .append(',')
                    .append(override)
                    .append('\n');
        }
        return new Im2imPlan(Im2imMode.INFER, this::repository, false, noCard)
                .rows(TaskTable.parse("t.csv", rows.toString(), Im2imMode.INFER), false, false);
    }

    @Test
    void rowsAreComparedWithOthersOfTheSameWorkOnly() {
        List<Planned> rows = plan("fused,segmentation\nbaseline,labelfree\nprefetch,labelfree", false, false);
        assertThat(Im2imPlan.comparable(rows, null)).isTrue();
        assertThat(Im2imPlan.comparable(rows, "prefetch")).isTrue();
        assertThat(Im2imPlan.comparable(rows, "fused")).isFalse();
        assertThat(Im2imPlan.comparable(rows.subList(0, 2), null)).isFalse();
    }

    private List<Planned> plan(String rows, boolean ladder, boolean ablation) {
        String text = "branch,experiment,trainer,max_epochs,batch_size,overrides\n" + rows + "\n";
        return new Im2imPlan(Im2imMode.TRAIN, this::repository, false, noCard)
                .rows(TaskTable.parse("t.csv", text, Im2imMode.TRAIN), ladder, ablation);
    }

    private Repository repository() {
        return Repository.of(folder, false);
    }
}
