// SPDX-License-Identifier: Apache-2.0
/** Operators and models on libtorch and OpenBLAS: eager, TorchScript, and the implementations among which the search picks. */
package fizeau.bench.ops.torch;
