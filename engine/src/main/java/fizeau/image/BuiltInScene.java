// SPDX-License-Identifier: Apache-2.0
package fizeau.image;

import fizeau.optics.Shape;
import fizeau.random.MersenneTwister;

/**
 * The object that needs no file: an icy moon in three-quarter light on a dark sky. Limb darkening, craters with shaded
 * rims, dark lineae along great circles, mottled albedo, and a night side faintly lit by its planet; a dark frame of at
 * least a twentieth of the edge stays around the body.
 *
 * <p>Bit-reproducible: plain arithmetic and {@link StrictMath} on seeded numbers, drawn at least twice as fine as asked
 * for and then averaged over areas, like a photograph read by {@link AmplitudeReader}.
 */
public final class BuiltInScene {
    private static final int SEED = 1610; // the year Galileo saw the moons
    private static final int FINEST_EDGE = 512;
    private static final double BODY_RADIUS = 0.9; // of half the edge

    private static final double[] SUN = unit(0.93, -0.12, 0.33);
    private static final double NIGHT = 0.022;
    private static final double LIMB_DARKENING = 0.30;

    private static final int CRATERS = 420;
    private static final double SMALLEST_CRATER = 0.016;
    private static final double LARGEST_CRATER = 0.17;
    private static final int LINEAE = 34;

    private BuiltInScene() {}

    /** The scene as an object of {@code size x size} amplitudes, maximum 1. */
    public static AmplitudeImage amplitude(int size) {
        Shape target = Shape.square(size);
        int refinement = Math.max(2, (FINEST_EDGE + size - 1) / size);
        int edge = Math.min(Shape.MAX_EDGE, size * refinement);
        double[] intensity = AreaAverage.toSquare(Shape.square(edge), new Moon(edge).render(), size);
        double brightest = 0;
        for (double value : intensity) {
            brightest = Math.max(brightest, value);
        }
        float[] amplitude = new float[intensity.length];
        for (int i = 0; i < amplitude.length; i++) {
            amplitude[i] = (float) Math.sqrt(intensity[i] / brightest);
        }
        return AmplitudeImage.of(target, amplitude);
    }

    private static double[] unit(double x, double y, double z) {
        double length = Math.sqrt(x * x + y * y + z * z);
        return new double[] {x / length, y / length, z / length};
    }

    private static double dot(double[] a, double x, double y, double z) {
        return a[0] * x + a[1] * y + a[2] * z;
    }

    /**
     * The body at one resolution, seen along z. The unit sphere is {@code (u, v, w)}: u to the right, v downwards, w
     * towards the observer.
     */
    private static final class Moon {
        private final int edge;
        private final float[] height; // radial displacement in body radii
        private final float[] brightening; // ejecta, added to the albedo
        private final LatticeNoise noise = new LatticeNoise(SEED);
        private final double[][] lineae = new double[LINEAE][];
        private final MersenneTwister random = new MersenneTwister(SEED);

        Moon(int edge) {
            this.edge = edge;
            this.height = new float[edge * edge];
            this.brightening = new float[edge * edge];
            for (int i = 0; i < LINEAE; i++) {
                double[] pole = direction();
                double halfWidth = 0.004 + 0.009 * random.nextUniform24() * random.nextUniform24();
                double depth = 0.12 + 0.24 * random.nextUniform24();
                double[] middle = direction();
                lineae[i] = new double[] {
                    pole[0],
                    pole[1],
                    pole[2],
                    halfWidth,
                    depth,
                    middle[0],
                    middle[1],
                    middle[2],
                    0.3 * random.nextUniform24()
                };
            }
            raiseGround();
            for (int i = 0; i < CRATERS; i++) {
                digCrater();
            }
        }

        private double coordinate(int pixel) {
            return ((pixel + 0.5) / edge * 2 - 1) / BODY_RADIUS;
        }

        private int pixel(double coordinate) {
            return (int) Math.floor((coordinate * BODY_RADIUS + 1) / 2 * edge);
        }

        /** Uniform on the sphere, by rejection from the cube. */
        private double[] direction() {
            while (true) {
                double x = 2 * random.nextUniform24() - 1;
                double y = 2 * random.nextUniform24() - 1;
                double z = 2 * random.nextUniform24() - 1;
                double square = x * x + y * y + z * z;
                if (square > 1e-4 && square <= 1) {
                    return unit(x, y, z);
                }
            }
        }

