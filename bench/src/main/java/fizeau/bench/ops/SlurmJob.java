// SPDX-License-Identifier: Apache-2.0
package fizeau.bench.ops;

import fizeau.image.AtomicFile;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;

/**
 * A batch script for Slurm that executes a command line of this family on an exclusive node, as the original's job did, and
 * fails when an output is missing.
 */
public final class SlurmJob {
    private final List<String> arguments;
    private final Path folder;
    private final List<Method> methods;
    private final String place;
    private final int chunks;
    private final int cores;

    /**
     * @param execution what each job does; of an array all of it, not the share
     * @param more arguments beside those that follow from it, such as {@code --compare}
     * @param folder of the run
     * @param chunks jobs of an array, 1 for a single job
     */
    public SlurmJob(OpsExecution execution, List<String> more, Path folder, int chunks, int cores) {
        if (cores < 1) {
            throw new IllegalArgumentException("--sbatch-cores " + cores + " is not possible: use 1 or more");
        }
        this.arguments = OpsArguments.of(execution, execution.methods(), execution.cases());
        this.arguments.addAll(more);
        this.folder = folder.toAbsolutePath().normalize();
        this.methods = Method.parse(execution.methods());
        this.place = execution.place();
        this.chunks = chunks;
        this.cores = cores;
    }

    public void write(Path file) {
        AtomicFile.write(file, out -> out.write(text().getBytes(StandardCharsets.UTF_8)));
    }

    /** The script. It runs {@code bench/run} of the folder it is submitted from, or of {@code FIZEAU_HOME}. */
    String text() {
        StringBuilder text = new StringBuilder("#!/bin/bash\n");
        text.append("#SBATCH --job-name=fizeau-ops\n#SBATCH --nodes=1\n#SBATCH --ntasks=1\n#SBATCH --exclusive\n");
        text.append("#SBATCH --cpus-per-task=").append(cores).append('\n');
        text.append("#SBATCH --output=fizeau-ops-%j.log\n");
        if (!place.equals("cpu")) {
            text.append("#SBATCH --gpus=1\n");
        }
        if (chunks > 1) {
            text.append("#SBATCH --array=0-").append(chunks - 1).append('\n');
            text.append("# When all jobs are done: bench/run ops --compare ").append(quote(folder.toString()));
            text.append('\n');
        }
        text.append("set -euo pipefail\n\n");
        text.append("home=${FIZEAU_HOME:-${SLURM_SUBMIT_DIR:-.}}\n");
        text.append("folder=").append(quote(folder.toString())).append("\n\n");
        text.append("\"$home/bench/run\"");
        arguments.forEach(argument -> text.append(' ').append(quote(argument)));
        text.append(" \"$folder\"");
        if (chunks > 1) {
            text.append(" --num-chunks ").append(chunks).append(" --chunk-index \"$SLURM_ARRAY_TASK_ID\"");
        }
        text.append("\n\nfor file in");
        methods.stream()
                .filter(Method::inJvm)
                .forEach(method -> text.append(' ').append(method.file()));
        text.append("; do\n    if [ ! -s \"$folder/$file\" ]; then\n");
        text.append("        echo \"$folder/$file is missing\" >&2\n        exit 1\n    fi\ndone\n");
        return text.toString();
    }

    private static String quote(String word) {
        return word.matches("[A-Za-z0-9_./:=,+-]+") ? word : "'" + word.replace("'", "'\\''") + "'";
    }
}
