// SPDX-License-Identifier: Apache-2.0
/**
 * Training of the residual U-Net with oneDNN's primitives: activations stay in the layout that its convolutions are fastest in,
 * the way back is written out, and every sample goes through the network on a thread of its own, so that what one operation
 * leaves is still in that core's cache when the next one wants it.
 */
package fizeau.bench.im2im.onednn;
