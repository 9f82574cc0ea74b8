// SPDX-License-Identifier: Apache-2.0
package fizeau.bench.im2im;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonValue;
import fizeau.unet.UnetLayout;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/** All settings of one task by their keys, each with a value that was checked. Written as a JSON object. */
public final class Im2imSettings {
    private static final List<Im2imSwitch> PRECISIONS = List.of(Im2imSwitch.BF16, Im2imSwitch.TF32);

    private final Map<String, String> values;

    private Im2imSettings(Map<String, String> values) {
        this.values = Map.copyOf(values);
    }

    /** The usual values with switches on top. */
    public static Im2imSettings of(Set<Im2imSwitch> on) {
        Map<String, String> values = new TreeMap<>();
        for (SettingKey key : SettingKey.values()) {
            values.put(key.key(), key.checked(key.usual()));
        }
        for (Im2imSwitch one : Im2imSwitch.values()) {
            values.put(one.key(), Boolean.toString(on.contains(one)));
        }
        for (Im2imSwitch precision : PRECISIONS) {
            if (on.contains(precision)) {
                values.put(SettingKey.PRECISION.key(), precision.word());
            }
        }
        if (on.contains(Im2imSwitch.WINDOW_BATCH)) {
            values.put(SettingKey.WINDOW_BATCH.key(), "8");
        }
        return new Im2imSettings(values);
    }

    /** Settings that were written; refuses what this version does not know. */
    @JsonCreator(mode = JsonCreator.Mode.DELEGATING)
    public static Im2imSettings read(Map<String, String> written) {
        Im2imSettings settings = of(Set.of());
        for (Map.Entry<String, String> entry : written.entrySet()) {
            settings = settings.set(entry.getKey(), entry.getValue());
        }
        return settings;
    }

    /** What older revisions do not know is left out where it is what they do. */
    @JsonValue
    public Map<String, String> values() {
        Map<String, String> written = new TreeMap<>(values);
        written.remove(SettingKey.ACCELERATOR.key(), Accelerator.CPU.word());
        written.remove(Im2imSwitch.ONEDNN.key(), Boolean.toString(false));
        return written;
    }

    public Accelerator accelerator() {
        return text(SettingKey.ACCELERATOR).startsWith(Accelerator.GPU.word()) ? Accelerator.GPU : Accelerator.CPU;
    }

    /** Of the GPU that computes, as the driver counts. */
    public int card() {
        String text = text(SettingKey.ACCELERATOR);
        return text.contains(":") ? Integer.parseInt(text.substring(text.indexOf(':') + 1)) : 0;
    }

    /** The learning rate of an epoch, from 0: the first one times the decay for each epoch before. */
    public double learningRate(int epoch) {
        return number(SettingKey.LEARNING_RATE) * Math.pow(number(SettingKey.GAMMA), epoch);
    }

    public Im2imSettings with(SettingKey key, String value) {
        return set(key.key(), value);
    }

    /**
     * With an override.
     *
     * @param mode in which a switch must mean something
     */
    public Im2imSettings override(String key, String value, Im2imMode mode) {
        if (key.equals(SettingKey.ACCELERATOR.key())) {
            throw new IllegalArgumentException(key + " is no override: name cpu or gpu in the column trainer");
        }
        for (Im2imSwitch one : Im2imSwitch.values()) {
            if (one.key().equals(key) && Boolean.parseBoolean(value)) {
                Im2imSwitch.parse(one.word(), mode, accelerator()); // refuses what is not possible
            }
        }
        Im2imSettings changed = set(key, value);
        for (Im2imSwitch precision : PRECISIONS) {
            if (key.equals(SettingKey.PRECISION.key())) {
                boolean own = changed.text(SettingKey.PRECISION).equals(precision.word());
                changed = changed.set(precision.key(), Boolean.toString(own));
            } else if (key.equals(precision.key())) {
                changed = changed.with(SettingKey.PRECISION, precision(precision, Boolean.parseBoolean(value)));
            }
        }
        if (key.equals(Im2imSwitch.WINDOW_BATCH.key())) {
            return changed.with(SettingKey.WINDOW_BATCH, Boolean.parseBoolean(value) ? "8" : "1");
        }
        return changed;
    }

