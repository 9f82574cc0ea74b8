// SPDX-License-Identifier: Apache-2.0
package fizeau.bench;

import java.io.PrintStream;
import java.nio.file.Path;
import java.util.List;

/**
 * What commands need to know of the world, read once in {@link Main}.
 *
 * @param out where results go
 * @param err where progress and complaints go
 * @param terminal whether a person watches {@code err}
 * @param results folder that holds the runs unless {@code --out} names another
 * @param arguments of the command line
 */
record Surroundings(PrintStream out, PrintStream err, boolean terminal, Path results, List<String> arguments) {

    /** As {@code bench/run} sets them up: results go to the repository, wherever one calls it from. */
    static Surroundings ofProcess(PrintStream out, String[] arguments) {
        String home = System.getProperty("fizeau.home", "");
        return new Surroundings(
                out, System.err, Boolean.getBoolean("fizeau.terminal"), Path.of(home, "results"), List.of(arguments));
    }
}
