// SPDX-License-Identifier: Apache-2.0
package fizeau.bench.verify;

import com.fasterxml.jackson.databind.JsonNode;
import fizeau.backend.DecoderNetwork;
import fizeau.backend.Switches;
import fizeau.backend.TrainingSession;
import fizeau.backend.TrainingSpec;
import fizeau.metric.OriginalFraming;
import fizeau.metric.OriginalScenes;
import fizeau.metric.PixelErrors;
import fizeau.metric.SizedImage;
import fizeau.optics.CircularAperture;
import fizeau.optics.FermatSpiral;
import fizeau.optics.PixelPosition;
import fizeau.optics.Shape;
import fizeau.reconstruct.DecoderInitializer;
import fizeau.reconstruct.DecoderLayout;
import fizeau.reconstruct.DecoderSpec;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Group {@code workload}: a whole reconstruction from a seed, through the backend's own training session. */
final class WorkloadCheck implements CaseCheck {

    private static final Pattern SEED = Pattern.compile("seed_(\\d+)");

    /** The spiral's angle is a few single-precision roundings of a large number in the reference. */
    private static final double CENTRE_TOLERANCE_PIXELS = 1e-3;

    /** Losses of the first iterations, before rounding has been amplified; relative. */
    private static final double LOSS_TOLERANCE = 1e-3;

    /** Rounding alone moves a whole run by up to 0.7 dB; a wrong update moves it by many. */
    private static final double PSNR_TOLERANCE_DECIBELS = 2;

    private static final double LEARNING_RATE = 1e-3;

    @Override
    public void check(CaseRun run) {
        GoldenCase golden = run.golden();
        int edge = golden.integer("obj_size");
        int frame = golden.integer("n");
        List<PixelPosition> centres = centres(golden.array("centers"));
        checkCentres(run, centres);
        float[] object = OriginalScenes.normalisedRoot(golden.array("object_u8").floats());
        TrainingSpec spec = new TrainingSpec(
                Shape.square(edge),
                Shape.square(frame),
                new CircularAperture(golden.number("radius")),
                new DecoderSpec(frame, edge, true),
                LEARNING_RATE);
        for (Map.Entry<String, JsonNode> entry : golden.scalars().properties()) {
            Matcher seed = SEED.matcher(entry.getKey());
            if (seed.matches()) {
                run.takeScalar(entry.getKey());
                checkSeed(run, entry.getKey(), Long.parseLong(seed.group(1)), entry.getValue(), spec, object, centres);
            }
        }
    }

    private static void checkSeed(
            CaseRun run,
            String name,
            long seed,
            JsonNode expected,
            TrainingSpec spec,
            float[] object,
            List<PixelPosition> centres) {
        DecoderLayout layout = DecoderLayout.of(spec.decoder());
        float[] parameters = DecoderInitializer.initialParameters(layout, seed);
        if (expected.has("output_bias")) {
            run.scalarIn(expected, "output_bias", name + " output_bias", parameters[parameters.length - 1], 0);
        }
        checkInitialOutput(run, name, expected, spec, parameters);
        Switches switches = Switches.optimized(Runtime.getRuntime().availableProcessors());
        try (TrainingSession session = run.backend().openTraining(spec, switches, object, parameters)) {
            train(run, name, expected, spec, session, object, centres);
        }
    }

    private static void checkInitialOutput(
            CaseRun run, String name, JsonNode expected, TrainingSpec spec, float[] parameters) {
        float[] output = new float[spec.object().count()];
        try (DecoderNetwork network = run.backend().decoder(spec.decoder())) {
            network.forward(parameters, output);
        }
        double mean = 0;
        for (float value : output) {
            mean += value / output.length;
        }
        double squares = 0;
        for (float value : output) {
            squares += (value - mean) * (value - mean);
        }
        if (expected.has("initial_output_mean")) {
            run.scalarIn(expected, "initial_output_mean", name + " initial_output_mean", mean, 1);
        }
        if (expected.has("initial_output_std")) {
            double deviation = Math.sqrt(squares / (output.length - 1));
            run.scalarIn(expected, "initial_output_std", name + " initial_output_std", deviation, 1);
        }
    }

