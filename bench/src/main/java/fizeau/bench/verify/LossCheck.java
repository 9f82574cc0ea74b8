// SPDX-License-Identifier: Apache-2.0
package fizeau.bench.verify;

import com.fasterxml.jackson.databind.JsonNode;
import fizeau.optics.Shape;
import fizeau.reconstruct.loss.AbsoluteLoss;
import fizeau.reconstruct.loss.DualLoss;
import fizeau.reconstruct.loss.FastSimilarityLoss;
import fizeau.reconstruct.loss.GaussianWindow;
import fizeau.reconstruct.loss.ImageLoss;
import fizeau.reconstruct.loss.LossType;
import fizeau.reconstruct.loss.MultiScaleSimilarityLoss;
import fizeau.reconstruct.loss.SimilarityLoss;
import fizeau.reconstruct.loss.SquaredLoss;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Group {@code loss}: losses and their gradients on given images, the similarity window, old and new loss, retry order. */
final class LossCheck implements CaseCheck {

    private static final Pattern FAST = Pattern.compile("fast_dssim_max(\\d+)");

    @Override
    public void check(CaseRun run) {
        GoldenCase golden = run.golden();
        if (golden.hasArray("pred") || golden.hasArray("pred_u8")) {
            checkStrategies(run);
        } else if (run.expects("w")) {
            GaussianWindow window = new GaussianWindow(golden.integer("window"), golden.number("sigma"));
            run.array("w", window.toImage());
        } else if (golden.hasArray("input") && golden.hasArray("target")) {
            checkOldAndNew(run);
        } else if (run.expectsScalar("order")) {
            checkRetryOrder(run);
        } else {
            throw new IllegalArgumentException("case " + golden.name() + " holds no images, window or order to check");
        }
    }

    private static void checkStrategies(CaseRun run) {
        GoldenCase golden = run.golden();
        requireStandardSimilarity(golden);
        float[] prediction = image(golden, "pred");
        float[] target = image(golden, "target");
        Shape shape = (golden.hasArray("pred") ? golden.array("pred") : golden.array("pred_u8")).imageShape();
        for (String name : scalarNames(golden)) {
            Quantity quantity = quantity(name);
            if (quantity != null) {
                run.scalar(name, quantity.of(quantity.loss().value(prediction, target, shape)), 1);
            }
        }
        for (String name : gradientNames(golden)) {
            Quantity quantity = quantity(name.substring("grad_".length()));
            if (quantity != null) {
                float[] gradient = new float[prediction.length];
                quantity.loss().gradient(prediction, target, shape, gradient);
                double[] derivative = new double[gradient.length];
                for (int i = 0; i < gradient.length; i++) {
                    derivative[i] = quantity.derivative() * gradient[i];
                }
                run.array(name, derivative);
            }
        }
    }

    /** A stored quantity: a loss, or the similarity {@code 1 - 2 loss} it was made from. */
    private record Quantity(ImageLoss loss, boolean similarity) {

        double of(double value) {
            return similarity ? 1 - 2 * value : value;
        }

        double derivative() {
            return similarity ? -2 : 1;
        }
    }

    private static Quantity quantity(String name) {
        Matcher fast = FAST.matcher(name);
        if (fast.matches()) {
            return new Quantity(new FastSimilarityLoss(Integer.parseInt(fast.group(1))), false);
        }
        return switch (name) {
            case "l1" -> new Quantity(new AbsoluteLoss(false), false);
            case "l2" -> new Quantity(new SquaredLoss(false), false);
            case "dssim" -> new Quantity(new SimilarityLoss(), false);
            case "ssim_value" -> new Quantity(new SimilarityLoss(), true);
            case "ms_dssim" -> new Quantity(new MultiScaleSimilarityLoss(), false);
            case "ms_ssim_value" -> new Quantity(new MultiScaleSimilarityLoss(), true);
            default -> null;
        };
    }

    private static void checkOldAndNew(CaseRun run) {
        GoldenCase golden = run.golden();
        float[] input = golden.array("input").floats();
        float[] targets = golden.array("target").floats();
        Shape shape = golden.array("input").imageShape();
        if (input.length != shape.count() || targets.length != 2 * input.length) {
            throw new IllegalArgumentException(
                    "case " + golden.name() + " needs one input image and its old and new target");
        }
        float[] old = Arrays.copyOfRange(targets, 0, input.length);
        float[] fresh = Arrays.copyOfRange(targets, input.length, targets.length);
        for (String name : scalarNames(golden)) {
            DualLoss loss = DualLoss.against(LossWords.loss(name, golden), old, fresh, shape);
            DualLoss.Values values = loss.values(input, input);
            run.scalars(name, new double[] {values.old(), values.fresh()}, 1);
        }
    }

    private static void checkRetryOrder(CaseRun run) {
        for (Map.Entry<String, JsonNode> order :
                run.golden().scalars().get("order").properties()) {
            List<String> expected = new ArrayList<>();
            order.getValue().forEach(word -> expected.add(word.asText()));
            List<String> actual = LossType.parse(order.getKey()).retryOrder().stream()
                    .map(LossType::word)
                    .toList();
            run.exact("order", actual, expected);
        }
    }

    private static void requireStandardSimilarity(GoldenCase golden) {
        if (golden.number("ssim_window", 11) != GaussianWindow.SIMILARITY.edge()
                || golden.number("ssim_sigma", 1.5) != 1.5
                || golden.number("data_range", 1) != 1) {
            throw new IllegalArgumentException("case " + golden.name()
                    + " uses another similarity window or data range than 11 px, sigma 1.5, range 1");
        }
    }

    private static float[] image(GoldenCase golden, String name) {
        if (golden.hasArray(name)) {
            return golden.array(name).floats();
        }
        float[] image = golden.array(name + "_u8").floats();
        for (int i = 0; i < image.length; i++) {
            image[i] /= 255f;
        }
        return image;
    }

    private static Iterable<String> scalarNames(GoldenCase golden) {
        TreeSet<String> names = new TreeSet<>();
        golden.scalars().properties().forEach(scalar -> names.add(withoutPrecision(scalar.getKey())));
        return names;
    }

    private static Iterable<String> gradientNames(GoldenCase golden) {
        TreeSet<String> names = new TreeSet<>();
        golden.arrays().keySet().stream()
                .filter(name -> name.startsWith("grad_"))
                .forEach(name -> names.add(withoutPrecision(name)));
        return names;
    }

    private static String withoutPrecision(String name) {
        return name.endsWith("_f64") ? name.substring(0, name.length() - "_f64".length()) : name;
    }
}
