// SPDX-License-Identifier: Apache-2.0
package fizeau.bench.pinn;

/**
 * The Allen-Cahn equation from {@code x^2 cos(pi x)} with periodic ends, by Strang's splitting: half a step of reaction, whose
 * solution is known, a step of diffusion by Crank and Nicolson on a finer grid, half a step of reaction. Second order in both
 * steps.
 */
final class AllenCahnSolution {

    private AllenCahnSolution() {}

    /**
     * @param eps square root of the diffusion
     * @param lam rate of the reaction
     * @param nodes where the solution is wanted; t from 0
     * @param fineX how many steps of the solver lie between two nodes in x
     * @param fineT the same in t
     */
    static double[] solve(double eps, double lam, Nodes nodes, int fineX, int fineT) {
        int cells = (nodes.edge() - 1) * fineX; // the last node is the first again
        double dx = (nodes.domain().highX() - nodes.domain().lowX()) / cells;
        double dt = (nodes.time(1) - nodes.time(0)) / fineT;
        double[] u = new double[cells];
        for (int i = 0; i < cells; i++) {
            double x = nodes.domain().lowX() + i * dx;
            u[i] = x * x * Math.cos(Math.PI * x);
        }
        double[] result = new double[nodes.count()];
        store(u, result, 0, nodes.edge(), fineX);
        CyclicDiffusion diffusion = new CyclicDiffusion(cells, eps * eps * dt / (dx * dx));
        for (int j = 1; j < nodes.edge(); j++) {
            for (int step = 0; step < fineT; step++) {
                react(u, lam, dt / 2);
                diffusion.step(u);
                react(u, lam, dt / 2);
            }
            store(u, result, j, nodes.edge(), fineX);
        }
        return result;
    }

    /** {@code u' = lam (u - u^3)}, exactly. */
    private static void react(double[] u, double lam, double time) {
        double growth = Math.exp(lam * time);
        double more = growth * growth - 1;
        for (int i = 0; i < u.length; i++) {
            u[i] = u[i] * growth / Math.sqrt(1 + u[i] * u[i] * more);
        }
    }

    private static void store(double[] u, double[] result, int row, int edge, int fineX) {
        for (int i = 0; i < edge; i++) {
            result[row * edge + i] = u[i * fineX % u.length];
        }
    }

    /** Crank and Nicolson's step on a ring: a tridiagonal system with corners, by Sherman and Morrison. */
    private static final class CyclicDiffusion {
        private final double r;
        private final double gamma;
        private final double[] ratio;
        private final double[] pivot;
        private final double[] corner;
        private final double[] right;

        CyclicDiffusion(int n, double number) {
            this.r = number / 2;
            this.gamma = -(1 + 2 * r);
            this.ratio = new double[n];
            this.pivot = new double[n];
            this.right = new double[n];
            double diagonal = 1 + 2 * r;
            for (int i = 0; i < n; i++) {
                double own = diagonal;
                if (i == 0) {
                    own -= gamma;
                } else if (i == n - 1) {
                    own -= r * r / gamma;
                }
                pivot[i] = i == 0 ? own : own + r * ratio[i - 1];
                ratio[i] = -r / pivot[i];
            }
            this.corner = new double[n];
            corner[0] = gamma;
            corner[n - 1] = -r;
            solve(corner);
        }

        void step(double[] u) {
            int n = u.length;
            for (int i = 0; i < n; i++) {
                right[i] = u[i] + r * (u[(i + 1) % n] - 2 * u[i] + u[(i + n - 1) % n]);
            }
            solve(right);
            double last = -r / gamma;
            double factor = (right[0] + last * right[n - 1]) / (1 + corner[0] + last * corner[n - 1]);
            for (int i = 0; i < n; i++) {
                u[i] = right[i] - factor * corner[i];
            }
        }

        private void solve(double[] b) {
            int n = b.length;
            b[0] /= pivot[0];
            for (int i = 1; i < n; i++) {
                b[i] = (b[i] + r * b[i - 1]) / pivot[i];
            }
            for (int i = n - 2; i >= 0; i--) {
                b[i] -= ratio[i] * b[i + 1];
            }
        }
    }
}
