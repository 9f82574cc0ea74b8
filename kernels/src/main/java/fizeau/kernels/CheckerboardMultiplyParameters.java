// SPDX-License-Identifier: Apache-2.0
package fizeau.kernels;

/**
 * Parameters of {@code checkerboard_multiply}: a field times {@code scale * (-1)^(y + x)}, in place.
 *
 * @param field complex {@code [images][ny][nx]}
 * @param ny rows
 * @param nx columns
 */
public record CheckerboardMultiplyParameters(DeviceAddress field, int ny, int nx, int images, float scale)
        implements KernelParameters {

    /**
     * The scale with which one of the two checkerboards around an unscaled transform makes it the centred unitary one; the
     * other takes 1. Both edges must be even: a checkerboard cannot shift by half an odd edge.
     */
    public static float centringScale(int ny, int nx) {
        if (ny < 2 || nx < 2 || ny % 2 != 0 || nx % 2 != 0) {
            throw new IllegalArgumentException("a checkerboard cannot centre the transform of " + ny + " x " + nx
                    + " samples: both edges must be even");
        }
        double sign = (ny / 2 + nx / 2) % 2 == 0 ? 1 : -1;
        return (float) (sign / Math.sqrt((double) ny * nx));
    }

    @Override
    public LaunchShape launchShape() {
        return LaunchShape.perRow(ny, images, 0);
    }
}
