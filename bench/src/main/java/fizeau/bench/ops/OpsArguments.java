// SPDX-License-Identifier: Apache-2.0
package fizeau.bench.ops;

import java.util.ArrayList;
import java.util.List;

/** Command lines of this family that say everything and leave nothing to defaults. */
final class OpsArguments {

    private OpsArguments() {}

    /** The arguments of an execution of some methods on some cases, both by name. */
    static List<String> of(OpsExecution like, List<String> methods, List<String> cases) {
        List<String> arguments = new ArrayList<>(List.of(OpsFolders.COMMAND, "--method", String.join(",", methods)));
        String names = String.join(",", cases);
        if (like.shapes().equals(OpsJob.MODELS)) {
            arguments.add("--models=" + names);
        } else {
            arguments.addAll(List.of("--shapes", like.shapes(), "--operators", names));
        }
        option(arguments, "--rounds", like.protocol().rounds());
        option(arguments, "--warm-ups", like.warmUps());
        option(arguments, "--runs", like.runs());
        option(arguments, "--max-seconds", like.maxSeconds());
        option(arguments, "--search-seconds", like.searchSeconds());
        option(arguments, "--seed", like.protocol().seed());
        arguments.addAll(List.of("--python", like.python()));
        if (!like.place().equals("cpu")) {
            arguments.addAll(List.of("--device", like.place()));
        }
        return arguments;
    }

    private static void option(List<String> arguments, String name, long value) {
        arguments.addAll(List.of(name, Long.toString(value)));
    }

    private static void option(List<String> arguments, String name, double value) {
        boolean whole = value == Math.rint(value) && Math.abs(value) < 1e9;
        arguments.addAll(List.of(name, whole ? Long.toString((long) value) : Double.toString(value)));
    }
}
