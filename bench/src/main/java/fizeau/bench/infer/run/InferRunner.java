// SPDX-License-Identifier: Apache-2.0
package fizeau.bench.infer.run;

import fizeau.backend.cuda.CudaBackend;
import fizeau.backend.selection.DeviceName;
import fizeau.bench.environment.SystemMemory;
import fizeau.bench.files.Json;
import fizeau.bench.infer.Answers;
import fizeau.bench.infer.Framework;
import fizeau.bench.infer.ImageFolder;
import fizeau.bench.infer.InferJob;
import fizeau.bench.infer.InferOutcome;
import fizeau.bench.infer.InferOutcome.Trouble;
import fizeau.bench.infer.Network;
import fizeau.bench.infer.NumberFormat;
import fizeau.bench.infer.Room;
import fizeau.bench.infer.Session;
import fizeau.bench.infer.TensorFile;
import fizeau.bench.infer.cuda.DeviceSession;
import fizeau.bench.infer.onednn.OneDnnSession;
import fizeau.bench.infer.torch.LibtorchSession;
import fizeau.bench.infer.xla.XlaSession;
import fizeau.bench.ops.Agreement;
import fizeau.bench.protocol.InterferenceMeter;
import fizeau.bench.protocol.Job;
import fizeau.bench.protocol.JobReport;
import fizeau.bench.protocol.JobReport.Phases;
import fizeau.bench.protocol.JobRunner;
import fizeau.bench.protocol.MemoryUse;
import fizeau.nativeconfig.Settings;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.function.DoubleConsumer;

/** Runs a network on one framework in this process. A wrong answer gets no time; what cannot be run says why. */
public final class InferRunner implements JobRunner {
    /** The JVM compiles what is hot within half a second. */
    private static final double WARM_UP_SECONDS = 0.5;

    private static final double NANOS_PER_MILLI = 1e6;

    @Override
    public String family() {
        return InferJob.FAMILY;
    }

    /** What is known before the first call. */
    private record Start(Job job, InferJob settings, double startSeconds, long began) {}

    @Override
    public JobReport run(Job job, double startSeconds, DoubleConsumer progress) {
        InferJob settings = Json.value(job.settings(), InferJob.class);
        Start start = new Start(job, settings, startSeconds, System.nanoTime());
        PeakMemory.volunteer();
        InterferenceMeter meter = new InterferenceMeter(settings.stealLimit());
        try {
            Room.requireFor(settings);
            return run(start, meter);
        } catch (OutOfMemoryError | RuntimeException | LinkageError failure) {
            return report(start, new Phases(startSeconds, seconds(start.began()), 0, 0, true, 0), meter, failure);
        }
    }

    private static JobReport run(Start start, InterferenceMeter meter) {
        InferJob settings = start.settings();
        NumberFormat format = NumberFormat.parse(settings.dtype());
        float[] pictures = TensorFile.open(Path.of(settings.input())).array(InferJob.INPUT);
        float[] expected = TensorFile.open(Path.of(settings.expected())).array(InferJob.OUTPUT);
        long preparing = System.nanoTime();
        try (Session session = open(settings, format)) {
            double prepareMillis = millis(preparing);
            double load = seconds(start.began());
            session.input(pictures);
            PeakMemory peak = PeakMemory.start();
            long warmFrom = System.nanoTime();
            session.run();
            double firstMillis = millis(warmFrom);
            Agreement agreement = Answers.compare(session.output(), expected, format);
            int warmUps = 1;
            List<Double> samples = new ArrayList<>();
            List<Double> endToEnd = new ArrayList<>();
            double warmUp = seconds(warmFrom);
            double timed = 0;
            if (agreement.passed()) {
                warmUps += warmUp(session, settings, warmFrom);
                warmUp = seconds(warmFrom);
                System.gc(); // not inside the window
                meter.open();
                long timedFrom = System.nanoTime();
                while (samples.isEmpty() || wanted(settings, samples.size(), timedFrom)) {
                    long before = System.nanoTime();
                    session.run();
                    samples.add(millis(before));
                }
                timed = seconds(timedFrom);
                meter.close();
            }
            Long working = peak.beyondStart();
            if (agreement.passed() && !settings.images().isEmpty()) {
                endToEnd = endToEnd(session, settings);
            }
            InferOutcome outcome = new InferOutcome(
                    session.library(),
                    session.threads(),
                    agreement,
                    prepareMillis,
                    firstMillis,
                    samples,
                    endToEnd,
                    working,
                    session.deviceBytes(),
                    PeakMemory.whole(),
                    settings.profile() && agreement.passed() ? session.profile() : List.of(),
                    null);
            Phases phases =
                    new Phases(start.startSeconds(), load, warmUp, warmUps, warmUps >= settings.warmUps(), timed);
            return report(start, phases, meter, outcome);
        }
    }

