// SPDX-License-Identifier: Apache-2.0
package fizeau.bench.pinn;

/**
 * Burgers' equation from {@code A sin(k pi x)} on the whole line, by the transformation of Cole and Hopf (E. Hopf, Comm. Pure
 * Appl. Math. 3, 1950): with {@code eta = x - 2 sqrt(nu t) s}
 *
 * <pre>u(x, t) = int u0(eta) w ds / int w ds,   w = exp(-s^2 - (1 / 2 nu) int_0^eta u0)</pre>
 *
 * Both integrands are smooth and fade like a Gaussian, so that the trapezoidal rule converges faster than any power of its step;
 * nothing cancels below the line. The largest exponent is taken out, so that small viscosities do not overflow.
 */
final class BurgersSolution {

    /** Step of s. */
    static final double STEP = 0.02;

    /** exp(-40) is nothing beside 1. */
    private static final double FADED = 40;

    private BurgersSolution() {}

    static double at(double x, double t, double amplitude, double wave, double viscosity, double step) {
        double k = wave * Math.PI;
        if (t == 0) {
            return amplitude * Math.sin(k * x);
        }
        double spread = 2 * Math.sqrt(viscosity * t);
        // the initial field's integral varies by 2 A / k, and so bounds how far a weight can win against s^2
        double swing = amplitude / (k * viscosity);
        int reach = (int) Math.ceil(Math.sqrt(swing + FADED) / step);
        double highest = Double.NEGATIVE_INFINITY;
        for (int i = -reach; i <= reach; i++) {
            highest = Math.max(highest, exponent(i * step, x - spread * i * step, k, swing));
        }
        double above = 0;
        double below = 0;
        for (int i = -reach; i <= reach; i++) {
            double eta = x - spread * i * step;
            double exponent = exponent(i * step, eta, k, swing) - highest;
            if (exponent > -FADED) {
                double weight = Math.exp(exponent);
                above += weight * amplitude * Math.sin(k * eta);
                below += weight;
            }
        }
        return above / below;
    }

    private static double exponent(double s, double eta, double k, double swing) {
        return -s * s - 0.5 * swing * (1 - Math.cos(k * eta));
    }
}
