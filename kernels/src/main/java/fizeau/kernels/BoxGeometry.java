// SPDX-License-Identifier: Apache-2.0
package fizeau.kernels;

/**
 * A frame whose masks vanish outside a box: the struct of the same name. Where the box of an entry lies is data on the device.
 *
 * @param frame the frame
 * @param boxNy rows of the box
 * @param boxNx columns of the box
 */
public record BoxGeometry(FrameGeometry frame, int boxNy, int boxNx) {

    /** Bytes of a C {@code float2}. */
    static final int COMPLEX_BYTES = 8;

    /** Columns that share their roots of unity where the width of the frame allows it: see {@code measure.cu}. */
    private static final int SHARED_ROOTS_RADIX = 4;

    public BoxGeometry {
        if (boxNy < 1 || boxNx < 1 || boxNy > frame.ny() || boxNx > frame.nx()) {
            throw new IllegalArgumentException("box of " + boxNy + " x " + boxNx
                    + " samples: its edges must be from 1 to those of the frame, " + frame.ny() + " x " + frame.nx());
        }
    }

    /** The fastest radix of the row transforms for this frame. */
    public int fastestRadix() {
        return frame.nx() % SHARED_ROOTS_RADIX == 0 ? SHARED_ROOTS_RADIX : 1;
    }

    void requireRadix(int radix) {
        if (radix != 1 && radix != SHARED_ROOTS_RADIX || frame.nx() % radix != 0) {
            throw new IllegalArgumentException("radix " + radix + " for rows of " + frame.nx() + " samples: use 1, or "
                    + SHARED_ROOTS_RADIX + " where it divides the row");
        }
    }

    /** Largest number of column factors of one field row, padded at both ends to groups of {@code radix}. */
    long paddedColumns(int radix) {
        return boxNx + 2L * (radix - 1);
    }
}
