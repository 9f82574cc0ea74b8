// SPDX-License-Identifier: Apache-2.0
package fizeau.bench;

import fizeau.backend.Plan;
import fizeau.backend.cuda.CacheSwitches;
import fizeau.backend.selection.BackendSelector;
import fizeau.backend.selection.DeviceName;
import fizeau.bench.eager.PythonPeer;
import fizeau.bench.environment.Environment;
import fizeau.bench.files.Json;
import fizeau.bench.files.RunFolder;
import fizeau.bench.operator.OperatorCampaign;
import fizeau.bench.operator.OperatorMethod;
import fizeau.bench.operator.OperatorRecord;
import fizeau.bench.operator.OperatorSetting;
import fizeau.bench.operator.OperatorTarget;
import fizeau.bench.operator.TelescopePeer;
import fizeau.bench.protocol.ChildJvm;
import fizeau.bench.protocol.Progress;
import fizeau.bench.protocol.ProtocolSpec;
import fizeau.bench.protocol.WarmUpRule;
import fizeau.bench.report.OperatorFiles;
import fizeau.bench.stats.Judgement;
import fizeau.bench.workload.Workload;
import fizeau.bench.workload.WorkloadPreset;
import fizeau.nativeconfig.Settings;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** The speed table of the measurement operator. */
@Command(
        name = "operator",
        description = {
            "Times the measurement operator, forward and forward with its adjoint, by every plan of ours and by PyTorch and"
                    + " JAX in Python beside it (eager as textbooks write it, eager with the shifts folded, torch.compile,"
                    + " jax.jit), at several sizes and batches, through the mask of the first sample and that of the last. States for every row how"
                    + " near it is to what the device could do.",
            "The table has every row, those of a GPU too: what cannot run here is unavailable, with the reason."
        })
final class OperatorCommand extends AbstractCommand {
    private static final long HEAP_BYTES = 2L << 30;
    private static final double CHILD_SECONDS_BESIDE = 300;
    private static final long MEBIBYTE = 1L << 20;

    @Option(
            names = "--sizes",
            paramLabel = "PIXELS",
            split = ",",
            defaultValue = "512,1024,2048",
            description = "Edges of the frames. Default: ${DEFAULT-VALUE}")
    private List<Integer> sizes;

    @Option(
            names = "--batches",
            paramLabel = "N",
            split = ",",
            defaultValue = "1,16,100",
            description = "Objects of a call. Default: ${DEFAULT-VALUE}")
    private List<Integer> batches;

    @Option(
            names = "--object-size",
            paramLabel = "PIXELS",
            defaultValue = "" + Workload.OBJECT_SIZE,
            description = "Edge of the objects. Default: ${DEFAULT-VALUE}")
    private int objectSize;

    @Option(
            names = "--aperture-radius",
            paramLabel = "PIXELS",
            defaultValue = "" + Workload.APERTURE_RADIUS,
            description = "Default: ${DEFAULT-VALUE}")
    private double apertureRadius;

    @Option(
            names = "--pattern-radius",
            paramLabel = "PIXELS",
            defaultValue = "" + Workload.PATTERN_RADIUS,
            description = "Of the Fermat scan of 20 samples whose masks are taken. Default: ${DEFAULT-VALUE}")
    private double patternRadius;

    @Option(
            names = "--plan",
            paramLabel = "NAME",
            defaultValue = "auto",
            description = "Only this plan of ours: fft, pruned or matrix; auto times all. Default: ${DEFAULT-VALUE}")
    private String plan;

    @Option(
            names = "--cuda-graphs",
            negatable = true,
            defaultValue = "true",
            fallbackValue = "true",
            description = "Time captured graphs too, or plain launches only.")
    private boolean graphs;

    @Option(
            names = "--fft-cache",
            negatable = true,
            defaultValue = "true",
            fallbackValue = "true",
            description = "Keep transform plans and tables on a GPU, or make them again for every call.")
    private boolean fftCache;

    @Option(
            names = "--grid-cache",
            negatable = true,
            defaultValue = "true",
            fallbackValue = "true",
            description = "Keep masks on a GPU, or upload them for every call.")
    private boolean gridCache;

    @Option(
            names = "--peers",
            split = ",",
            paramLabel = "NAME",
            defaultValue = "eager,lean,compile,jax",
            description =
                    "Peers' rows: PyTorch's eager, lean (shifts folded) and compile (torch.compile), JAX's jax (jit, full"
                            + " precision), or none."
                            + " Default: ${DEFAULT-VALUE}")
    private List<String> peers;

    @Option(
            names = "--python",
            paramLabel = "FILE",
            description = "Python with torch and jax for the peers. Default: python3")
    private Path python;

