// SPDX-License-Identifier: Apache-2.0
package fizeau.backend.cuda;

import fizeau.backend.ImageMetrics;
import fizeau.backend.Inputs;
import fizeau.backend.cuda.raw.DeviceMemory;
import fizeau.kernels.DeviceAddress;
import fizeau.kernels.ImageSumsParameters;
import fizeau.kernels.SimilarityParameters;
import fizeau.kernels.SumRowsParameters;
import fizeau.metric.ImageQuality;
import fizeau.metric.StructuralSimilarity;
import fizeau.optics.Shape;
import java.util.ArrayList;
import java.util.List;

/** Image quality by sums on the device; of every image only seven numbers come back. Owns nothing between calls. */
final class CudaImageMetrics implements ImageMetrics {

    /** Enough blocks per image to fill a device with a few images; more do not help. */
    private static final int MAX_BLOCKS = 64;

    /** Below this share of the mean square a variance is rounding: the image is constant. */
    private static final double ROUNDING = 1e-14;

    private final Shape shape;
    private final CudaSession session;
    private boolean open = true;

    CudaImageMetrics(Shape shape, CudaSession session) {
        this.shape = shape;
        this.session = session;
    }

    @Override
    public List<ImageQuality> of(float[] images, int count, float[] reference) {
        if (!open) {
            throw new IllegalStateException("image metrics of " + shape + " are closed");
        }
        Inputs.requireImages(shape, images, count, reference);
        int blocks = Math.min(MAX_BLOCKS, shape.ny());
        int border = StructuralSimilarity.border(shape);
        int rows = shape.ny() - 2 * border;
        double[] window = StructuralSimilarity.window();
        int sums = count * ImageSumsParameters.SUMS;
        long partials = Math.max((long) sums * blocks, (long) count * rows);
        try (DeviceMemory estimate = session.upload(images, count + " images of " + shape);
                DeviceMemory truth = session.upload(reference, "a reference of " + shape);
                DeviceMemory weights = session.upload(window, "a window");
                DeviceMemory partial = session.allocate(Double.BYTES * partials, "partial sums");
                DeviceMemory total = session.allocate((long) Double.BYTES * sums, "sums");
                DeviceMemory similar = session.allocate((long) Double.BYTES * count, "similarities")) {
            session.launch(new ImageSumsParameters(
                    estimate.address(),
                    truth.address(),
                    partial.address(),
                    shape.count(),
                    0,
                    shape.ny(),
                    shape.nx(),
                    shape.nx(),
                    shape.nx(),
                    count,
                    blocks));
            session.launch(new SumRowsParameters(partial.address(), total.address(), DeviceAddress.NULL, sums, blocks));
            session.launch(new SimilarityParameters(
                    estimate.address(),
                    truth.address(),
                    weights.address(),
                    partial.address(),
                    shape.count(),
                    0,
                    StructuralSimilarity.MEAN_CONSTANT,
                    StructuralSimilarity.VARIANCE_CONSTANT,
                    shape.ny(),
                    shape.nx(),
                    count,
                    window.length / 2,
                    border));
            session.launch(
                    new SumRowsParameters(partial.address(), similar.address(), DeviceAddress.NULL, count, rows));
            double[] totals = session.downloadDoubles(total, sums);
            double[] similarities = session.downloadDoubles(similar, count);
            double compared = (double) rows * (shape.nx() - 2 * border);
            List<ImageQuality> qualities = new ArrayList<>();
            for (int i = 0; i < count; i++) {
                qualities.add(quality(totals, i * ImageSumsParameters.SUMS, similarities[i] / compared));
            }
            return List.copyOf(qualities);
        }
    }

    /** From the sums of x, y, x^2, y^2, x y and (x - y)^2. */
    private ImageQuality quality(double[] sums, int first, double similarity) {
        double count = shape.count();
        double meanX = sums[first] / count;
        double meanY = sums[first + 1] / count;
        double varianceX = variance(sums[first + 2] / count, meanX);
        double varianceY = variance(sums[first + 3] / count, meanY);
        double covariance = sums[first + 4] / count - meanX * meanY;
        double meanSquaredError = sums[first + 5] / count;
        double rootMeanSquareError = Math.sqrt(meanSquaredError);
        return new ImageQuality(
                20 * Math.log10(1 / rootMeanSquareError),
                similarity,
                rootMeanSquareError,
                meanSquaredError,
                varianceX == 0 || varianceY == 0 ? Double.NaN : covariance / Math.sqrt(varianceX * varianceY));
    }

    private static double variance(double meanSquare, double mean) {
        double variance = meanSquare - mean * mean;
        return variance > ROUNDING * meanSquare ? variance : 0;
    }

    @Override
    public void close() {
        open = false;
    }
}
