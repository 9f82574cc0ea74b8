// SPDX-License-Identifier: Apache-2.0
package fizeau.bench.im2im;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonValue;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/** All settings of one task by their keys, each with a value that was checked. Written as a JSON object. */
public final class Im2imSettings {
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
        if (on.contains(Im2imSwitch.BF16)) {
            values.put(SettingKey.PRECISION.key(), "bf16");
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

    @JsonValue
    public Map<String, String> values() {
        return new TreeMap<>(values);
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
        for (Im2imSwitch one : Im2imSwitch.values()) {
            if (one.key().equals(key) && Boolean.parseBoolean(value)) {
                Im2imSwitch.parse(one.word(), mode); // refuses what is not possible
            }
        }
        Im2imSettings changed = set(key, value);
        if (key.equals(SettingKey.PRECISION.key())) {
            boolean half = changed.text(SettingKey.PRECISION).equals("bf16");
            return changed.set(Im2imSwitch.BF16.key(), Boolean.toString(half));
        }
        if (key.equals(Im2imSwitch.BF16.key())) {
            return changed.with(SettingKey.PRECISION, Boolean.parseBoolean(value) ? "bf16" : "32");
        }
        if (key.equals(Im2imSwitch.WINDOW_BATCH.key())) {
            return changed.with(SettingKey.WINDOW_BATCH, Boolean.parseBoolean(value) ? "8" : "1");
        }
        return changed;
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
