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
}
