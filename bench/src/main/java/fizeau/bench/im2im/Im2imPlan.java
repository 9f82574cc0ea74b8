// SPDX-License-Identifier: Apache-2.0
package fizeau.bench.im2im;

import fizeau.unet.UnetLayout;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.function.Supplier;

/** Turns rows of a table into tasks that can run, and adds the rows of ladders and ablations. */
public final class Im2imPlan {

    /** What may stand for a checkpoint where weights need not be trained. */
    public static final String SEEDED = "seeded";

    /**
     * A row that can run, or the reason why it cannot.
     *
     * @param label names it in this run, never twice
     * @param task null where the row could not be read
     * @param settings null where there is trouble
     * @param revision null for presets, which the running code computes
     * @param checkpoint file of weights, or null for seeded ones
     * @param trouble one sentence, or null
     */
    public record Planned(
            String label,
            int line,
            Im2imTask task,
            Experiment experiment,
            Im2imSettings settings,
            Repository.Revision revision,
            String checkpoint,
            String trouble) {

        /** Whether another row does the same work, computed in whatever way. */
        boolean doesTheWorkOf(Planned other) {
            return settings != null
                    && other.settings != null
                    && experiment == other.experiment
                    && settings.work().equals(other.settings.work())
                    && Objects.equals(checkpoint, other.checkpoint);
        }
    }

    /**
     * Whether some row has a reference to be compared with.
     *
     * @param reference branch of the reference rows; null for any
     */
    public static boolean comparable(List<Planned> rows, String reference) {
        return rows.stream()
                .filter(row -> row.task() != null
                        && (reference == null || row.task().branch().equals(reference)))
                .anyMatch(row -> rows.stream().anyMatch(other -> other != row && other.doesTheWorkOf(row)));
    }

    private final Im2imMode mode;
    private final Supplier<Repository> repository;
    private final boolean allowDirty;
    private final Trainers trainers;

    /**
     * @param repository asked only when a row names a revision
     * @param allowDirty whether changes that are not committed may be left out of a revision
     * @param trainers what rows may be computed on
     */
    public Im2imPlan(Im2imMode mode, Supplier<Repository> repository, boolean allowDirty, Trainers trainers) {
        this.mode = mode;
        this.repository = repository;
        this.allowDirty = allowDirty;
        this.trainers = trainers;
    }

    /**
     * All rows in order, those that differ only in the branch's name with a number behind it.
     *
     * @param ladder whether each row of preset {@code fused} is preceded by the way from {@code baseline} to it, and
     *     followed by the same in lower precision
     * @param ablation whether each such row is accompanied by every switch alone, those included that are no part of it,
     *     and every switch left out
     */
    public List<Planned> rows(List<TaskTable.Row> rows, boolean ladder, boolean ablation) {
        List<Planned> planned = new ArrayList<>();
        Set<String> labels = new LinkedHashSet<>();
        Set<String> present = new LinkedHashSet<>();
        for (TaskTable.Row row : rows) {
            if (row.task() == null) {
                planned.add(new Planned(
                        label(labels, "line " + row.line()), row.line(), null, null, null, null, null, row.trouble()));
                continue;
            }
            for (Im2imTask task : expanded(row.task(), ladder, ablation)) {
                boolean added = task != row.task();
                if (added && !present.add(identity(task))) {
                    continue;
                }
                present.add(identity(task));
                planned.add(planned(task, labels));
            }
        }
        return List.copyOf(planned);
    }

    private static String identity(Im2imTask task) {
        return task.branch() + task.experiment() + task.batchSize() + "/" + task.maxEpochs() + task.checkpointPath()
                + task.dataPath() + task.overrides();
    }

    private List<Im2imTask> expanded(Im2imTask task, boolean ladder, boolean ablation) {
        List<Im2imTask> tasks = new ArrayList<>();
        Optional<Accelerator> possible = fused(task);
        boolean fused = possible.isPresent();
        Accelerator accelerator = possible.orElse(Accelerator.CPU);
        List<Im2imSwitch> switches = Im2imSwitch.ofFused(mode, accelerator);
        if (fused && (ladder || ablation)) {
            tasks.add(task.on("baseline"));
        }
        if (fused && ladder) {
            StringBuilder name = new StringBuilder("baseline");
            for (Im2imSwitch one : switches.subList(0, switches.size() - 1)) {
                tasks.add(task.on(name.append('+').append(one.word()).toString()));
            }
        }
        if (fused && ablation) {
            for (Im2imSwitch one : Im2imSwitch.values()) {
                if (one.appliesTo(mode, accelerator)) {
                    tasks.add(task.on("baseline+" + one.word()));
                }
            }
            for (Im2imSwitch one : switches) {
                tasks.add(task.on(task.branch() + "-without-" + one.word()));
            }
        }
        tasks.add(task);
        if (fused && ladder) {
            tasks.add(task.on(
                    task.branch() + "+" + Im2imSwitch.ofPrecision(accelerator).word()));
        }
        return tasks;
    }

