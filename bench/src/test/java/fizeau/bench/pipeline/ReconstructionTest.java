// SPDX-License-Identifier: Apache-2.0
package fizeau.bench.pipeline;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import fizeau.bench.eager.ReferenceTelescope;
import fizeau.bench.files.Json;
import fizeau.bench.files.RunFolder;
import fizeau.bench.protocol.Job;
import fizeau.bench.training.VariantSpec;
import fizeau.image.AmplitudeReader;
import fizeau.image.BuiltInScene;
import fizeau.image.NpyFile;
import fizeau.optics.PixelPosition;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Reconstructions of a small object. */
class ReconstructionTest {
    private static final int SAMPLES = 2;
    private static final int EPOCHS = 30;

    @TempDir
    private Path place;

    private SmallWorkload small;

    @BeforeEach
    void write() {
        small = SmallWorkload.write(place, SAMPLES, EPOCHS);
    }

    @Test
    void withoutAThresholdEveryIterationIsDoneAndTheLossFalls() {
        ReconstructionOutcome outcome = run(null);
        assertThat(outcome.iterations()).isEqualTo(SAMPLES * EPOCHS);
        assertThat(outcome.earlyStops()).isZero();
        ReconstructionOutcome.Sample first = outcome.samples().get(0);
        assertThat(first.lastLoss()).isLessThan(0.8 * first.firstLoss());
    }

    @Test
    void aPositionIsLeftAtTheFirstLossBelowTheThreshold() {
        float[] losses = run(null).losses();
        double threshold = 0.5 * (losses[0] + losses[EPOCHS - 1]);
        int expected = 1;
        while (losses[expected - 1] >= threshold) {
            expected++;
        }
        ReconstructionOutcome.Sample first = run(threshold).samples().get(0);
        assertThat(first.stoppedEarly()).isTrue();
        assertThat(first.iterations()).isEqualTo(expected).isBetween(2, EPOCHS - 1);
    }

    @Test
    void misfitAndErrorFollowTheirDefinitions() {
        ReconstructionOutcome outcome = run(null);
        float[] estimate = NpyFile.read(place.resolve("estimate.npy")).values();
        double squares = 0;
        for (int i = 0; i < estimate.length; i++) {
            squares += Math.pow(estimate[i] - small.object()[i], 2) / estimate.length;
        }
        assertThat(outcome.quality().psnr()).isCloseTo(-10 * Math.log10(squares), within(1e-4));
        double misfit = 0;
        for (PixelPosition centre : small.workload().centres()) {
            double[] seen = seen(small.object(), centre);
            double[] predicted = seen(estimate, centre);
            double difference = 0;
            double all = 0;
            for (int i = 0; i < seen.length; i++) {
                difference += Math.abs(predicted[i] - seen[i]);
                all += seen[i];
            }
            misfit += difference / all / SAMPLES;
        }
        assertThat(outcome.dataMisfit()).isCloseTo(misfit, within(1e-4));
    }

    @Test
    void filesHoldTheReconstruction() throws IOException {
        ReconstructionOutcome outcome = run(null);
        float[] estimate = NpyFile.read(place.resolve("estimate.npy")).values();
        RunFolder folder = RunFolder.create(place, "reconstruct", Instant.now());
        ReconstructionFiles files = new ReconstructionFiles(folder, small.workload());
        files.writeObject(BuiltInScene.amplitude(16));
        files.write(small.object(), estimate, outcome);
        folder.writeJson("result.json", "the record");
        folder.finish();
        assertThat(Files.readString(folder.path().resolve("manifest.json"))).contains("\"complete\"");
        files.contents()
                .keySet()
                .forEach(name -> assertThat(folder.path().resolve(name)).isNotEmptyFile());
        assertThat(Files.readString(folder.path().resolve("losses.csv"))).hasLineCount(1 + SAMPLES * EPOCHS);
        // FITS holds intensity and reading takes the root again, scaled to maximum 1
        float[] back = AmplitudeReader.read(folder.path().resolve("reconstruction.fits"), 16)
                .toArray();
        float largest = 0;
        for (float value : estimate) {
            largest = Math.max(largest, value);
        }
        for (int i = 0; i < back.length; i++) {
            assertThat((double) back[i]).isCloseTo(estimate[i] / largest, within(1e-5));
        }
    }

    private double[] seen(float[] object, PixelPosition centre) {
        double[] exact = new double[object.length];
        for (int i = 0; i < exact.length; i++) {
            exact[i] = object[i];
        }
        return ReferenceTelescope.measure(
                exact,
                small.workload().objectShape(),
                small.workload().aperture().mask(small.workload().frameShape(), centre));
    }

    private ReconstructionOutcome run(Double threshold) {
        ReconstructionSettings settings = new ReconstructionSettings(
                small.workload(),
                VariantSpec.optimized("cpu", 1),
                SmallWorkload.SEED,
                small.objectFile().toString(),
                place.resolve("estimate.npy").toString(),
                threshold);
        Job job = new Job(ReconstructionSettings.FAMILY, "optimized", 0, Json.tree(settings));
        return Json.value(new ReconstructionRunner().run(job, 0, share -> {}).outcome(), ReconstructionOutcome.class);
    }
}
