// SPDX-License-Identifier: Apache-2.0
package fizeau.bench;

import fizeau.backend.Backend;
import fizeau.bench.environment.Environment;
import fizeau.bench.files.Json;
import fizeau.bench.files.RunFolder;
import fizeau.bench.pipeline.MeasuredScan;
import fizeau.bench.pipeline.MeasurementFiles;
import fizeau.bench.pipeline.MeasurementRecord;
import fizeau.bench.protocol.Progress;
import fizeau.bench.workload.ObjectSource;
import fizeau.bench.workload.Workload;
import fizeau.image.AmplitudeImage;
import fizeau.optics.Telescope;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** The telescope as a tool: what its detector sees of an object through every aperture of a scan. */
@Command(
        name = "measure",
        description = {
            "Simulates the telescope: takes a picture and writes what the detector sees of it through every aperture of the"
                    + " scan, as amplitudes (NPY stack, FITS cube), with pictures, k-space coverage and a JSON record.",
            "Nothing is trained: of --workload only the number of positions counts."
        })
final class MeasureCommand extends AbstractCommand {

    @Mixin
    private WorkloadOptions workloadOptions;

    @Mixin
    private OutputOptions output;

    @Mixin
    private BackendOptions backendOptions;

    @Option(
            names = "--snr",
            paramLabel = "DB",
            description =
                    "Adds shot noise: signal to noise ratio of a pixel of intensity 1, in decibels; --seed seeds it."
                            + " Default: no noise")
    private Double snr;

    @Override
    public Integer call() {
        Instant startedAt = Instant.now();
        backendOptions.name();
        Workload asked = workloadOptions.scan();
        if (snr != null) {
            requireSensible(snr);
        }
        MeasuredScan.requireRoom(asked, Runtime.getRuntime().maxMemory());
        asked.requireMeasurable();
        Path root = output.root(surroundings());
        RunFolder.requireWritable(root);
        AmplitudeImage object = workloadOptions.loadObject();
        Workload workload = asked.withObject(asked.object(), ObjectSource.digest(object.toArray()));
        Environment environment = Environment.capture(surroundings().arguments());

        RunFolder folder = RunFolder.create(root, "measure", startedAt);
        MeasurementFiles files = new MeasurementFiles(folder, workload);
        Progress progress = progress();
        progress.step("measuring through " + workload.samples() + " apertures", 0);
        try (Backend backend = backendOptions.open(surroundings())) {
            double began = progress.elapsedSeconds();
            MeasuredScan scan =
                    MeasuredScan.of(backend, workload, object.toArray(), snr, workloadOptions.seed(), share -> {
                        double spent = progress.elapsedSeconds() - began;
                        progress.part("measuring", share, spent / share - spent);
                    });
            double seconds = progress.elapsedSeconds() - began;
            progress.step("files and pictures", 0);
            files.write(
                    object,
                    scan,
                    List.of("made by: bench/run "
                            + String.join(" ", surroundings().arguments())));
            MeasurementRecord record = record(folder, files, workload, scan, seconds, backend, environment);
            folder.writeJson("result.json", record);
            folder.finish();
            progress.done();
            surroundings().out().print(output.json() ? Json.text(record) : text(record));
            return Main.DONE;
        }
    }

    private MeasurementRecord record(
            RunFolder folder,
            MeasurementFiles files,
            Workload workload,
            MeasuredScan scan,
            double seconds,
            Backend backend,
            Environment environment) {
        Telescope telescope = Telescope.of(workload.frameShape(), workload.aperture());
        return new MeasurementRecord(
                MeasurementRecord.SCHEMA,
                "simulated",
                "measure",
                folder.runId(),
                folder.shownPath(),
                folder.startedAt().toString(),
                seconds,
                backend.description(),
                workload,
                telescope.wavelengthMetres(),
                telescope.resolutionLimitRadians(),
                snr,
                snr == null ? null : workloadOptions.seed(),
                workload.coverage().coverage(),
                scan.apertures(),
                MeasurementRecord.UNITS,
                files.contents(),
                Json.tree(environment));
    }

    private static void requireSensible(double decibels) {
        if (!(Math.abs(decibels) <= 200)) {
            throw new IllegalArgumentException(
                    "--snr " + decibels + " dB is not possible: use -200 to 200, or leave it out for no noise");
        }
    }

    private static String text(MeasurementRecord record) {
        double brightest = record.apertures().stream()
                .mapToDouble(MeasurementRecord.Aperture::largest)
                .max()
                .orElse(0);
        return String.format(
                Locale.ROOT,
                """
                Measured %s of %d x %d through %d apertures of radius %s px in a frame of %d x %d
                  scan         %s, %.2f %% of k-space seen
                  noise        %s
                  brightest    amplitude %.4f
                  resolution   %.3g rad (Rayleigh, one aperture, %.0f nm)
                  files        %s
                """,
                record.workload().object(),
                record.workload().objectSize(),
                record.workload().objectSize(),
                record.apertures().size(),
                record.workload().apertureRadius(),
                record.workload().imageSize(),
                record.workload().imageSize(),
                record.workload().pattern(),
                100 * record.coverage(),
                record.snrDecibels() == null ? "none" : "shot noise, " + record.snrDecibels() + " dB at intensity 1",
                brightest,
                record.resolutionRadians(),
                record.wavelengthMetres() * 1e9,
                record.folder());
    }
}
