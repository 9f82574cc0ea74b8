// SPDX-License-Identifier: Apache-2.0
package fizeau.kernels;

/**
 * Parameters of {@code similarity}: structural similarity summed over each row of its map. {@code sum_rows} over
 * {@code images} rows of {@code ny - 2 border} values finishes it.
 *
 * @param estimate {@code float[images][ny][nx]}
 * @param reference the same, or one image
 * @param window {@code double[2 radius + 1]}: weights along one axis, their sum 1
 * @param rowSums result, {@code double[images][ny - 2 border]}
 * @param estimateStride samples from one image to the next
 * @param referenceStride samples from one image to the next; 0: all have the same reference
 * @param meanConstant stabilises where both images are dark
 * @param varianceConstant stabilises where both images are flat
 * @param radius of the window
 * @param border rows and columns at each edge of the map that do not count
 */
public record SimilarityParameters(
        DeviceAddress estimate,
        DeviceAddress reference,
        DeviceAddress window,
        DeviceAddress rowSums,
        long estimateStride,
        long referenceStride,
        double meanConstant,
        double varianceConstant,
        int ny,
        int nx,
        int images,
        int radius,
        int border)
        implements KernelParameters {

    public SimilarityParameters {
        if (radius < 0 || border < 0 || ny <= 2 * border || nx <= 2 * border) {
            throw new IllegalArgumentException("similarity of " + ny + " x " + nx + " samples with radius " + radius
                    + " and border " + border + ": neither may be negative, and the border must leave something");
        }
    }

    @Override
    public LaunchShape launchShape() {
        return LaunchShape.perRow(ny - 2 * border, images, 0);
    }
}
