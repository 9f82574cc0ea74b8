// SPDX-License-Identifier: Apache-2.0
package fizeau.optics;

import java.util.List;

/**
 * What one telescope is: the frame of its detector (and of its spectrum), the sub-aperture it looks through, and the two
 * numbers that turn pixels into an angle on the sky.
 *
 * @param frame detector size in pixels
 * @param aperture sub-aperture in pixels of the spectrum
 * @param wavelengthMetres wavelength of the light
 * @param apertureDiameterMetres true diameter of the sub-aperture
 */
public record Telescope(Shape frame, Aperture aperture, double wavelengthMetres, double apertureDiameterMetres) {

    /** Green light, where none is given. */
    public static final double DEFAULT_WAVELENGTH_METRES = 550e-9;

    /** A usual detector pixel, where no grid is given. */
    public static final double DEFAULT_PITCH_METRES = 6.5e-6;

    public Telescope {
        Checks.positive("wavelength", wavelengthMetres, "m");
        Checks.positive("aperture diameter", apertureDiameterMetres, "m");
    }

    /** A telescope of the default wavelength and pixel pitch. */
    public static Telescope of(Shape frame, Aperture aperture) {
        return of(
                new Grid(frame.ny(), frame.nx(), DEFAULT_PITCH_METRES, DEFAULT_PITCH_METRES, DEFAULT_WAVELENGTH_METRES),
                aperture);
    }

    /**
     * A telescope on {@code grid}. The diameter is the aperture's diameter in pixels times the pixel pitch, the smaller
     * one where pixels are not square; {@link #withApertureDiameter} states a true one.
     */
    public static Telescope of(Grid grid, Aperture aperture) {
        double pitchMetres = Math.min(grid.pitchYMetres(), grid.pitchXMetres());
        return new Telescope(grid.shape(), aperture, grid.wavelengthMetres(), aperture.diameterPixels() * pitchMetres);
    }

    public Telescope withApertureDiameter(double metres) {
        return new Telescope(frame, aperture, wavelengthMetres, metres);
    }

    /** The sub-aperture at {@code centre}; refused when it leaves no sample of the frame open. */
    public Mask mask(PixelPosition centre) {
        Mask mask = aperture.mask(frame, centre);
        if (mask.openCount() == 0) {
            throw new IllegalArgumentException("aperture at (" + centre.y() + ", " + centre.x()
                    + ") lets no sample of the " + frame + " frame through: move it nearer to zero frequency, take a"
                    + " larger frame or a larger aperture");
        }
        return mask;
    }

    /** The sub-aperture at each centre, in the same order; refused when one of them leaves no sample open. */
    public List<Mask> masks(List<PixelPosition> centres) {
        return centres.stream().map(this::mask).toList();
    }

    /** Rayleigh's limit 1.22 lambda / D of one sub-aperture. */
    public double resolutionLimitRadians() {
        return 1.22 * wavelengthMetres / apertureDiameterMetres;
    }

    /** The image of a point through the sub-aperture at {@code centre}. */
    public PointSpreadFunction pointSpreadFunction(PixelPosition centre) {
        return PointSpreadFunction.of(mask(centre));
    }
}
