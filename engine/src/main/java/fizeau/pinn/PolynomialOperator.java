// SPDX-License-Identifier: Apache-2.0
package fizeau.pinn;

/**
 * The residual of an equation that is linear in the derivatives and cubic in the field:
 *
 * <pre>f = ut u_t + (ux + uux u) u_x + second L u + (u1 + u3 u^2) u - q</pre>
 *
 * with a second-order operator L and a source q that belong to the problem.
 *
 * @param ut factor of u_t
 * @param ux factor of u_x
 * @param uux factor of u u_x
 * @param second factor of L u
 * @param u1 factor of u
 * @param u3 factor of u^3
 */
public record PolynomialOperator(float ut, float ux, float uux, float second, float u1, float u3) {

    /** Nothing but {@code u_t}. */
    public static final PolynomialOperator TIME_DERIVATIVE = new PolynomialOperator(1, 0, 0, 0, 0, 0);

    public PolynomialOperator advectedBy(double speed) {
        return new PolynomialOperator(ut, (float) speed, uux, second, u1, u3);
    }

    /** With {@code u u_x}. */
    public PolynomialOperator selfAdvected() {
        return new PolynomialOperator(ut, ux, 1, second, u1, u3);
    }

    public PolynomialOperator withSecond(double factor) {
        return new PolynomialOperator(ut, ux, uux, (float) factor, u1, u3);
    }

    public PolynomialOperator withReaction(double linear, double cubic) {
        return new PolynomialOperator(ut, ux, uux, second, (float) linear, (float) cubic);
    }

    /** Without {@code u_t}. */
    public PolynomialOperator stationary() {
        return new PolynomialOperator(0, ux, uux, second, u1, u3);
    }
}
