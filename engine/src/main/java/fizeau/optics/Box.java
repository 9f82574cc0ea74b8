// SPDX-License-Identifier: Apache-2.0
package fizeau.optics;

/** A rectangle of samples: rows {@code top .. top + height - 1}, columns {@code left .. left + width - 1}. May be empty. */
public record Box(int top, int left, int height, int width) {

    public static final Box EMPTY = new Box(0, 0, 0, 0);

    public Box {
        if (height < 0 || width < 0) {
            throw new IllegalArgumentException(
                    "box of " + height + " x " + width + " samples: edges cannot be negative");
        }
    }

    public boolean isEmpty() {
        return height == 0 || width == 0;
    }

    public int count() {
        return height * width;
    }

    /** Whether every sample of another box is one of this; an empty box has none. */
    public boolean contains(Box other) {
        return other.isEmpty()
                || (other.top >= top
                        && other.left >= left
                        && other.top + other.height <= top + height
                        && other.left + other.width <= left + width);
    }

    /** Smallest box that holds both. */
    public Box hull(Box other) {
        if (isEmpty() || other.isEmpty()) {
            return isEmpty() ? other : this;
        }
        int firstRow = Math.min(top, other.top);
        int firstColumn = Math.min(left, other.left);
        int rows = Math.max(top + height, other.top + other.height) - firstRow;
        int columns = Math.max(left + width, other.left + other.width) - firstColumn;
        return new Box(firstRow, firstColumn, rows, columns);
    }
}