    /** What the precision becomes when a switch of it is turned on or off. */
    private String precision(Im2imSwitch one, boolean on) {
        String before = text(SettingKey.PRECISION);
        return on ? one.word() : before.equals(one.word()) ? "32" : before;
    }

    private Im2imSettings set(String key, String value) {
        String checked = Arrays.stream(SettingKey.values())
                .filter(one -> one.key().equals(key))
                .findFirst()
                .map(one -> one.checked(value))
                .orElseGet(() -> switchValue(key, value));
        Map<String, String> changed = new TreeMap<>(values);
        changed.put(key, checked);
        return new Im2imSettings(changed);
    }

    private static String switchValue(String key, String value) {
        if (Arrays.stream(Im2imSwitch.values()).noneMatch(one -> one.key().equals(key))) {
            throw new IllegalArgumentException(
                    "override " + key + " names no setting: did you mean " + SettingKey.nearest(key) + "?");
        }
        if (!value.equals("true") && !value.equals("false")) {
            throw new IllegalArgumentException(key + " = " + value + " is not possible: use true or false");
        }
        return value;
    }

    public String text(SettingKey key) {
        return values.get(key.key());
    }

    public int integer(SettingKey key) {
        return Integer.parseInt(text(key));
    }

    public long seed() {
        return Long.parseLong(text(SettingKey.SEED));
    }

    public double number(SettingKey key) {
        return Double.parseDouble(text(key));
    }

    public boolean flag(SettingKey key) {
        return Boolean.parseBoolean(text(key));
    }

    /** Whole numbers between crosses. */
    public int[] sizes(SettingKey key) {
        return Arrays.stream(text(key).split("x")).mapToInt(Integer::parseInt).toArray();
    }

    public boolean on(Im2imSwitch one) {
        return Boolean.parseBoolean(values.get(one.key()));
    }

    /** Switches that are on. */
    public Set<Im2imSwitch> switches() {
        Set<Im2imSwitch> on = EnumSet.noneOf(Im2imSwitch.class);
        Arrays.stream(Im2imSwitch.values()).filter(this::on).forEach(on::add);
        return on;
    }

    public UnetLayout layout() {
        return new UnetLayout(Arrays.stream(sizes(SettingKey.FILTERS)).boxed().toList());
    }

    public Preparation preparation(Experiment experiment) {
        return new Preparation(experiment, (int) Math.rint(1 / number(SettingKey.ZOOM)), number(SettingKey.THRESHOLD));
    }

    /** Refuses, in one sentence, settings that do not go together. */
    public void requireConsistent() {
        switches().forEach(one -> one.requireOn(accelerator()));
        int[] patch = sizes(SettingKey.PATCH);
        int divisor = layout().divisor();
        for (int extent : patch) {
            if (extent % divisor != 0) {
                throw new IllegalArgumentException("data.patch " + words(patch) + " is not possible with "
                        + layout().filters().size() + " levels: every extent must be a multiple of " + divisor);
            }
        }
        if (divisor > 1 && PatchBatch.voxels(patch) <= divisor * divisor * divisor) {
            throw new IllegalArgumentException("data.patch " + words(patch)
                    + " leaves a single voxel on the deepest level, which cannot be normalised: use a larger one");
        }
    }

    /** {@code 16 x 32 x 32}. */
    public static String words(int[] size) {
        return String.join(
                " x ", Arrays.stream(size).mapToObj(Integer::toString).toList());
    }

    /** What a patch of work is, apart from how it is computed: settings that must agree for two tasks to be compared. */
    public Map<String, String> work() {
        Map<String, String> work = new TreeMap<>(values);
        List.of(Im2imSwitch.values()).forEach(one -> work.remove(one.key()));
        work.remove(SettingKey.PRECISION.key());
        work.remove(SettingKey.WINDOW_BATCH.key());
        return work;
    }
}