    private static void train(
            CaseRun run,
            String name,
            JsonNode expected,
            TrainingSpec spec,
            TrainingSession session,
            float[] object,
            List<PixelPosition> centres) {
        int iterations = run.golden().integer("iterations_per_sample");
        float[] losses = new float[iterations];
        for (int sample = 1; sample <= Math.min(centres.size(), lastSample(expected)); sample++) {
            session.beginSample(centres.get(sample - 1));
            session.iterate(iterations, losses);
            session.endSample();
            if (sample == 1) {
                checkLosses(run, name, expected, losses);
            }
            for (JsonNode row : expected.path("full_run_after_sample")) {
                if (row.path("sample").asInt() == sample) {
                    checkQuality(run, name, row, spec, session.estimate(), object);
                }
            }
        }
    }

    private static void checkLosses(CaseRun run, String name, JsonNode expected, float[] losses) {
        JsonNode single = expected.path("loss_first_sample");
        JsonNode precise = expected.path("loss_first_sample_f64");
        double worst = 0;
        for (int i = 0; i < single.size(); i++) {
            double stored = single.get(i).asDouble(Double.NaN);
            double reference = precise.path(i).asDouble(stored);
            // the reference's own roundings grow from iteration to iteration
            double allowed = LOSS_TOLERANCE * Math.abs(reference) + Math.abs(stored - reference);
            double share = i < losses.length ? Math.abs(losses[i] - reference) / allowed : Double.NaN;
            worst = share <= worst ? worst : share;
        }
        run.compared(name + " first " + single.size() + " losses, relative", LOSS_TOLERANCE * worst, LOSS_TOLERANCE);
    }

    /** The reference measures the quality of the frame's crop, one pixel late as its crop is. */
    private static void checkQuality(
            CaseRun run, String name, JsonNode row, TrainingSpec spec, float[] estimate, float[] object) {
        double psnr = PixelErrors.peakSignalToNoise(
                framed(estimate, spec).pixels(), framed(object, spec).pixels(), 1);
        double error = Math.abs(psnr - row.path("psnr").asDouble(Double.NaN));
        run.compared(
                name + " psnr after sample " + row.path("sample").asInt() + ", dB", error, PSNR_TOLERANCE_DECIBELS);
    }

    private static SizedImage framed(float[] image, TrainingSpec spec) {
        SizedImage frame = OriginalFraming.padImage(
                new SizedImage(image, spec.object()), spec.frame().ny());
        return OriginalFraming.cropImage(frame, spec.object().ny());
    }

    private static int lastSample(JsonNode expected) {
        int last = 1;
        for (JsonNode row : expected.path("full_run_after_sample")) {
            last = Math.max(last, row.path("sample").asInt());
        }
        return last;
    }

    private static void checkCentres(CaseRun run, List<PixelPosition> stored) {
        List<PixelPosition> computed = new FermatSpiral(run.golden().number("r_max")).centres(stored.size());
        double error = 0;
        for (int i = 0; i < stored.size(); i++) {
            double dy = computed.get(i).y() - stored.get(i).y();
            double dx = computed.get(i).x() - stored.get(i).x();
            error = Math.max(error, Math.hypot(dy, dx));
        }
        run.compared("centers, pixels", error, CENTRE_TOLERANCE_PIXELS);
    }

    private static List<PixelPosition> centres(GoldenArray array) {
        List<PixelPosition> centres = new ArrayList<>();
        for (int i = 0; i < array.values().length; i += 2) {
            centres.add(new PixelPosition(array.values()[i], array.values()[i + 1]));
        }
        return centres;
    }
}
