// SPDX-License-Identifier: Apache-2.0
package fizeau.optics;

/**
 * Size of a sampled image: {@code ny} rows of {@code nx} samples, row-major, index {@code y * nx + x}. Zero frequency, or
 * the optical axis, is at row {@code ny / 2} and column {@code nx / 2} (integer division, for even and odd sizes).
 */
public record Shape(int ny, int nx) {

    /** Largest edge for which element counts and byte counts of float images still fit an {@code int}. */
    public static final int MAX_EDGE = 16384;

    public Shape {
        if (ny < 1 || nx < 1) {
            throw new IllegalArgumentException("image size " + ny + " x " + nx + ": both edges must be at least 1");
        }
        if (ny > MAX_EDGE || nx > MAX_EDGE) {
            throw new IllegalArgumentException(
                    "image size " + ny + " x " + nx + ": edges above " + MAX_EDGE + " samples are not supported");
        }
    }

    public static Shape square(int n) {
        return new Shape(n, n);
    }

    /** Number of samples. */
    public int count() {
        return ny * nx;
    }

    public int centreRow() {
        return ny / 2;
    }

    public int centreColumn() {
        return nx / 2;
    }

    public int index(int y, int x) {
        return y * nx + x;
    }

    public boolean contains(Shape other) {
        return other.ny <= ny && other.nx <= nx;
    }

    /** First row of an {@code inner} image embedded centrally in this one. */
    public int rowOffset(Shape inner) {
        return (ny - inner.ny) / 2;
    }

    /** First column of an {@code inner} image embedded centrally in this one. */
    public int columnOffset(Shape inner) {
        return (nx - inner.nx) / 2;
    }

    @Override
    public String toString() {
        return ny + " x " + nx;
    }
}