    @Option(
            names = "--seconds-per-row",
            paramLabel = "SECONDS",
            defaultValue = "0.5",
            description = "How long a row is timed in each round. Default: ${DEFAULT-VALUE}")
    private double secondsPerRow;

    @Option(
            names = "--warm-up",
            paramLabel = "SECONDS",
            defaultValue = "3",
            description =
                    "How long ours computes in each process before its first row: the JVM compiles what is hot only"
                            + " after a while. Default: ${DEFAULT-VALUE}")
    private double warmUp;

    @Option(
            names = "--longest-call",
            paramLabel = "SECONDS",
            defaultValue = "3",
            description = "Leaves out rows whose single call would take longer. Default: ${DEFAULT-VALUE}")
    private double longestCall;

    @Option(
            names = "--batch-memory",
            paramLabel = "MIB",
            description =
                    "Memory that the images of a batch may take; larger batches go in equal parts, ours and PyTorch's"
                            + " alike. Default: 1024 on the CPU, 24576 on a GPU")
    private Integer batchMemory;

    @Option(
            names = "--rounds",
            paramLabel = "N",
            defaultValue = "5",
            description = "How often each method runs, in a fresh process every time. Fewer than 5 prove nothing."
                    + " Default: ${DEFAULT-VALUE}")
    private int rounds;

    @Option(
            names = "--max-seconds",
            paramLabel = "SECONDS",
            defaultValue = "0",
            description = "Starts no round that would end later; 0 for no limit. Default: ${DEFAULT-VALUE}")
    private double maxSeconds;

    @Option(
            names = "--threads",
            paramLabel = "N",
            description = "Threads on the CPU, of ours and of PyTorch. Default: all cores")
    private Integer threads;

    @Option(
            names = "--seed",
            paramLabel = "N",
            defaultValue = "1",
            description = "Seeds objects, the order of runs and the intervals. Default: ${DEFAULT-VALUE}")
    private long seed;

    @Mixin
    private BackendOptions device;

    @Mixin
    private OutputOptions output;

    @Override
    public Integer call() {
        Instant startedAt = Instant.now();
        DeviceName name = device.name();
        int threadCount = DeviceOptions.threads(threads);
        requireSensible();
        OperatorSetting setting = new OperatorSetting(
                sizes, batches, objectSize, apertureRadius, patternRadius, WorkloadPreset.PROGRESSIVE.samples(), seed);
        List<OperatorRecord.MaskSize> masks = masks(setting); // refuses sizes that do not fit
        ProtocolSpec rules = new ProtocolSpec(
                rounds, 0, maxSeconds, seed, ProtocolSpec.LEVEL, ProtocolSpec.STEAL_LIMIT, WarmUpRule.usual());
        Path root = output.root(surroundings());
        RunFolder.requireWritable(root);
        TelescopePeer peer = new TelescopePeer(new PythonPeer(Optional.ofNullable(python), Map.of()));
        Map<OperatorMethod, String> left = left(name, peer);
        Environment environment = Environment.capture(surroundings().arguments());

        RunFolder folder = RunFolder.create(root, "operator", startedAt);
        OperatorFiles files = new OperatorFiles(folder);
        files.announce();
        Progress progress = progress();
        OperatorCampaign.Spec spec = new OperatorCampaign.Spec(
                setting,
                threadCount,
                name.ordinal(),
                Map.of("cpu", batchBytes(1024), "cuda", batchBytes(24576)),
                warmUp,
                secondsPerRow,
                longestCall,
                new CacheSwitches(false, fftCache, gridCache),
                rules);
        double limit =
                CHILD_SECONDS_BESIDE + warmUp + setting.cases().size() * 2 * (2 * secondsPerRow + 8 * longestCall);
        ChildJvm children = new ChildJvm(Main.class.getName(), HEAP_BYTES, limit);
        OperatorCampaign.Result result = new OperatorCampaign(spec, folder, children::run, peer, progress).run(left);
        OperatorRecord record = new OperatorRecord(
                OperatorRecord.SCHEMA,
                "measured",
                "operator",
                folder.runId(),
                folder.shownPath(),
                startedAt.toString(),
                progress.elapsedSeconds(),
                devices(left),
                result.devices(),
                setting,
                masks,
                threadCount,
                result.rates(),
                result.rows(),
                OperatorTarget.of(result.rows()),
                rules,
                result.rounds(),
                children.flags(),
                result.failures(),
                remarks(result),
                Json.tree(environment));
        files.write(record);
        record.missing().forEach(failure -> folder.remark(failure.reason()));
        folder.finish();
        progress.done();
        files.print(record, output.json(), surroundings().out());
        return record.failed() ? Main.FAILED : Main.DONE;
    }

