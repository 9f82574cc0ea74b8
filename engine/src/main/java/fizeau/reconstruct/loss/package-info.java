// SPDX-License-Identifier: Apache-2.0
/**
 * Losses between predicted and measured images, each with its hand-written gradient. They are the plain double-precision
 * definition that fused backends are compared with, and they train wherever no fused form exists.
 */
package fizeau.reconstruct.loss;
