// SPDX-License-Identifier: Apache-2.0
package fizeau.optics;

/**
 * A sampling grid: {@code ny} rows at {@code pitchYMetres}, {@code nx} columns at {@code pitchXMetres}, and the wavelength
 * of the light on it. The optical axis and zero frequency are at row {@code ny / 2}, column {@code nx / 2}. Coordinate
 * vectors are computed on every call and belong to the caller.
 */
public record Grid(int ny, int nx, double pitchYMetres, double pitchXMetres, double wavelengthMetres) {

    public Grid {
        new Shape(ny, nx); // refuses sizes that no image can have
        Checks.positive("pixel pitch along y", pitchYMetres, "m");
        Checks.positive("pixel pitch along x", pitchXMetres, "m");
        Checks.positive("wavelength", wavelengthMetres, "m");
    }

    /** An {@code n x n} grid of square pixels. */
    public static Grid square(int n, double pitchMetres, double wavelengthMetres) {
        return new Grid(n, n, pitchMetres, pitchMetres, wavelengthMetres);
    }

    public Shape shape() {
        return new Shape(ny, nx);
    }

    /** Position of each row's centre, {@code ny} values. */
    public double[] yMetres() {
        return coordinates(ny, pitchYMetres);
    }

    /** Position of each column's centre, {@code nx} values. */
    public double[] xMetres() {
        return coordinates(nx, pitchXMetres);
    }

    /** Spatial frequency of each row of a spectrum, {@code ny} values in cycles per metre. */
    public double[] kyPerMetre() {
        return coordinates(ny, frequencyStepYPerMetre());
    }

    /** Spatial frequency of each column of a spectrum, {@code nx} values in cycles per metre. */
    public double[] kxPerMetre() {
        return coordinates(nx, frequencyStepXPerMetre());
    }

    /** Distance of two rows of a spectrum: one cycle per field of view. */
    public double frequencyStepYPerMetre() {
        return 1 / fieldOfViewYMetres();
    }

    /** Distance of two columns of a spectrum: one cycle per field of view. */
    public double frequencyStepXPerMetre() {
        return 1 / fieldOfViewXMetres();
    }

    public double fieldOfViewYMetres() {
        return ny * pitchYMetres;
    }

    public double fieldOfViewXMetres() {
        return nx * pitchXMetres;
    }

    /**
     * Largest positive frequency on either axis, in cycles per metre. For an even size this is one step below the Nyquist
     * frequency, which only occurs with a negative sign; for a single sample it is 0.
     */
    public double maxFrequencyPerMetre() {
        return Math.max((ny - 1) / 2 * frequencyStepYPerMetre(), (nx - 1) / 2 * frequencyStepXPerMetre());
    }

    /** The grid in the back focal plane of a lens: position = frequency x wavelength x focal length. */
    public Grid lensFourierPlane(double focalLengthMetres) {
        Checks.positive("focal length", focalLengthMetres, "m");
        double metresPerFrequency = wavelengthMetres * focalLengthMetres;
        return new Grid(
                ny,
                nx,
                metresPerFrequency * frequencyStepYPerMetre(),
                metresPerFrequency * frequencyStepXPerMetre(),
                wavelengthMetres);
    }

    /** {@code factor} times as many samples at the same pitch: a larger field of view, finer frequencies. */
    public Grid padded(int factor) {
        requireFactor("padding", factor);
        return new Grid(scaled(ny, factor), scaled(nx, factor), pitchYMetres, pitchXMetres, wavelengthMetres);
    }

    /** {@code factor} times as many samples in the same field of view: a finer pitch, higher frequencies. */
    public Grid upsampled(int factor) {
        requireFactor("upsampling", factor);
        return new Grid(
                scaled(ny, factor), scaled(nx, factor), pitchYMetres / factor, pitchXMetres / factor, wavelengthMetres);
    }

    private static double[] coordinates(int n, double step) {
        double[] coordinates = new double[n];
        for (int i = 0; i < n; i++) {
            coordinates[i] = (i - n / 2) * step;
        }
        return coordinates;
    }

    private static void requireFactor(String what, int factor) {
        if (factor < 1) {
            throw new IllegalArgumentException(what + " factor " + factor + " must be at least 1");
        }
    }

    /** Saturates, so that an overflow is refused as too large instead of wrapping around. */
    private static int scaled(int n, int factor) {
        return (int) Math.min(Integer.MAX_VALUE, (long) n * factor);
    }
}
