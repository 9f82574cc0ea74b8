// SPDX-License-Identifier: Apache-2.0
package fizeau.bench.ops;

import com.fasterxml.jackson.databind.JsonNode;
import fizeau.bench.files.Json;
import fizeau.bench.files.TemporaryFolder;
import fizeau.bench.ops.OperatorPeer.PeerFailedException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/**
 * Writes what the cases compute, for programs of others: inputs and weights, TorchScript source, and a list with values that
 * the output must have. Where Python has torch, it can trace the cases too, and its output is held against those values.
 */
public final class OpsExport {
    private static final String METADATA = "metadata.json";
    private static final Duration TRACE_LIMIT = Duration.ofMinutes(10);

    private final Path folder;
    private final String shapes;
    private final long seed;

    /**
     * A parameter in a file of arrays.
     *
     * @param tensor its name there
     * @param argument its name in the source
     */
    public record Array(String name, String tensor, String argument, List<Long> dims) {}

    /**
     * A case.
     *
     * @param kind the kind of operator or model, and its sizes
     * @param workload digest that rows of results name
     * @param arrays file of inputs (first) and weights, safetensors
     * @param source file of the TorchScript source, whose function {@code forward} takes the arrays in order
     * @param reference values of the output in double precision; null for models, which have no textbook formula
     * @param positions of those values in the flattened output; null together with them
     * @param traced file of the traced module; null when it was not traced
     * @param state file of weights as {@code torch.save} writes them; null when it was not traced
     * @param error why it was not traced though it should have been; null otherwise
     */
    public record Entry(
            String name,
            String kind,
            double gigaflop,
            String workload,
            List<Array> parameters,
            List<Long> outputDims,
            String arrays,
            String source,
            Reference reference,
            long[] positions,
            String traced,
            String state,
            String error) {

        private Entry traced(String tracedFile, String stateFile, String why) {
            return new Entry(
                    name,
                    kind,
                    gigaflop,
                    workload,
                    parameters,
                    outputDims,
                    arrays,
                    source,
                    reference,
                    positions,
                    tracedFile,
                    stateFile,
                    why);
        }
    }

    /** All that was exported. */
    public record Metadata(String schema, String shapes, long seed, List<Entry> benchmarks) {
        public Metadata {
            benchmarks = List.copyOf(benchmarks);
        }

        /** Whether a trace was asked for and failed. */
        public boolean failed() {
            return benchmarks.stream().anyMatch(entry -> entry.error() != null);
        }

        /** One line for each case. */
        public String toText(Path folder) {
            StringBuilder text = new StringBuilder();
            for (Entry entry : benchmarks) {
                String trace = entry.error() != null
                        ? "; not traced: " + entry.error()
                        : entry.traced() != null ? ", " + entry.traced() + ", " + entry.state() : "";
                text.append(String.format(
                        Locale.ROOT, "%s: %s, %s%s%n", entry.name(), entry.arrays(), entry.source(), trace));
            }
            return text.append("files: ").append(folder).append('\n').toString();
        }
    }

    /** @param shapes {@code code}, {@code doc} or {@code models} */
    public OpsExport(Path folder, String shapes, long seed) {
        this.folder = folder;
        this.shapes = shapes;
        this.seed = seed;
    }

    /** Writes the files of all cases, and last the list of them. */
    public Metadata write(List<OperatorCase> cases) {
        prepare(cases);
        List<Entry> entries = new ArrayList<>();
        for (OperatorCase one : cases) {
            String arrays = one.name() + ".safetensors";
            String source = one.name() + "_jit.py";
            OperatorPeer.writeCase(one, seed, folder, arrays, source);
            Reference reference = one.shape() instanceof OperatorShape shape ? Reference.of(shape, seed) : null;
            entries.add(new Entry(
                    one.name(),
                    one.shape().toString(),
                    one.shape().gigaflop(),
                    one.workload(seed),
                    arrays(one),
                    one.shape().outputDims(),
                    arrays,
                    source,
                    reference,
                    reference == null ? null : reference.positions(),
                    null,
                    null,
                    null));
        }
        return keep(entries);
    }

    /** Lets Python trace what was written; a case that cannot be traced says why and the others go on. */
    public Metadata trace(Metadata written, Path python) {
        OperatorPeer peer = new OperatorPeer(python);
        Optional<String> trouble = peer.unavailability();
        List<Entry> entries = written.benchmarks().stream()
                .map(entry -> trouble.isPresent() ? entry.traced(null, null, trouble.get()) : trace(entry, peer))
                .toList();
        return keep(entries);
    }

    private Entry trace(Entry entry, OperatorPeer peer) {
        String traced = entry.name() + "_jit.pt";
        String state = entry.name() + "_pytorch.pt";
        long[] positions = entry.positions() == null ? new long[0] : entry.positions();
        try (TemporaryFolder work = TemporaryFolder.create("fizeau-trace-")) {
            Map<String, Object> job = OperatorPeer.job(
                    "trace",
                    folder.resolve(entry.arrays()).toAbsolutePath().toString(),
                    folder.resolve(entry.source()).toAbsolutePath().toString(),
                    positions);
            job.put("threads", Runtime.getRuntime().availableProcessors());
            job.put("traced", traced);
            job.put("state", state);
            JsonNode result = peer.run(job, work.path(), TRACE_LIMIT);
            double[] values = OperatorPeer.numbers(result, "values", positions.length);
            if (entry.reference() != null) {
                Agreement agreement = entry.reference().agreement(values);
                if (!agreement.passed()) {
                    return entry.traced(null, null, "the traced output is wrong: " + agreement.sentence());
                }
            }
            move(work.path().resolve(traced), folder.resolve(traced));
            move(work.path().resolve(state), folder.resolve(state));
            return entry.traced(traced, state, null);
        } catch (PeerFailedException failed) {
            return entry.traced(null, null, failed.getMessage());
        }
    }

    private static void move(Path from, Path to) {
        Path beside = to.resolveSibling("." + to.getFileName() + ".part");
        try {
            Files.copy(from, beside, StandardCopyOption.REPLACE_EXISTING); // may come from another disk
            Files.move(beside, to, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
        } catch (IOException e) {
            throw new PeerFailedException("the traced file cannot be kept: " + e.getMessage());
        }
    }

    private Metadata keep(List<Entry> entries) {
        Metadata metadata = new Metadata("fizeau.ops-export/1", shapes, seed, entries);
        Json.write(folder.resolve(METADATA), metadata);
        return metadata;
    }

    private void prepare(List<OperatorCase> cases) {
        long bytes = cases.stream()
                .mapToLong(one -> SafeTensors.bytes(one.shape().parameters(seed)))
                .sum();
        try {
            Files.createDirectories(folder);
            long room = Files.getFileStore(folder).getUsableSpace();
            if (room < bytes) {
                throw new IllegalArgumentException(String.format(
                        Locale.ROOT,
                        "the export takes %.1f GB and %s has room for %.1f GB: make room or choose fewer cases",
                        bytes * 1e-9,
                        folder,
                        room * 1e-9));
            }
        } catch (IOException e) {
            throw new IllegalArgumentException(
                    "export folder " + folder + " cannot be made (" + e.getMessage() + "): pass another one", e);
        }
    }

    private List<Array> arrays(OperatorCase one) {
        List<Parameter> parameters = one.shape().parameters(seed);
        List<Array> arrays = new ArrayList<>();
        for (int i = 0; i < parameters.size(); i++) {
            Parameter parameter = parameters.get(i);
            arrays.add(new Array(parameter.name(), SafeTensors.name(i, parameter), "p" + i, parameter.dims()));
        }
        return arrays;
    }
}
