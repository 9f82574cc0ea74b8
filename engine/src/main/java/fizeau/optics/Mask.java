// SPDX-License-Identifier: Apache-2.0
package fizeau.optics;

import java.util.Arrays;

/**
 * The set of spectrum samples that an aperture, or a union of apertures, lets through. Immutable. Compares by content;
 * the digest of the content is computed once, so that a mask can be part of a cache key at no cost per look-up.
 */
public final class Mask {
    private final Shape shape;
    private final boolean[] open;
    private final Box bounds;
    private final int openCount;
    private final int digest;

    private Mask(Shape shape, boolean[] open) {
        this.shape = shape;
        this.open = open;
        this.bounds = boundsOf(shape, open);
        int count = 0;
        for (boolean sample : open) {
            if (sample) {
                count++;
            }
        }
        this.openCount = count;
        this.digest = 31 * shape.hashCode() + Arrays.hashCode(open);
    }

    /** A mask of {@code shape.count()} samples, row-major; the array is copied. */
    public static Mask of(Shape shape, boolean[] open) {
        if (open.length != shape.count()) {
            throw new IllegalArgumentException(
                    "mask of " + shape + " needs " + shape.count() + " samples, got " + open.length);
        }
        return new Mask(shape, open.clone());
    }

    /** The mask that lets nothing through. */
    public static Mask closed(Shape shape) {
        return new Mask(shape, new boolean[shape.count()]);
    }

    /** The mask that lets everything through. */
    public static Mask open(Shape shape) {
        boolean[] all = new boolean[shape.count()];
        Arrays.fill(all, true);
        return new Mask(shape, all);
    }

    public Shape shape() {
        return shape;
    }

    public boolean isOpen(int y, int x) {
        return open[shape.index(y, x)];
    }

    /** Whether the sample at a row-major index lets light through. */
    public boolean isOpen(int index) {
        return open[index];
    }

    /** Smallest box that holds every open sample; {@link Box#EMPTY} when none is open. */
    public Box bounds() {
        return bounds;
    }

    /** Number of open samples. */
    public int openCount() {
        return openCount;
    }

    /** Open share of all samples, 0 to 1. */
    public double coverage() {
        return (double) openCount / open.length;
    }

    public Mask union(Mask other) {
        if (!shape.equals(other.shape)) {
            throw new IllegalArgumentException("cannot unite masks of " + shape + " and " + other.shape);
        }
        boolean[] either = open.clone();
        for (int i = 0; i < either.length; i++) {
            either[i] |= other.open[i];
        }
        return new Mask(shape, either);
    }

    /** A copy as 0 and 1, row-major. */
    public byte[] toBytes() {
        byte[] bytes = new byte[open.length];
        for (int i = 0; i < open.length; i++) {
            bytes[i] = (byte) (open[i] ? 1 : 0);
        }
        return bytes;
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof Mask mask
                && (mask == this
                        || (mask.digest == digest && mask.shape.equals(shape) && Arrays.equals(mask.open, open)));
    }

    @Override
    public int hashCode() {
        return digest;
    }

    @Override
    public String toString() {
        return "mask of " + shape + ", " + openCount + " open in " + bounds;
    }

    private static Box boundsOf(Shape shape, boolean[] open) {
        int top = shape.ny();
        int bottom = -1;
        int left = shape.nx();
        int right = -1;
        for (int y = 0; y < shape.ny(); y++) {
            for (int x = 0; x < shape.nx(); x++) {
                if (open[shape.index(y, x)]) {
                    top = Math.min(top, y);
                    bottom = y;
                    left = Math.min(left, x);
                    right = Math.max(right, x);
                }
            }
        }
        return bottom < 0 ? Box.EMPTY : new Box(top, left, bottom - top + 1, right - left + 1);
    }
}
