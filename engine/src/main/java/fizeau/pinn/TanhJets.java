// SPDX-License-Identifier: Apache-2.0
package fizeau.pinn;

/**
 * The hyperbolic tangent on jets, element by element, and its adjoint. With {@code y = tanh z} the derivatives of tanh are
 * {@code d1 = 1 - y^2}, {@code d2 = -2 y d1} and {@code d3 = d1 (6 y^2 - 2)}; then
 *
 * <pre>
 * y_x = d1 z_x,   y_t = d1 z_t,   L y = d1 L z + d2 (a z_x^2 + b z_t^2)   for L = a d2/dx2 + b d2/dt2.
 * </pre>
 *
 * <p>Each loop runs over one index of whole arrays, the only form that the JVM vectorises, and is short: with the tangent and
 * its derivatives in one loop, or the whole second-order adjoint in one, the JVM gives up and is ten times slower.
 */
final class TanhJets {

    private TanhJets() {}

    /** Values; {@code z} becomes y. */
    static void value(float[] z, int count) {
        for (int i = 0; i < count; i++) {
            z[i] = Math.max(-RationalTanh.CLAMP, Math.min(RationalTanh.CLAMP, z[i]));
        }
        for (int i = 0; i < count; i++) {
            float x = z[i];
            float s = x * x;
            float p = (((RationalTanh.P4 * s + RationalTanh.P3) * s + RationalTanh.P2) * s + RationalTanh.P1) * s
                    + RationalTanh.P0;
            float q = (((RationalTanh.Q4 * s + RationalTanh.Q3) * s + RationalTanh.Q2) * s + RationalTanh.Q1) * s
                    + RationalTanh.Q0;
            z[i] = x * p / q;
        }
    }

    /** Adjoint of {@link #value}: the gradient by y becomes that by z, in place. */
    static void valueAdjoint(float[] y, float[] g, int count) {
        for (int i = 0; i < count; i++) {
            float v = y[i];
            g[i] = (1 - v * v) * g[i];
        }
    }

    /**
     * First derivatives, after {@link #value}.
     *
     * @param zx first derivatives of z, kept for the way back
     * @param yx receives the derivatives of y
     */
    static void firstOrder(float[] y, float[] zx, float[] zt, float[] yx, float[] yt, int count) {
        for (int i = 0; i < count; i++) {
            float v = y[i];
            float d1 = 1 - v * v;
            yx[i] = d1 * zx[i];
            yt[i] = d1 * zt[i];
        }
    }

    /** One second-order channel, after {@link #value}; {@code zs} is L z, {@code ys} receives L y. */
    static void secondOrder(float[] y, float[] zx, float[] zt, float[] zs, float[] ys, SecondOrder weights, int count) {
        float a = weights.xx();
        float b = weights.tt();
        for (int i = 0; i < count; i++) {
            float v = y[i];
            float d1 = 1 - v * v;
            ys[i] = d1 * (zs[i] - 2 * v * (a * zx[i] * zx[i] + b * zt[i] * zt[i]));
        }
    }

    /**
     * Adjoint of {@link #value} and {@link #firstOrder}: gradients by y, y_x, y_t become those by z, z_x, z_t, in place.
     *
     * @param g gradient by y, then by z
     */
    static void firstOrderAdjoint(float[] y, float[] zx, float[] zt, float[] g, float[] gx, float[] gt, int count) {
        for (int i = 0; i < count; i++) {
            float v = y[i];
            float d1 = 1 - v * v;
            float byX = gx[i];
            float byT = gt[i];
            g[i] = d1 * (g[i] - 2 * v * (byX * zx[i] + byT * zt[i]));
            gx[i] = d1 * byX;
            gt[i] = d1 * byT;
        }
    }

    /** Adjoint of {@link #secondOrder}, after {@link #firstOrderAdjoint}: adds to the first three, changes {@code gs}. */
    static void secondOrderAdjoint(
            float[] y,
            float[] zx,
            float[] zt,
            float[] zs,
            float[] g,
            float[] gx,
            float[] gt,
            float[] gs,
            SecondOrder weights,
            int count) {
        float a = weights.xx();
        float b = weights.tt();
        for (int i = 0; i < count; i++) {
            float v = y[i];
            float square = v * v;
            float byS = (1 - square) * gs[i];
            float dx = zx[i];
            float dt = zt[i];
            g[i] += byS * ((6 * square - 2) * (a * dx * dx + b * dt * dt) - 2 * v * zs[i]);
        }
        for (int i = 0; i < count; i++) {
            float v = y[i];
            float byS = (1 - v * v) * gs[i];
            float byD2 = -4 * v * byS;
            gx[i] += a * byD2 * zx[i];
            gt[i] += b * byD2 * zt[i];
            gs[i] = byS;
        }
    }
}
