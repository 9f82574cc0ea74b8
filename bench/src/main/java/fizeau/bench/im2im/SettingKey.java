// SPDX-License-Identifier: Apache-2.0
package fizeau.bench.im2im;

import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.stream.Stream;

/** What an override may name. Switches have keys too, see {@link Im2imSwitch#key()}. */
public enum SettingKey {
    VOLUMES("data.volumes", "8", Kind.COUNT),
    VOLUME("data.volume", "64x192x192", Kind.SIZE),
    ZOOM("data.zoom", "0.25", Kind.ZOOM),
    PATCH("data.patch", "16x32x32", Kind.SIZE),
    THRESHOLD("data.threshold", "0.1", Kind.NUMBER),
    AUGMENT("data.augment", "true", Kind.FLAG),
    DATA_PATH("data.path", "synthetic", Kind.TEXT),
    BATCH_SIZE("data.batch_size", "8", Kind.COUNT),
    FILTERS("model.filters", "16x32x64", Kind.SIZE),
    LEARNING_RATE("model.lr", "0.0001", Kind.NUMBER),
    WEIGHT_DECAY("model.weight_decay", "0.0001", Kind.NUMBER),
    GAMMA("model.gamma", "0.995", Kind.NUMBER),
    MAX_EPOCHS("trainer.max_epochs", "5", Kind.COUNT),
    TRAIN_BATCHES("trainer.limit_train_batches", "10", Kind.COUNT),
    VALIDATION_BATCHES("trainer.limit_val_batches", "5", Kind.COUNT_OR_ZERO),
    PREDICT_BATCHES("trainer.limit_predict_batches", "10", Kind.COUNT),
    PRECISION("trainer.precision", "32", Kind.PRECISION),
    ACCELERATOR("trainer.accelerator", "cpu", Kind.ACCELERATOR),
    WINDOW_BATCH("inference.window_batch", "1", Kind.COUNT),
    OVERLAP("inference.overlap", "0", Kind.NUMBER),
    SEED("seed", "0", Kind.SEED);

    private static final int LARGEST = 100_000;

    private enum Kind {
        COUNT,
        COUNT_OR_ZERO,
        SIZE,
        ZOOM,
        NUMBER,
        FLAG,
        TEXT,
        PRECISION,
        ACCELERATOR,
        SEED
    }

    private final String key;
    private final String usual;
    private final Kind kind;

    SettingKey(String key, String usual, Kind kind) {
        this.key = key;
        this.usual = usual;
        this.kind = kind;
    }

    public String key() {
        return key;
    }

    String usual() {
        return usual;
    }

    /** All keys that an override may name, of switches too. */
    static List<String> all() {
        return Stream.concat(
                        Arrays.stream(values()).map(SettingKey::key),
                        Arrays.stream(Im2imSwitch.values()).map(Im2imSwitch::key))
                .toList();
    }

    /** What was probably meant. */
    static String nearest(String unknown) {
        String wanted = unknown.toLowerCase(Locale.ROOT);
        String tail = wanted.substring(wanted.lastIndexOf('.') + 1);
        return all().stream()
                .min(Comparator.comparingInt(key ->
                        Math.min(distance(wanted, key), 1 + distance(tail, key.substring(key.lastIndexOf('.') + 1)))))
                .orElseThrow();
    }

    /** Levenshtein's distance. */
    static int distance(String one, String two) {
        int[] row = new int[two.length() + 1];
        Arrays.setAll(row, i -> i);
        for (int i = 1; i <= one.length(); i++) {
            int diagonal = row[0];
            row[0] = i;
            for (int j = 1; j <= two.length(); j++) {
                int changed = diagonal + (one.charAt(i - 1) == two.charAt(j - 1) ? 0 : 1);
                diagonal = row[j];
                row[j] = Math.min(changed, 1 + Math.min(row[j], row[j - 1]));
            }
        }
        return row[two.length()];
    }

    /** The value in one spelling; refuses, in one sentence, what cannot be. */
    String checked(String given) {
        String text = given.strip();
        try {
            return switch (kind) {
                case COUNT -> count(text, 1);
                case COUNT_OR_ZERO -> count(text, 0);
                case SIZE -> size(text);
                case ZOOM -> zoom(text);
                case NUMBER -> number(text);
                case FLAG -> flag(text);
                case TEXT -> nonEmpty(text);
                case PRECISION -> precision(text);
                case ACCELERATOR -> accelerator(text);
                case SEED -> Long.toString(Long.parseLong(text));
            };
        } catch (NumberFormatException e) {
            throw refused(text, "a number");
        }
    }

    private String count(String text, int least) {
        int value = Integer.parseInt(text);
        if (value < least || value > LARGEST) {
            throw refused(text, least + " to " + LARGEST);
        }
        return Integer.toString(value);
    }

    private String size(String text) {
        String[] parts = text.replaceAll("[\\[\\]()\\s]", "").split("[x/,]");
        for (String part : parts) {
            count(part, 1);
        }
        if (this != FILTERS && parts.length != 3) {
            throw refused(text, "three numbers such as " + usual);
        }
        return String.join("x", parts);
    }

    private String zoom(String text) {
        double value = Double.parseDouble(text);
        double factor = 1 / value;
        if (!(value > 0 && value <= 1) || Math.abs(factor - Math.rint(factor)) > 1e-6 || factor > 64) {
            throw refused(text, "1, 0.5, 0.25 or another inverse of a whole number up to 64");
        }
        return Double.toString(value);
    }

    private String number(String text) {
        double value = Double.parseDouble(text);
        double limit = this == OVERLAP ? 0.9 : 1;
        if (!(value >= 0 && value <= limit)) {
            throw refused(text, "a number from 0 to " + limit);
        }
        return Double.toString(value);
    }

    private String flag(String text) {
        String word = text.toLowerCase(Locale.ROOT);
        if (word.equals("true") || word.equals("false")) {
            return word;
        }
        throw refused(text, "true or false");
    }

    private String nonEmpty(String text) {
        if (text.isEmpty()) {
            throw refused(text, "a folder, or synthetic");
        }
        return text;
    }

    private String precision(String text) {
        return switch (text.toLowerCase(Locale.ROOT)) {
            case "32", "32-true", "fp32" -> "32";
            case "bf16", "bf16-mixed" -> "bf16";
            case "tf32" -> "tf32";
            case "16", "16-mixed", "fp16" ->
                throw new IllegalArgumentException("precision " + text
                        + " is not possible: a processor's libraries compute it by detours, and a GPU's are not asked"
                        + " for it here; use 32, bf16 (cpu) or tf32 (gpu)");
            default -> throw refused(text, "32, bf16 (cpu) or tf32 (gpu)");
        };
    }

    private String accelerator(String text) {
        String word = text.toLowerCase(Locale.ROOT);
        if (word.matches("cpu|gpu(:\\d{1,3})?")) {
            return word;
        }
        throw refused(text, "cpu, gpu or gpu:N");
    }

    private IllegalArgumentException refused(String text, String use) {
        return new IllegalArgumentException(key + " = " + text + " is not possible: use " + use);
    }
}
