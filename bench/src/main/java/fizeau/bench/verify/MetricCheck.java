// SPDX-License-Identifier: Apache-2.0
package fizeau.bench.verify;

import com.fasterxml.jackson.databind.JsonNode;
import fizeau.metric.OriginalFraming;
import fizeau.metric.OriginalScenes;
import fizeau.metric.PixelErrors;
import fizeau.metric.SizedImage;
import fizeau.metric.StructuralSimilarity;
import fizeau.optics.Shape;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Group {@code metric}: quality of images, the original's cropping and padding, and its ways to make objects. */
final class MetricCheck implements CaseCheck {

    private static final Pattern FRAMING = Pattern.compile("(crop|pad|crop_pad)_(\\d+)");
    private static final Pattern SOURCES = Pattern.compile("k(\\d+)");

    @Override
    public void check(CaseRun run) {
        GoldenCase golden = run.golden();
        if (golden.hasArray("img1") && golden.hasArray("img2")) {
            checkQuality(run);
        } else if (golden.hasArray("ramp")) {
            checkFraming(run);
        } else if (golden.hasArray("grey_u8")) {
            checkLoading(run);
        } else if (golden.hasParameter("sample_diameter")) {
            checkPointSources(run);
        } else {
            throw new IllegalArgumentException(
                    "case " + golden.name() + " holds no images, ramp, picture or point sources to check");
        }
    }

    private static void checkQuality(CaseRun run) {
        SizedImage image = image(run.golden().array("img1"));
        SizedImage reference = image(run.golden().array("img2"));
        run.takeScalar("rows");
        for (JsonNode row : run.golden().scalars().path("rows")) {
            checkRow(run, row, image, reference);
        }
    }

    private static void checkRow(CaseRun run, JsonNode row, SizedImage image, SizedImage reference) {
        JsonNode size = row.path("size");
        SizedImage first = size.isNumber() ? OriginalFraming.cropImage(image, size.intValue()) : image;
        SizedImage second = size.isNumber() ? OriginalFraming.cropImage(reference, size.intValue()) : reference;
        Shape shape = first.shape();
        float[] a = first.pixels();
        float[] b = second.pixels();
        String label = " at size " + size.asText();
        run.scalarIn(row, "psnr", "psnr" + label, PixelErrors.peakSignalToNoise(a, b, 1), 0);
        if (row.has("psnr_range_half")) {
            double half = PixelErrors.peakSignalToNoise(a, b, 0.5);
            run.scalarIn(row, "psnr_range_half", "psnr_range_half" + label, half, 0);
        }
        run.scalarIn(row, "rmse_percent", "rmse_percent" + label, PixelErrors.rootMeanSquareErrorPercent(a, b), 0);
        run.scalarIn(row, "ssim", "ssim" + label, StructuralSimilarity.of(a, b, shape), 1);
        JsonNode cropped = row.path("cropped_shape");
        if (cropped.path(0).intValue() != shape.ny() || cropped.path(1).intValue() != shape.nx()) {
            run.fail("cropped_shape" + label, "expected " + cropped + ", got " + shape);
        }
    }

    private static void checkFraming(CaseRun run) {
        SizedImage ramp = image(run.golden().array("ramp"));
        for (GoldenArray expected : run.golden().arrays().values()) {
            Matcher name = FRAMING.matcher(expected.name());
            if (!expected.output() || !name.matches()) {
                continue;
            }
            int size = Integer.parseInt(name.group(2));
            SizedImage framed = switch (name.group(1)) {
                case "crop" -> OriginalFraming.cropImage(ramp, size);
                case "pad" -> OriginalFraming.padImage(ramp, size);
                default -> OriginalFraming.cropOrPad(ramp, size);
            };
            if (framed.shape().equals(expected.imageShape())) {
                run.array(expected.name(), framed.pixels());
            } else {
                run.fail(expected.name(), "expected " + expected.imageShape() + " pixels, got " + framed.shape());
            }
        }
    }

    private static void checkLoading(CaseRun run) {
        GoldenCase golden = run.golden();
        GoldenArray grey = golden.array("grey_u8");
        Shape shape = grey.imageShape();
        if (run.expects("plain")) {
            run.array("plain", OriginalScenes.normalisedRoot(grey.floats()));
        }
        if (run.expects("padded")) {
            int size = golden.integer("padded_size");
            run.array(
                    "padded",
                    OriginalScenes.amplitude(grey.bytes(), shape, size, false).pixels());
        }
        if (run.expects("inverted")) {
            int size = golden.integer("padded_size_inverted");
            run.array(
                    "inverted",
                    OriginalScenes.amplitude(grey.bytes(), shape, size, true).pixels());
        }
    }

    private static void checkPointSources(CaseRun run) {
        GoldenCase golden = run.golden();
        Shape shape = Shape.square(golden.integer("image_size"));
        double diameter = golden.number("sample_diameter");
        double spacing = golden.number("spacing");
        for (GoldenArray expected : golden.arrays().values()) {
            Matcher name = SOURCES.matcher(expected.name());
            if (name.matches()) {
                int sources = Integer.parseInt(name.group(1));
                run.masks(expected.name(), OriginalScenes.pointSources(shape, sources, diameter, spacing));
            }
        }
    }

    private static SizedImage image(GoldenArray array) {
        return new SizedImage(array.floats(), array.imageShape());
    }
}