    private void requireSensible() {
        if (!(warmUp >= 0) || warmUp > 600) {
            throw new IllegalArgumentException("--warm-up " + warmUp + " s is not possible: use 0 to 600");
        }
        if (!(secondsPerRow > 0) || secondsPerRow > 600 || !(longestCall > 0)) {
            throw new IllegalArgumentException("--seconds-per-row " + secondsPerRow + " and --longest-call "
                    + longestCall + " must be positive, the first at most 600");
        }
        if (!plan.equals("auto")) {
            Plan.parse(plan);
        }
        for (String name : peers) {
            if (!List.of("eager", "lean", "compile", "jax", "none").contains(name)) {
                throw new IllegalArgumentException(
                        "--peers " + name + " is unknown: use eager, lean, compile, jax or none");
            }
        }
        if (batchMemory != null && batchMemory < 1) {
            throw new IllegalArgumentException("--batch-memory " + batchMemory + " MiB is not possible: use 1 or more");
        }
    }

    private long batchBytes(long usualMebibytes) {
        return MEBIBYTE * (batchMemory == null ? usualMebibytes : batchMemory);
    }

    private static List<OperatorRecord.MaskSize> masks(OperatorSetting setting) {
        List<OperatorRecord.MaskSize> masks = new ArrayList<>();
        for (int size : setting.sizes()) {
            for (String word : List.of(OperatorSetting.FIRST, OperatorSetting.LAST)) {
                var mask = setting.mask(size, word);
                masks.add(new OperatorRecord.MaskSize(
                        word, size, mask.bounds().height(), mask.bounds().width(), mask.openCount()));
            }
        }
        return masks;
    }

    /** Which methods do not run, and why; a GPU that was asked for and cannot be used is refused. */
    private Map<OperatorMethod, String> left(DeviceName name, TelescopePeer peer) {
        Map<OperatorMethod, String> left = new LinkedHashMap<>();
        for (String device : List.of("cpu", "cuda")) {
            Optional<String> absent = whyAbsent(device, name);
            List<String> asked = peers.equals(List.of("none")) ? List.of() : peers;
            String place = device.equals("cpu") ? device : "cuda:" + name.ordinal();
            Map<String, Optional<String>> noLibrary = new HashMap<>();
            for (OperatorMethod method : OperatorMethod.on(device)) {
                if (absent.isPresent()) {
                    left.put(method, absent.get());
                } else if (method.ours()) {
                    whyNotAsked(method).ifPresent(reason -> left.put(method, reason));
                } else if (!asked.contains(method.word())) {
                    left.put(method, "left out by --peers");
                } else {
                    noLibrary
                            .computeIfAbsent(method.library(), library -> peer.unavailability(place, library))
                            .ifPresent(reason -> left.put(method, reason));
                }
            }
        }
        return left;
    }

    private Optional<String> whyNotAsked(OperatorMethod method) {
        String word = method.word().replace("+graph", "");
        if (!plan.equals("auto") && !plan.equals(word)) {
            return Optional.of("left out by --plan " + plan);
        }
        if (method.word().endsWith("+graph")) {
            if (!graphs) {
                return Optional.of("left out by --no-cuda-graphs");
            }
            if (!fftCache) {
                return Optional.of("a graph refers to what the FFT cache keeps: left out by --no-fft-cache");
            }
        }
        return Optional.empty();
    }

    /** Asked for one device only the other is left out; asked for none in particular both run that are here. */
    private Optional<String> whyAbsent(String device, DeviceName name) {
        if (device.equals("cpu")) {
            return name.kind() == DeviceName.Kind.CUDA ? Optional.of("left out by --device " + name) : Optional.empty();
        }
        if (name.kind() == DeviceName.Kind.CPU) {
            return Optional.of("no GPU has shown it: left out by --device cpu");
        }
        try {
            BackendSelector.requireCuda(Settings.ofProcess(), name).close();
            return Optional.empty();
        } catch (IllegalArgumentException unusable) {
            if (name.kind() == DeviceName.Kind.CUDA) {
                throw unusable;
            }
            return Optional.of("no GPU has shown it: " + unusable.getCause().getMessage());
        }
    }

    private static String devices(Map<OperatorMethod, String> left) {
        List<String> here = List.of("cpu", "cuda").stream()
                .filter(device -> OperatorMethod.on(device).stream().anyMatch(method -> !left.containsKey(method)))
                .toList();
        return here.isEmpty() ? "none" : String.join("+", here);
    }

    private static List<String> remarks(OperatorCampaign.Result result) {
        List<String> remarks = new ArrayList<>(result.remarks());
        Judgement.remarkOnFewRounds(result.rounds()).ifPresent(remarks::add);
        return remarks;
    }
}
