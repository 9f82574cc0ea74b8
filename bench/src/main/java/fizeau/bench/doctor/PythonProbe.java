// SPDX-License-Identifier: Apache-2.0
package fizeau.bench.doctor;

import fizeau.bench.environment.ChildProcess;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;

/** Asks a Python interpreter for its version and that of its torch package, by a child process. */
final class PythonProbe {

    /** Reads package metadata instead of importing torch, which takes seconds and starts threads. */
    private static final String QUESTION = String.join(
            "\n",
            "import sys",
            "print(sys.executable)",
            "print(sys.version.split()[0])",
            "try:",
            "    from importlib.metadata import version",
            "    print(version('torch'))",
            "except ImportError:", // PackageNotFoundError is one
            "    print('-')");

    private static final Duration LIMIT = Duration.ofSeconds(10);

    private PythonProbe() {}

    /** @param command name or path of the interpreter */
    static DoctorReport.Python examine(String command) {
        return examine(command, LIMIT);
    }

    static DoctorReport.Python examine(String command, Duration limit) {
        ChildProcess.Answer answer = ChildProcess.ask(Path.of(""), Map.of(), limit, List.of(command, "-c", QUESTION));
        if (!answer.succeeded()) {
            return new DoctorReport.Python(null, null, null, answer.text());
        }
        List<String> lines = answer.text().lines().toList();
        if (lines.size() < 3) {
            return new DoctorReport.Python(
                    null, null, null, command + " gave an answer that cannot be understood: " + answer.text());
        }
        // a site's start-up code may print first: the last three lines are ours
        List<String> ours = lines.subList(lines.size() - 3, lines.size());
        return new DoctorReport.Python(ours.get(0), ours.get(1), ours.get(2).equals("-") ? null : ours.get(2), null);
    }
}
