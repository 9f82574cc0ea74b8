// SPDX-License-Identifier: Apache-2.0
package fizeau.kernels;

/**
 * A detector frame, the real objects embedded in it and the masks each is seen through: the struct of the same name. Entry
 * {@code object * masksPerObject + mask} numbers all pairs of object and mask.
 *
 * @param ny rows of the frame
 * @param nx columns of the frame
 * @param objectNy rows of an object
 * @param objectNx columns of an object
 * @param objectTop row of the frame where an object starts
 * @param objectLeft column of the frame where an object starts
 * @param objects number of objects
 * @param masksPerObject number of masks for each object
 */
public record FrameGeometry(
        int ny, int nx, int objectNy, int objectNx, int objectTop, int objectLeft, int objects, int masksPerObject) {

    /** Largest edge whose square, a sample index within one image, still fits a C int. */
    public static final int MAX_EDGE = 46340;

    public FrameGeometry {
        if (ny < 1 || nx < 1 || ny > MAX_EDGE || nx > MAX_EDGE) {
            throw new IllegalArgumentException(
                    "frame of " + ny + " x " + nx + " samples: both edges must be from 1 to " + MAX_EDGE);
        }
        if (objectNy < 1
                || objectNx < 1
                || objectTop < 0
                || objectLeft < 0
                || objectTop > ny - objectNy
                || objectLeft > nx - objectNx) {
            throw new IllegalArgumentException("object of " + objectNy + " x " + objectNx + " samples at (" + objectTop
                    + ", " + objectLeft + ") does not lie in the frame of " + ny + " x " + nx
                    + ": use a smaller object or a larger frame");
        }
        if (objects < 1 || masksPerObject < 1 || (long) objects * masksPerObject > LaunchShape.MAX_GRID_Y) {
            throw new IllegalArgumentException("batch of " + objects + " objects with " + masksPerObject
                    + " masks each: both must be at least 1 and their product at most " + LaunchShape.MAX_GRID_Y);
        }
    }

    /** Objects embedded in the middle: the row before the first is {@code (ny - objectNy) / 2} rows from the edge. */
    public static FrameGeometry centred(int ny, int nx, int objectNy, int objectNx, int objects, int masksPerObject) {
        return new FrameGeometry(
                ny, nx, objectNy, objectNx, (ny - objectNy) / 2, (nx - objectNx) / 2, objects, masksPerObject);
    }

    /** Pairs of object and mask. */
    public int entries() {
        return objects * masksPerObject;
    }
}
