// SPDX-License-Identifier: Apache-2.0
package fizeau.bench;

import fizeau.bench.ops.Method;
import fizeau.bench.ops.OperatorCase;
import fizeau.bench.ops.OpsJob;
import fizeau.bench.ops.OpsSettings;
import fizeau.bench.ops.ShapeSet;
import fizeau.bench.protocol.ProtocolSpec;
import fizeau.bench.protocol.WarmUpRule;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import picocli.CommandLine.Option;

/** Options that say which operators or models are timed, and how. */
final class OpsWorkOptions {

    @Option(
            names = "--shapes",
            paramLabel = "SET",
            defaultValue = "code",
            description = "code or doc: sizes of the original's source or of its document. Default: ${DEFAULT-VALUE}")
    private String shapes;

    @Option(
            names = "--operators",
            split = ",",
            paramLabel = "NAME",
            description = "Only these, for instance conv2d_small. Default: all nine.")
    private List<String> operators = List.of();

    @Option(
            names = "--models",
            split = ",",
            arity = "0..1",
            fallbackValue = "all",
            paramLabel = "NAME",
            description = "Models instead of operators: lstm, distilbert, gpt-2, convnext, or all of them.")
    private List<String> models = List.of();

    @Option(
            names = {"--runs", "--num-runs"},
            paramLabel = "N",
            defaultValue = "100",
            description = "Samples of each process, fewer when its time is up. Default: ${DEFAULT-VALUE}")
    private int runs;

    @Option(
            names = {"--warm-ups", "--warmup"},
            paramLabel = "N",
            defaultValue = "10",
            description = "Calls of each process before its clock starts. Default: ${DEFAULT-VALUE}")
    private int warmUps;

    @Option(
            names = "--rounds",
            paramLabel = "N",
            defaultValue = "5",
            description = "How often each method runs, every time in a fresh process. Fewer than 5 prove nothing."
                    + " Default: ${DEFAULT-VALUE}")
    private int rounds;

    @Option(
            names = "--max-seconds",
            paramLabel = "SECONDS",
            defaultValue = "60",
            description = "Bound of the timed calls of a case, all methods and rounds together; each process makes at"
                    + " least one. Default: ${DEFAULT-VALUE}")
    private double maxSeconds;

    @Option(
            names = "--search-seconds",
            paramLabel = "SECONDS",
            defaultValue = "40",
            description = "Bound of the search for the schedule of a case. Default: ${DEFAULT-VALUE}")
    private double searchSeconds;

    @Option(names = "--search-again", description = "Ignores schedules that earlier searches found.")
    private boolean searchAgain;

    @Option(names = "--resume", description = "Goes on with a run: keeps measured rows of the same workload.")
    private boolean resume;

    @Option(
            names = "--num-chunks",
            paramLabel = "N",
            defaultValue = "1",
            description = "Splits the cases into N shares.")
    private int chunks;

    @Option(
            names = "--chunk-index",
            paramLabel = "I",
            defaultValue = "0",
            description = "Which share this process executes, from 0.")
    private int chunk;

    @Option(
            names = "--seed",
            paramLabel = "N",
            defaultValue = "1",
            description = "Seeds inputs, weights, the order of runs and the intervals. Default: ${DEFAULT-VALUE}")
    private long seed;

    @Option(
            names = "--python",
            paramLabel = "PATH",
            defaultValue = "python3",
            description = "Interpreter of the peer. Default: ${DEFAULT-VALUE}")
    private Path python;

    /** What this process is to do; refuses, in one sentence, what is not possible. */
    OpsSettings settings(List<Method> methods, int cores, String device) {
        if (chunks < 1 || chunk < 0 || chunk >= chunks) {
            throw new IllegalArgumentException("--chunk-index " + chunk + " of --num-chunks " + chunks
                    + " is not possible: use 0 to the number of chunks less one");
        }
        List<OperatorCase> wanted = cases();
        return settings(
                methods,
                cores,
                device,
                IntStream.range(0, wanted.size())
                        .filter(i -> i % chunks == chunk)
                        .mapToObj(wanted::get)
                        .toList());
    }

    /** What all shares together are to do. */
    OpsSettings whole(List<Method> methods, int cores, String device) {
        return settings(methods, cores, device, cases());
    }

    /** Options without values that were given. */
    List<String> more() {
        List<String> more = new ArrayList<>();
        if (resume) {
            more.add("--resume");
        }
        if (searchAgain) {
            more.add("--search-again");
        }
        return more;
    }

    private OpsSettings settings(List<Method> methods, int cores, String device, List<OperatorCase> cases) {
        ProtocolSpec rules =
                new ProtocolSpec(rounds, 0, 0, seed, ProtocolSpec.LEVEL, ProtocolSpec.STEAL_LIMIT, WarmUpRule.usual());
        return new OpsSettings(
                set(),
                cases,
                methods,
                cores,
                device,
                warmUps,
                runs,
                maxSeconds,
                searchSeconds,
                searchAgain,
                resume,
                python,
                rules);
    }

    /** The operators or models, of all shares. */
    List<OperatorCase> cases() {
        if (ofModels() && !operators.isEmpty()) {
            throw new IllegalArgumentException("--models and --operators exclude each other: use one of them");
        }
        List<OperatorCase> all = OpsJob.cases(set());
        List<String> names = ofModels() ? models : operators;
        return names.isEmpty() || names.equals(List.of("all")) ? all : OperatorCase.named(all, names);
    }

    /** The word for the set of sizes. */
    String set() {
        return ofModels() ? OpsJob.MODELS : ShapeSet.parse(shapes).word();
    }

    /** How runs are called unless the user says it. */
    String usualName() {
        return ofModels() ? "models" : "operators";
    }

    boolean resume() {
        return resume;
    }

    int chunks() {
        return chunks;
    }

    long seed() {
        return seed;
    }

    Path python() {
        return python;
    }

    boolean ofModels() {
        return !models.isEmpty();
    }
}
