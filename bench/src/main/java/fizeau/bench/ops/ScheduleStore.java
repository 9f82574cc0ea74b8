// SPDX-License-Identifier: Apache-2.0
package fizeau.bench.ops;

import com.fasterxml.jackson.databind.JsonNode;
import fizeau.bench.environment.Environment;
import fizeau.bench.files.Json;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Comparator;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * What searches found, remembered on disk. A schedule holds for one computation on one machine with one set of libraries:
 * all of that is in the key, so that another environment searches anew.
 */
public final class ScheduleStore {
    /** Raised when implementations change so that old findings no longer hold. */
    private static final int VERSION = 2;

    /** How much faster than eager and jit a schedule must be to be preferred. */
    private static final double MARGIN = 0.05;

    private static final List<String> PLAIN = List.of(Method.EAGER.word(), Method.JIT.word());

    private final Path folder;
    private final Map<String, String> environment;

    /**
     * Findings of one search.
     *
     * @param environment what they hold for
     * @param computation what was searched for
     * @param candidates all that were tried
     */
    public record Findings(Map<String, String> environment, String computation, List<Candidate> candidates) {
        public Findings {
            candidates = List.copyOf(candidates);
        }

        /**
         * The fastest of all schedules; but eager's or jit's own when it is no more than {@link #MARGIN} slower, because
         * a search's fastest of many is lucky by about as much.
         */
        public Optional<Candidate> tuned() {
            Optional<Candidate> best = fastest(candidates);
            Optional<Candidate> plain = fastest(candidates.stream()
                    .filter(one -> PLAIN.contains(one.schedule().implementation())
                            && !one.schedule().keepMemory())
                    .toList());
            boolean ahead = best.isPresent()
                    && (plain.isEmpty()
                            || plain.get().fastestMillis()
                                    > (1 + MARGIN) * best.get().fastestMillis());
            return ahead ? best : plain.map(this::withKeptMemory);
        }

        /**
         * The same with memory kept where that is as fast: beside a search's other blocks freed memory stays anyway, in a
         * process of its own it goes back to the system and returns page by page in every call.
         */
        private Candidate withKeptMemory(Candidate plain) {
            return fastest(candidates.stream()
                            .filter(one -> one.schedule().keepMemory()
                                    && one.schedule()
                                            .implementation()
                                            .equals(plain.schedule().implementation()))
                            .filter(one -> one.fastestMillis() != null
                                    && one.fastestMillis() <= (1 + MARGIN) * plain.fastestMillis())
                            .toList())
                    .orElse(plain);
        }

        /** The fastest schedule of an implementation that does nothing but set thread counts. */
        public Optional<Candidate> plain(String implementation) {
            return fastest(candidates.stream()
                    .filter(one -> one.schedule().implementation().equals(implementation)
                            && !one.schedule().keepMemory())
                    .toList());
        }

        private static Optional<Candidate> fastest(List<Candidate> candidates) {
            return candidates.stream()
                    .filter(one -> one.fastestMillis() != null)
                    .min(Comparator.comparingDouble(Candidate::fastestMillis));
        }
    }

    /**
     * @param folder is made when the first findings are kept
     * @param cores that schedules may use
     */
    public ScheduleStore(Path folder, Environment environment, int cores) {
        this(folder, environment, cores, Map.of());
    }

    /** @param device what else schedules hold for where a device computes: itself and its libraries */
    public ScheduleStore(Path folder, Environment environment, int cores, Map<String, String> device) {
        this.folder = folder;
        this.environment = new TreeMap<>(Map.of(
                "version", Integer.toString(VERSION),
                "processor", environment.processor().model(),
                "vectors", environment.processor().vectorLevel(),
                "cores", Integer.toString(cores),
                "jvm", environment.jvm().version(),
                "libraries", environment.libraries().toString()));
        this.environment.putAll(device);
    }

    /** Findings for a computation in this environment; those that cannot be read count as none. */
    public Optional<Findings> find(OperatorCase one) {
        Path file = file(one);
        if (!Files.isRegularFile(file)) {
            return Optional.empty();
        }
        try {
            return Optional.of(Json.value(Json.read(file, JsonNode.class), Findings.class));
        } catch (IllegalArgumentException damaged) {
            return Optional.empty();
        }
    }

    public Findings keep(OperatorCase one, List<Candidate> candidates) {
        Findings findings = new Findings(environment, one.shape().toString(), candidates);
        try {
            Files.createDirectories(folder);
        } catch (IOException e) {
            throw new UncheckedIOException("cannot make folder " + folder + " for schedules: pass another one", e);
        }
        Json.write(file(one), findings);
        return findings;
    }

    private Path file(OperatorCase one) {
        return folder.resolve(one.name() + "-" + digest(environment + " " + one.shape()) + ".json");
    }

    /** Twelve digits of the SHA-256 of a text. */
    static String digest(String text) {
        try {
            byte[] hash = MessageDigest.getInstance("SHA-256").digest(text.getBytes(StandardCharsets.UTF_8));
            return HexFormat.of().formatHex(hash, 0, 6);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every JVM has SHA-256", e);
        }
    }
}