    private static Session open(InferJob settings, NumberFormat format) {
        TensorFile weights = TensorFile.open(Path.of(settings.weights()));
        Network network = settings.network();
        Framework framework = Framework.named(settings.framework());
        return switch (framework) {
            case LIBTORCH ->
                new LibtorchSession(network, weights, format, settings.threads(), settings.openBlasThreads());
            case ENGINE ->
                settings.device().equals("cpu")
                        ? new OneDnnSession(network, weights, format, settings.threads())
                        : new DeviceSession(network, weights, format, backend(settings.device()));
            case XLA -> new XlaSession(network, weights, format, settings.threads());
            default -> throw new IllegalArgumentException(framework.word() + " does not run in a JVM");
        };
    }

    private static CudaBackend backend(String device) {
        return CudaBackend.open(Settings.ofProcess(), DeviceName.parse(device).ordinal());
    }

    private static int warmUp(Session session, InferJob settings, long from) {
        int calls = 0;
        while ((calls + 1 < settings.warmUps() || seconds(from) < WARM_UP_SECONDS)
                && seconds(from) < Math.max(WARM_UP_SECONDS, settings.seconds())) {
            session.run();
            calls++;
        }
        return calls;
    }

    private static boolean wanted(InferJob settings, int have, long from) {
        return have < settings.iterations() && seconds(from) < settings.seconds();
    }

    /** Decoding, resizing, cropping, normalising, the network, and its scores back, batch by batch over the files. */
    private static List<Double> endToEnd(Session session, InferJob settings) {
        ImageFolder folder = ImageFolder.of(settings.images());
        int edge = settings.network().edge();
        List<Double> samples = new ArrayList<>();
        int next = 0;
        session.input(folder.read(next, settings.batch(), edge)); // decoders load their classes
        long from = System.nanoTime();
        while (samples.isEmpty() || wanted(settings, samples.size(), from)) {
            long before = System.nanoTime();
            session.input(folder.read(next, settings.batch(), edge)); // goes to the device, where there is one
            session.run();
            session.output();
            samples.add(millis(before));
            next += settings.batch();
        }
        return samples;
    }

    private static JobReport report(Start start, Phases phases, InterferenceMeter meter, Throwable failure) {
        return report(start, phases, meter, InferOutcome.without(trouble(failure)));
    }

    private static JobReport report(Start start, Phases phases, InterferenceMeter meter, InferOutcome outcome) {
        return new JobReport(
                start.job().variant(),
                start.job().round(),
                phases,
                MemoryUse.ofThisProcess(0),
                meter.total(),
                Json.tree(outcome));
    }

    /** Sorts what libraries throw; their first line is the message, the rest is where in their sources it happened. */
    static Trouble trouble(Throwable failure) {
        String text = String.valueOf(failure.getMessage());
        String first = text.lines().findFirst().orElse(failure.getClass().getSimpleName());
        boolean memory = failure instanceof OutOfMemoryError || SystemMemory.isShortage(text);
        boolean impossible = failure instanceof UnsupportedOperationException
                || text.contains("not implemented for")
                || failure instanceof LinkageError;
        Trouble.Kind kind = memory ? Trouble.Kind.MEMORY : impossible ? Trouble.Kind.IMPOSSIBLE : Trouble.Kind.FAILED;
        return new Trouble(kind, first);
    }

    private static double millis(long since) {
        return (System.nanoTime() - since) / NANOS_PER_MILLI;
    }

    private static double seconds(long since) {
        return (System.nanoTime() - since) * 1e-9;
    }
}
