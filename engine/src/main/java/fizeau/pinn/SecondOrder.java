// SPDX-License-Identifier: Apache-2.0
package fizeau.pinn;

import java.util.List;

/**
 * A second-order operator that a jet carries as one channel: {@code xx d2/dx2 + tt d2/dt2}. A Laplacian is carried as one
 * channel, because the chain rule of a sum of pure second derivatives needs only that sum and the first derivatives.
 *
 * @param xx weight of the second derivative by the first coordinate
 * @param tt weight of the second derivative by the second coordinate
 */
public record SecondOrder(float xx, float tt) {
    public static final SecondOrder XX = new SecondOrder(1, 0);
    public static final SecondOrder TT = new SecondOrder(0, 1);
    public static final SecondOrder LAPLACIAN = new SecondOrder(1, 1);

    /** Both pure second derivatives, apart. */
    public static List<SecondOrder> both() {
        return List.of(XX, TT);
    }
}