        private void raiseGround() {
            for (int y = 0; y < edge; y++) {
                double v = coordinate(y);
                for (int x = 0; x < edge; x++) {
                    double u = coordinate(x);
                    double square = u * u + v * v;
                    if (square < 1) {
                        double w = Math.sqrt(1 - square);
                        height[y * edge + x] = (float) (0.016 * noise.fractal(9 * u, 9 * v, 9 * w, 4));
                    }
                }
            }
        }

        /** Radii follow a power law (cumulative exponent -2), as counted on real surfaces. */
        private void digCrater() {
            double[] centre = direction();
            centre[2] = Math.abs(centre[2]);
            double share = random.nextUniform24();
            double smallest = SMALLEST_CRATER * SMALLEST_CRATER;
            double largest = LARGEST_CRATER * LARGEST_CRATER;
            double radius = Math.sqrt(1 / (1 / smallest + share * (1 / largest - 1 / smallest)));
            double fresh = random.nextUniform24();
            double reach = 2.6 * radius;
            int top = Math.max(0, pixel(centre[1] - reach));
            int bottom = Math.min(edge - 1, pixel(centre[1] + reach));
            int left = Math.max(0, pixel(centre[0] - reach));
            int right = Math.min(edge - 1, pixel(centre[0] + reach));
            for (int y = top; y <= bottom; y++) {
                double v = coordinate(y);
                for (int x = left; x <= right; x++) {
                    double u = coordinate(x);
                    double square = u * u + v * v;
                    if (square < 1) {
                        double w = Math.sqrt(1 - square);
                        double dx = u - centre[0];
                        double dy = v - centre[1];
                        double dz = w - centre[2];
                        double distance = Math.sqrt(dx * dx + dy * dy + dz * dz) / radius;
                        height[y * edge + x] += (float) (radius * profile(distance));
                        brightening[y * edge + x] += (float) ejecta(distance, fresh);
                    }
                }
            }
        }

        /** Bowl with a raised rim; depth and rim in crater radii. */
        private static double profile(double distance) {
            if (distance < 1) {
                return -0.26 + 0.34 * distance * distance;
            }
            double outside = (1.7 - distance) / 0.7;
            return outside > 0 ? 0.08 * outside * outside : 0;
        }

        private static double ejecta(double distance, double fresh) {
            double fade = (2.6 - distance) / 1.6;
            return fresh > 0.86 && fade > 0 ? 0.12 * Math.min(1, fade) * Math.min(1, fade) : 0;
        }

        float[] render() {
            float[] intensity = new float[edge * edge];
            for (int y = 1; y < edge - 1; y++) {
                double v = coordinate(y);
                for (int x = 1; x < edge - 1; x++) {
                    double u = coordinate(x);
                    double square = u * u + v * v;
                    if (square < 1) {
                        intensity[y * edge + x] = (float) shade(y * edge + x, u, v, Math.sqrt(1 - square));
                    }
                }
            }
            return intensity;
        }

        private double shade(int index, double u, double v, double w) {
            double span = 4 / (edge * BODY_RADIUS); // of a central difference
            double slopeU = slope(height[index + 1] - height[index - 1], span);
            double slopeV = slope(height[index + edge] - height[index - edge], span);
            double[] normal = unit(u - w * slopeU, v - w * slopeV, w);
            // Relief behind the terminator lies in the shadow of the ground before it, save for the nearest peaks.
            double dawn = Math.max(0, Math.min(1, (dot(SUN, u, v, w) + 0.10) / 0.14));
            double lit = dawn * Math.max(0, dot(SUN, normal[0], normal[1], normal[2]));
            // Rough icy ground is flatter than Lambert's law; the exponent is fitted to a photograph by eye.
            double day = StrictMath.pow(lit, 0.54) * (1 - LIMB_DARKENING * (1 - w));
            return (day + NIGHT) * albedo(index, u, v, w);
        }

        /** Beyond the limb the height is zero: the step there is no slope. */
        private static double slope(double rise, double span) {
            return Math.max(-1.2, Math.min(1.2, rise / span));
        }

        private double albedo(int index, double u, double v, double w) {
            double albedo = 0.80 + 0.22 * noise.fractal(2.3 * u + 5, 2.3 * v, 2.3 * w, 6) + brightening[index];
            double bend = 0.05 * noise.at(2.5 * u, 2.5 * v + 9, 2.5 * w);
            for (double[] linea : lineae) {
                double across = Math.abs(dot(linea, u, v, w) + bend) / linea[3];
                if (across < 2 && linea[5] * u + linea[6] * v + linea[7] * w > linea[8]) {
                    double fall = 1 - across * across / 4;
                    albedo *= 1 - linea[4] * fall * fall;
                }
            }
            return Math.max(0.05, albedo);
        }
    }
}
