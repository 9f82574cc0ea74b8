// SPDX-License-Identifier: Apache-2.0
package fizeau.bench.verify;

import com.fasterxml.jackson.databind.JsonNode;
import fizeau.optics.DetectorComponents;
import fizeau.optics.DetectorNoise;
import fizeau.optics.ReadoutNoise;
import fizeau.optics.ShotNoise;
import fizeau.random.NormalGenerator;
import java.util.Arrays;
import java.util.Map;
import java.util.function.DoubleSupplier;
import java.util.function.DoubleUnaryOperator;
import java.util.function.Function;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.DoubleStream;
import java.util.stream.IntStream;

/**
 * Group {@code noise}: statistics of many noisy copies of one image, which can only agree within their own scatter. The
 * generator is seeded, so the verdict does not change from run to run.
 */
final class NoiseCheck implements CaseCheck {

    private static final Pattern BY_RATIO = Pattern.compile("(shot|detector_snr)_(-?[0-9.]+)dB");
    private static final Pattern DRAWS = Pattern.compile("over (\\d+) draws");
    private static final Pattern READOUT_SIGMA = Pattern.compile("([0-9.]+) ?\\* ?g");

    /** Widths of the scatter that two independent statistics may be apart. */
    private static final double SCATTERS = 5;

    private static final int USUAL_DRAWS = 200;
    private static final long SEED = 20;

    /**
     * A noise model and what it should do to one image.
     *
     * @param clean the noiseless intensity
     * @param sigma the standard deviation stated for each pixel
     * @param noisy makes one noisy copy from standard normal numbers
     */
    private record Model(double[] clean, double[] sigma, Function<DoubleSupplier, float[]> noisy) {}

    @Override
    public void check(CaseRun run) {
        GoldenCase golden = run.golden();
        float[] input = golden.array("input").floats();
        Matcher stated = DRAWS.matcher(golden.description());
        int draws = stated.find() ? Integer.parseInt(stated.group(1)) : USUAL_DRAWS;
        for (Map.Entry<String, JsonNode> entry : golden.scalars().properties()) {
            Model model = model(entry.getKey(), entry.getValue(), input);
            if (model != null) {
                run.takeScalar(entry.getKey());
                compare(run, entry.getKey(), entry.getValue(), model, draws);
            }
        }
    }

    /** The model of an expected number's name and settings; null when it is not understood. */
    private static Model model(String name, JsonNode settings, float[] input) {
        double peak = map(input, value -> value).max().orElse(0);
        Matcher byRatio = BY_RATIO.matcher(name);
        if (byRatio.matches()) {
            double snr = Double.parseDouble(byRatio.group(2));
            double share = Math.pow(10, -snr / 20);
            if (byRatio.group(1).equals("shot")) {
                ShotNoise shot = new ShotNoise(snr);
                return new Model(
                        map(input, amplitude -> amplitude * amplitude).toArray(),
                        map(input, amplitude -> amplitude * share).toArray(),
                        normals -> shot.intensityOfOriginal(input, normals));
            }
            DetectorNoise detector = new DetectorNoise(snr);
            return intensity(input, value -> peak * share, normals -> detector.applyToIntensity(input, normals));
        }
        if (name.equals("detector_components")) {
            double photons = settings.path("photon_scale").asDouble();
            double read = settings.path("read_noise_fraction").asDouble();
            double dark = settings.path("dark_current_fraction").asDouble();
            DetectorComponents detector = new DetectorComponents(photons, read, dark);
            DoubleUnaryOperator sigma = value ->
                    Math.sqrt((value * photons + 1) / (photons * photons) + peak * peak * (read * read + dark * dark));
            return intensity(input, sigma, normals -> detector.applyToIntensity(input, normals));
        }
        Matcher readout = READOUT_SIGMA.matcher(settings.path("formula").asText());
        if (name.equals("readout") && readout.find()) {
            ReadoutNoise noise = new ReadoutNoise(Double.parseDouble(readout.group(1)));
            return intensity(input, value -> noise.sigma(), normals -> noise.applyToIntensity(input, normals));
        }
        return null;
    }

    private static Model intensity(float[] input, DoubleUnaryOperator sigma, Function<DoubleSupplier, float[]> noisy) {
        return new Model(map(input, value -> value).toArray(), map(input, sigma).toArray(), noisy);
    }

    private static void compare(CaseRun run, String name, JsonNode expected, Model model, int draws) {
        NormalGenerator random = new NormalGenerator(SEED);
        int residuals = 0;
        double sum = 0;
        double squares = 0;
        double total = 0;
        double minimum = Double.POSITIVE_INFINITY;
        for (int draw = 0; draw < draws; draw++) {
            float[] noisy = model.noisy().apply(random::nextNormal);
            for (int i = 0; i < noisy.length; i++) {
                total += noisy[i];
                minimum = Math.min(minimum, noisy[i]);
                if (model.sigma()[i] > 0) { // a dark pixel has no shot noise to normalise
                    double residual = (noisy[i] - model.clean()[i]) / model.sigma()[i];
                    residuals++;
                    sum += residual;
                    squares += residual * residual;
                }
            }
        }
        double mean = sum / residuals;
        double deviation = Math.sqrt(squares / residuals - mean * mean);
        double values = (double) draws * model.clean().length;
        double power = Arrays.stream(model.sigma())
                .map(sigma -> sigma * sigma)
                .average()
                .orElse(0);
        double widest = Arrays.stream(model.sigma()).max().orElse(0);
        double pair = SCATTERS * Math.sqrt(2);

        within(run, expected, name, "mean_of_normalised_residual", mean, pair / Math.sqrt(residuals));
        within(run, expected, name, "std_of_normalised_residual", deviation, pair / Math.sqrt(2.0 * residuals));
        within(run, expected, name, "mean_image_mean", total / values, pair * Math.sqrt(power / values));
        // an extreme scatters by about one standard deviation, but a clamp is exact
        double clamped = expected.path("min_value").asDouble() == 0 ? 0 : 2 * widest;
        within(run, expected, name, "min_value", minimum, clamped);
        if (expected.has("expected_mean_image_mean")) {
            double cleanMean = Arrays.stream(model.clean()).average().orElse(0);
            run.scalarIn(expected, "expected_mean_image_mean", name + " expected mean", cleanMean, 0);
        }
    }

    private static void within(
            CaseRun run, JsonNode expected, String name, String statistic, double actual, double tolerance) {
        if (expected.has(statistic)) {
            double error = Math.abs(actual - expected.get(statistic).asDouble(Double.NaN));
            run.compared(name + ' ' + statistic, error, tolerance);
        }
    }

    private static DoubleStream map(float[] values, DoubleUnaryOperator function) {
        return IntStream.range(0, values.length).mapToDouble(i -> function.applyAsDouble(values[i]));
    }
}
