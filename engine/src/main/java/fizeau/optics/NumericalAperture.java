// SPDX-License-Identifier: Apache-2.0
package fizeau.optics;

/**
 * The pupil of an objective, given by its numerical aperture: spatial frequencies up to {@code cutoffPerMetre} pass, the
 * rim included. Unlike the other apertures it lives on frequencies; {@link #on} turns it into pixels of a grid's spectrum.
 *
 * @param numericalAperture n sin(theta), at most the refractive index of the medium
 * @param wavelengthMetres wavelength in vacuum
 * @param mediumIndex refractive index between object and objective
 * @param cutoffPerMetre highest frequency that passes, in cycles per metre
 */
public record NumericalAperture(
        double numericalAperture, double wavelengthMetres, double mediumIndex, double cutoffPerMetre) {

    public NumericalAperture {
        Checks.positive("numerical aperture", numericalAperture, "");
        Checks.positive("wavelength", wavelengthMetres, "m");
        Checks.positive("refractive index", mediumIndex, "");
        Checks.positive("cut-off frequency", cutoffPerMetre, "cycles/m");
        if (numericalAperture > mediumIndex) {
            throw new IllegalArgumentException("numerical aperture " + numericalAperture
                    + " cannot exceed the refractive index " + mediumIndex + " of the medium");
        }
    }

    /** Cut-off NA / lambda (Goodman, Introduction to Fourier Optics): the index is already part of NA. */
    public static NumericalAperture of(double numericalAperture, double wavelengthMetres, double mediumIndex) {
        return new NumericalAperture(
                numericalAperture, wavelengthMetres, mediumIndex, numericalAperture / wavelengthMetres);
    }

    /** Cut-off NA / (n lambda), as the reference implementation has it; for comparison with it only. */
    public static NumericalAperture ofOriginal(double numericalAperture, double wavelengthMetres, double mediumIndex) {
        return new NumericalAperture(
                numericalAperture, wavelengthMetres, mediumIndex, numericalAperture / (mediumIndex * wavelengthMetres));
    }

    /** The pupil in pixels of the spectrum on {@code grid}: an ellipse where the field of view is not square. */
    public Aperture on(Grid grid) {
        return new FrequencyDisc(cutoffPerMetre, grid.frequencyStepYPerMetre(), grid.frequencyStepXPerMetre());
    }

    /** The pupil around the frequency {@code (fy, fx)}, in cycles per metre. */
    public Mask mask(Grid grid, double fyPerMetre, double fxPerMetre) {
        PixelPosition centre = new PixelPosition(
                fyPerMetre / grid.frequencyStepYPerMetre(), fxPerMetre / grid.frequencyStepXPerMetre());
        return on(grid).mask(grid.shape(), centre);
    }

    /** Rayleigh's limit 0.61 lambda / NA. */
    public double resolutionLimitMetres() {
        return 0.61 * wavelengthMetres / numericalAperture;
    }

    /** Depth of field 2 n lambda / NA^2. */
    public double depthOfFieldMetres() {
        return 2 * mediumIndex * wavelengthMetres / (numericalAperture * numericalAperture);
    }

    /** Decides in frequency units, where the cut-off is exact, not in pixels. */
    private record FrequencyDisc(double cutoffPerMetre, double stepYPerMetre, double stepXPerMetre)
            implements Aperture {

        @Override
        public boolean passes(double dy, double dx) {
            return Math.hypot(dy * stepYPerMetre, dx * stepXPerMetre) <= cutoffPerMetre;
        }

        @Override
        public double extent() {
            return cutoffPerMetre / Math.min(stepYPerMetre, stepXPerMetre);
        }
    }
}