    /** What a row with all switches is computed on; empty for other rows, and where it cannot be. */
    private Optional<Accelerator> fused(Im2imTask task) {
        if (!Preset.isFused(task.branch())) {
            return Optional.empty();
        }
        try {
            return Optional.of(accelerated(task).accelerator());
        } catch (IllegalArgumentException toldWithTheRow) {
            return Optional.empty();
        }
    }

    /** The usual settings on what the row is computed on. */
    private Im2imSettings accelerated(Im2imTask task) {
        boolean open = task.trainer().isEmpty() && Preset.ofGpu(task.branch());
        Im2imSettings settings = Im2imSettings.of(Set.of())
                .with(
                        SettingKey.ACCELERATOR,
                        open ? trainers.requireGpu("preset gpu") : trainers.accelerator(task.trainer()));
        if (Preset.ofGpu(task.branch()) && settings.accelerator() != Accelerator.GPU) {
            throw new IllegalArgumentException("preset gpu contradicts trainer " + task.trainer()
                    + ": use preset fused, or leave the trainer open");
        }
        return settings;
    }

    private Planned planned(Im2imTask task, Set<String> labels) {
        String name = task.branch();
        try {
            Experiment experiment = Experiment.parse(task.experiment());
            name = task.branch() + ", " + experiment.word();
            Im2imSettings usual = accelerated(task);
            if (usual.accelerator() == Accelerator.GPU) {
                name += " on gpu";
            }
            Optional<Preset> preset = Preset.of(task.branch(), mode, usual.accelerator());
            Im2imSettings settings = settings(task, preset, usual.text(SettingKey.ACCELERATOR));
            String checkpoint = checkpoint(task, preset.isPresent() ? settings.layout() : null);
            Repository.Revision revision =
                    preset.isPresent() ? null : repository.get().resolve(task.branch(), allowDirty);
            return new Planned(
                    label(labels, name), task.line(), task, experiment, settings, revision, checkpoint, null);
        } catch (IllegalArgumentException trouble) {
            String sentence = "line " + task.line() + ": " + trouble.getMessage();
            return new Planned(label(labels, name), task.line(), task, null, null, null, null, sentence);
        }
    }

    private static String label(Set<String> labels, String name) {
        String label = name;
        for (int number = 2; !labels.add(label); number++) {
            label = name + ", " + number;
        }
        return label;
    }

    private Im2imSettings settings(Im2imTask task, Optional<Preset> preset, String accelerator) {
        Im2imSettings settings = Im2imSettings.of(preset.map(Preset::switches).orElse(Set.of()))
                .with(SettingKey.ACCELERATOR, accelerator)
                .with(SettingKey.MAX_EPOCHS, Integer.toString(task.maxEpochs()))
                .with(SettingKey.BATCH_SIZE, Integer.toString(task.batchSize()));
        if (!task.dataPath().isEmpty()) {
            settings = settings.with(SettingKey.DATA_PATH, task.dataPath());
        }
        for (String override : task.overrides()) {
            int at = override.indexOf('=');
            String key = override.substring(0, at).strip().replaceFirst("^\\+{1,2}", ""); // Hydra's signs of addition
            settings = settings.override(key, override.substring(at + 1).strip(), mode);
        }
        settings.requireConsistent();
        return settings;
    }

    /** @param layout of the network that shall read it; null where a revision, which may have another, checks it itself */
    private String checkpoint(Im2imTask task, UnetLayout layout) {
        if (mode == Im2imMode.TRAIN || task.checkpointPath().equals(SEEDED)) {
            return null;
        }
        if (task.checkpointPath().isEmpty()) {
            throw new IllegalArgumentException(
                    "checkpoint_path is empty: name a file that im2im train wrote, or " + SEEDED);
        }
        if (!Files.isRegularFile(Path.of(task.checkpointPath()))) {
            throw new IllegalArgumentException("checkpoint " + task.checkpointPath()
                    + " does not exist: name a file that im2im train wrote, or " + SEEDED);
        }
        if (layout != null) {
            Checkpoint.read(Path.of(task.checkpointPath()), layout);
        }
        return Path.of(task.checkpointPath()).toAbsolutePath().toString();
    }
}
