// SPDX-License-Identifier: Apache-2.0
package fizeau.kernels;

/**
 * Parameters of {@code image_sums}: per image and block the sums of x, y, x^2, y^2, x y and (x - y)^2, with x the estimate and
 * y the reference. {@code sum_rows} over {@code images * SUMS} rows of {@code blocks} values finishes them.
 *
 * @param estimate first sample of the part that counts
 * @param reference first sample of the part that counts
 * @param partials result, {@code double[images][SUMS][blocks]}
 * @param estimateStride samples from one image to the next
 * @param referenceStride samples from one image to the next; 0: all have the same reference
 * @param ny rows that count
 * @param nx columns that count
 * @param estimatePitch samples from one row to the next
 * @param referencePitch samples from one row to the next
 * @param images number of images
 * @param blocks blocks per image; block b takes rows b, b + blocks, ...
 */
public record ImageSumsParameters(
        DeviceAddress estimate,
        DeviceAddress reference,
        DeviceAddress partials,
        long estimateStride,
        long referenceStride,
        int ny,
        int nx,
        int estimatePitch,
        int referencePitch,
        int images,
        int blocks)
        implements KernelParameters {

    /** Sums per image: {@code IMAGE_SUMS} of {@code metrics.cu}. */
    public static final int SUMS = 6;

    public ImageSumsParameters {
        if (ny < 1 || nx < 1 || estimatePitch < nx || referencePitch < nx) {
            throw new IllegalArgumentException("image part of " + ny + " x " + nx + " samples in rows of "
                    + estimatePitch + " and " + referencePitch + ": it must not be empty nor wider than its rows");
        }
    }

    @Override
    public LaunchShape launchShape() {
        return LaunchShape.perRow(blocks, images, 0);
    }
}
