// SPDX-License-Identifier: Apache-2.0
package fizeau.bench;

import com.fasterxml.jackson.databind.JsonNode;
import fizeau.bench.files.Json;
import fizeau.bench.report.Reproduction;
import fizeau.bench.report.ResultFile;
import fizeau.bench.workload.ObjectSource;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Runs the command of a result again. */
@Command(
        name = "reproduce",
        description = {
            "Runs the command that made a result again, with the same options, and says how the new result compares.",
            "Refuses when the object is no longer the same."
        })
final class ReproduceCommand extends AbstractCommand {
    private static final Set<String> KNOWN = Set.of("compare", "baseline", "optimized", "ablate", "caches", "im2im");

    @Parameters(paramLabel = "FILE", description = "result.json, or its folder.")
    private Path file;

    @Option(
            names = "--object",
            paramLabel = "FILE",
            description = "Where the picture of the object lies now, if it was moved.")
    private Path object;

    @Option(names = "--out", paramLabel = "DIR", description = "Folder that takes the new run's folder.")
    private Path out;

    @Option(names = "--json", description = "Prints the comparison as one JSON document instead of text.")
    private boolean json;

    @Override
    public Integer call() {
        ResultFile first = ResultFile.open(file);
        first.requireTimes();
        List<String> arguments = arguments(first.tree());
        if (first.tree().has("workload")) {
            requireSameObject(first.tree(), arguments);
        }
        surroundings().err().println("running again: bench/run " + String.join(" ", arguments));
        arguments.add("--json");
        ByteArrayOutputStream printed = new ByteArrayOutputStream();
        int code = Main.run(new Surroundings(
                new PrintStream(printed, true, StandardCharsets.UTF_8),
                surroundings().err(),
                surroundings().terminal(),
                out == null ? surroundings().results() : out,
                arguments));
        if (printed.size() == 0) {
            return code == Main.DONE ? Main.FAILED : code; // it has said why on standard error
        }
        ResultFile again = ResultFile.of(Json.parse(printed.toString(StandardCharsets.UTF_8), JsonNode.class), file);
        Reproduction reproduction = Reproduction.of(first, again);
        surroundings().out().print(json ? Json.text(reproduction) : reproduction.toText());
        return code;
    }

    /** The command line of the result without what says where output goes. */
    private List<String> arguments(JsonNode first) {
        List<String> recorded = new ArrayList<>();
        for (JsonNode argument : first.path("environment").path("arguments")) {
            recorded.add(argument.asText());
        }
        String command = first.path("command").asText();
        if (recorded.isEmpty() || !recorded.get(0).equals(command) || !KNOWN.contains(command)) {
            throw new IllegalArgumentException(file + " does not name the command that made it (" + command
                    + "): only results of "
                    + String.join(", ", KNOWN.stream().sorted().toList())
                    + " can be run again");
        }
        List<String> kept = new ArrayList<>();
        for (int i = 0; i < recorded.size(); i++) {
            String argument = recorded.get(i);
            boolean replaced = argument.equals("--out") || (object != null && argument.equals("--object"));
            if (replaced) {
                i++; // its value goes too
            } else if (!argument.equals("--json")
                    && !argument.startsWith("--out=")
                    && !(object != null && argument.startsWith("--object="))) {
                kept.add(argument);
            }
        }
        if (object != null) {
            kept.addAll(List.of("--object", object.toString()));
        }
        return kept;
    }

    private static void requireSameObject(JsonNode first, List<String> arguments) {
        JsonNode workload = first.path("workload");
        String named = valueOf("--object", arguments);
        String digest = ObjectSource.digest(ObjectSource.load(
                        named == null ? null : Path.of(named),
                        workload.path("objectSize").asInt())
                .toArray());
        String recorded = workload.path("objectDigest").asText();
        if (!digest.equals(recorded)) {
            throw new IllegalArgumentException(
                    "the object " + workload.path("object").asText()
                            + " is not the one of run " + first.path("runId").asText() + " (its digest was "
                            + shortened(recorded) + " and is " + shortened(digest)
                            + "): name the original picture with --object");
        }
    }

    private static String shortened(String digest) {
        return digest.substring(0, Math.min(12, digest.length()));
    }

    private static String valueOf(String option, List<String> arguments) {
        for (int i = 0; i < arguments.size(); i++) {
            if (arguments.get(i).equals(option) && i + 1 < arguments.size()) {
                return arguments.get(i + 1);
            }
            if (arguments.get(i).startsWith(option + "=")) {
                return arguments.get(i).substring(option.length() + 1);
            }
        }
        return null;
    }
}
