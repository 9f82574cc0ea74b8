// SPDX-License-Identifier: Apache-2.0
/**
 * Small tanh networks that carry their derivatives along: Taylor jets in one forward pass, the gradient of any loss on them
 * by a hand-written backward pass. Products run in OpenBLAS, the rest in loops that the JVM vectorises.
 */
package fizeau.pinn;
