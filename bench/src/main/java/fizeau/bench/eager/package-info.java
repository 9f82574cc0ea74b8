// SPDX-License-Identifier: Apache-2.0
/**
 * The opponent: the reconstruction done the way the original does it, through libtorch's eager operations and automatic
 * differentiation, and the same iteration as a peer process in Python. Nothing here is used by the engine.
 */
package fizeau.bench.eager;
