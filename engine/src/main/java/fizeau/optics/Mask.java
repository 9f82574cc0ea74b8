// SPDX-License-Identifier: Apache-2.0
package fizeau.optics;

import java.util.Arrays;
import java.util.Objects;

/**
 * The set of spectrum samples that an aperture, or a union of apertures, lets through. Immutable. Compares by content;
 * the digest of the content is computed once, so that a mask can be part of a cache key at no cost per look-up. Only the
 * samples inside the bounding box are kept, so that an aperture costs the same in frames of any size.
 */
public final class Mask {
    private final Shape shape;
    private final Box bounds;
    private final boolean[] inside;
    private final int openCount;
    private final int digest;

    /** @param bounds smallest box with every open sample, whose samples are {@code inside}, row-major */
    private Mask(Shape shape, Box bounds, boolean[] inside) {
        this.shape = shape;
        this.bounds = bounds;
        this.inside = inside;
        int count = 0;
        for (boolean sample : inside) {
            if (sample) {
                count++;
            }
        }
        this.openCount = count;
        this.digest = Objects.hash(shape, bounds, Arrays.hashCode(inside));
    }

    /** A mask of {@code shape.count()} samples, row-major; the array is copied. */
    public static Mask of(Shape shape, boolean[] open) {
        if (open.length != shape.count()) {
            throw new IllegalArgumentException(
                    "mask of " + shape + " needs " + shape.count() + " samples, got " + open.length);
        }
        return within(shape, wholeOf(shape), open);
    }

    /**
     * A mask that is closed outside a box.
     *
     * @param box inside the shape
     * @param open {@code box.count()} samples, row-major; copied
     */
    public static Mask within(Shape shape, Box box, boolean[] open) {
        if (open.length != box.count()) {
            throw new IllegalArgumentException(
                    "mask inside " + box + " needs " + box.count() + " samples, got " + open.length);
        }
        if (box.isEmpty()) {
            return closed(shape);
        }
        if (!wholeOf(shape).contains(box)) {
            throw new IllegalArgumentException(box + " does not lie inside a mask of " + shape);
        }
        Box bounds = boundsOf(box, open);
        boolean[] inside = new boolean[bounds.count()];
        for (int y = 0; y < bounds.height(); y++) {
            int from = (bounds.top() - box.top() + y) * box.width() + bounds.left() - box.left();
            System.arraycopy(open, from, inside, y * bounds.width(), bounds.width());
        }
        return new Mask(shape, bounds, inside);
    }

    /** The mask that lets nothing through. */
    public static Mask closed(Shape shape) {
        return new Mask(shape, Box.EMPTY, new boolean[0]);
    }

    /** The mask that lets everything through. */
    public static Mask open(Shape shape) {
        boolean[] all = new boolean[shape.count()];
        Arrays.fill(all, true);
        return new Mask(shape, wholeOf(shape), all);
    }

    public Shape shape() {
        return shape;
    }

    public boolean isOpen(int y, int x) {
        int row = y - bounds.top();
        int column = x - bounds.left();
        return row >= 0
                && row < bounds.height()
                && column >= 0
                && column < bounds.width()
                && inside[row * bounds.width() + column];
    }

    /** Whether the sample at a row-major index lets light through. */
    public boolean isOpen(int index) {
        return isOpen(index / shape.nx(), index % shape.nx());
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
        return (double) openCount / shape.count();
    }

    /** Memory of the samples. */
    public long bytes() {
        return inside.length;
    }

    public Mask union(Mask other) {
        if (!shape.equals(other.shape)) {
            throw new IllegalArgumentException("cannot unite masks of " + shape + " and " + other.shape);
        }
        Box hull = bounds.hull(other.bounds);
        boolean[] either = new boolean[hull.count()];
        addTo(hull, either);
        other.addTo(hull, either);
        return new Mask(shape, hull, either);
    }

    /** A copy as 0 and 1, row-major. */
    public byte[] toBytes() {
        byte[] bytes = new byte[shape.count()];
        for (int y = 0; y < bounds.height(); y++) {
            int row = shape.index(bounds.top() + y, bounds.left());
            for (int x = 0; x < bounds.width(); x++) {
                bytes[row + x] = (byte) (inside[y * bounds.width() + x] ? 1 : 0);
            }
        }
        return bytes;
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof Mask mask
                && (mask == this
                        || (mask.digest == digest
                                && mask.shape.equals(shape)
                                && mask.bounds.equals(bounds)
                                && Arrays.equals(mask.inside, inside)));
    }

    @Override
    public int hashCode() {
        return digest;
    }

    @Override
    public String toString() {
        return "mask of " + shape + ", " + openCount + " open in " + bounds;
    }

    private void addTo(Box box, boolean[] samples) {
        for (int y = 0; y < bounds.height(); y++) {
            int row = (bounds.top() - box.top() + y) * box.width() + bounds.left() - box.left();
            for (int x = 0; x < bounds.width(); x++) {
                samples[row + x] |= inside[y * bounds.width() + x];
            }
        }
    }

    private static Box wholeOf(Shape shape) {
        return new Box(0, 0, shape.ny(), shape.nx());
    }

    private static Box boundsOf(Box box, boolean[] open) {
        int top = box.height();
        int bottom = -1;
        int left = box.width();
        int right = -1;
        for (int y = 0; y < box.height(); y++) {
            for (int x = 0; x < box.width(); x++) {
                if (open[y * box.width() + x]) {
                    top = Math.min(top, y);
                    bottom = y;
                    left = Math.min(left, x);
                    right = Math.max(right, x);
                }
            }
        }
        return bottom < 0 ? Box.EMPTY : new Box(box.top() + top, box.left() + left, bottom - top + 1, right - left + 1);
    }
}
