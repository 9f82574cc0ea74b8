// SPDX-License-Identifier: Apache-2.0
package fizeau.bench;

import fizeau.backend.cuda.raw.CudaException;
import fizeau.backend.selection.AbsentLibrary;
import fizeau.bench.protocol.JobFailure.JobFailedException;
import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.PrintStream;
import java.io.PrintWriter;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.ExitCode;
import picocli.CommandLine.IExecutionExceptionHandler;
import picocli.CommandLine.IParameterExceptionHandler;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/**
 * Entry of the bench. Exit codes: 0 done; 1 a correctness check or a gate failed, or something broke; 2 bad input, told in
 * one sentence on standard error.
 */
@Command(
        name = "bench/run",
        description = "Measures a synthetic-aperture telescope's reconstruction, and the engine that computes it.",
        synopsisSubcommandLabel = "COMMAND",
        mixinStandardHelpOptions = true,
        versionProvider = Main.Version.class,
        footer = {
            "",
            "Exit codes: 0 done; 1 a correctness check or a gate failed; 2 bad input.",
            "The main job: bench/run compare"
        })
public final class Main implements Runnable {
    static final int DONE = ExitCode.OK;
    static final int FAILED = 1;
    static final int BAD_INPUT = ExitCode.USAGE;

    private static final List<Class<? extends AbstractCommand>> COMMANDS = List.of(
            CompareCommand.class,
            VariantCommand.Baseline.class,
            VariantCommand.Optimized.class,
            AblateCommand.class,
            CachesCommand.class,
            BatchCommand.class,
            ProfileCommand.class,
            MeasureCommand.class,
            ReconstructCommand.class,
            PinnCommand.class,
            LatexCommand.class,
            VerifyCommand.class,
            OpsCommand.class,
            InferCommand.class,
            Im2imCommand.class,
            OperatorCommand.class,
            CeilingsCommand.class,
            EvidenceCommand.class,
            DoctorCommand.class,
            ReportCommand.class,
            GateCommand.class,
            ReproduceCommand.class,
            AllCommand.class,
            RunVariantCommand.class);

    @Spec
    private CommandSpec spec;

    /** Runs one command and ends the process. */
    public static void main(String[] arguments) {
        // Libraries write to standard output now and then; with --json exactly one document may be there.
        PrintStream out = new PrintStream(new FileOutputStream(FileDescriptor.out), true, StandardCharsets.UTF_8);
        System.setOut(System.err);
        System.exit(run(Surroundings.ofProcess(out, arguments)));
    }

    /** Runs one command; returns the exit code. */
    static int run(Surroundings surroundings) {
        CommandLine line = new CommandLine(new Main());
        Commands commands = new Commands(surroundings);
        wanted(surroundings.arguments()).forEach(command -> line.addSubcommand(new CommandLine(command, commands)));
        line.setOut(new PrintWriter(surroundings.out(), true));
        line.setErr(new PrintWriter(surroundings.err(), true));
        line.setParameterExceptionHandler(new OneSentence());
        line.setExecutionExceptionHandler(new Told());
        line.setCaseInsensitiveEnumValuesAllowed(true);
        line.setUsageHelpAutoWidth(true);
        int code = execute(line, surroundings.arguments());
        surroundings.out().flush();
        return code;
    }

    /**
     * The named command alone, because making them all takes a third of a second; all of them where none is named, or the one
     * that runs others and asks them for their options.
     */
    private static List<Class<? extends AbstractCommand>> wanted(List<String> arguments) {
        return COMMANDS.stream()
                .filter(command -> !arguments.isEmpty()
                        && command.getAnnotation(Command.class).name().equals(arguments.get(0)))
                .filter(command -> command != AllCommand.class)
                .findFirst()
                .<List<Class<? extends AbstractCommand>>>map(List::of)
                .orElse(COMMANDS);
    }

    /** The portable bundle leaves libraries out: a command that needs one is told like an option that does not exist. */
    private static int execute(CommandLine line, List<String> arguments) {
        try {
            return line.execute(arguments.toArray(String[]::new));
        } catch (LinkageError failure) {
            String why = AbsentLibrary.explain(failure).orElseThrow(() -> failure);
            line.getErr().println("this cannot be done here: " + why);
            return BAD_INPUT;
        }
    }

    @Override
    public void run() {
        throw new ParameterException(
                spec.commandLine(),
                "no command given: use one of "
                        + String.join(
                                ", ",
                                spec.subcommands().entrySet().stream()
                                        .filter(entry -> !entry.getValue()
                                                .getCommandSpec()
                                                .usageMessage()
                                                .hidden())
                                        .map(Map.Entry::getKey)
                                        .toList()));
    }

    /** Makes commands that know their surroundings. */
    private record Commands(Surroundings surroundings) implements CommandLine.IFactory {

        @Override
        public <K> K create(Class<K> type) throws Exception {
            if (AbstractCommand.class.isAssignableFrom(type)) {
                AbstractCommand command =
                        (AbstractCommand) type.getDeclaredConstructor().newInstance();
                command.surroundings(surroundings);
                return type.cast(command);
            }
            return CommandLine.defaultFactory().create(type);
        }
    }

    /** Bad options: what picocli found, in one sentence with a way out. */
    private static final class OneSentence implements IParameterExceptionHandler {

        @Override
        public int handleParseException(ParameterException failure, String[] arguments) {
            String found = failure.getMessage().lines().findFirst().orElse("the command line is not understood");
            String command = failure.getCommandLine().getCommandSpec().qualifiedName();
            String remedy = found.contains(": use ") ? "" : "; \"" + command + " --help\" lists what is possible";
            failure.getCommandLine().getErr().println(found + remedy);
            return BAD_INPUT;
        }
    }

    /** Failures of a command: bad input in one sentence; anything else is ours and shows where it came from. */
    private static final class Told implements IExecutionExceptionHandler {

        @Override
        public int handleExecutionException(Exception failure, CommandLine line, CommandLine.ParseResult parsed)
                throws Exception {
            PrintWriter err = line.getErr();
            if (failure instanceof IllegalArgumentException) {
                err.println(failure.getMessage());
                return BAD_INPUT;
            }
            if (failure instanceof CudaException) { // out of memory, a lost device: told in words already
                err.println(failure.getMessage());
                return FAILED;
            }
            if (failure instanceof JobFailedException job) {
                err.println(job.getMessage());
                return job.failure().badInput() ? BAD_INPUT : FAILED;
            }
            if (failure instanceof UncheckedIOException) {
                err.println(failure.getMessage());
                return FAILED;
            }
            err.println("this should not have happened: " + failure);
            failure.printStackTrace(err);
            return FAILED;
        }
    }

    /** The version in the jar's manifest. */
    static final class Version implements CommandLine.IVersionProvider {

        @Override
        public String[] getVersion() {
            String version = Main.class.getPackage().getImplementationVersion();
            return new String[] {"fizeau " + (version == null ? "(development)" : version)};
        }
    }
}
