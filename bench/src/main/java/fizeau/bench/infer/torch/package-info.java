// SPDX-License-Identifier: Apache-2.0
/** Networks on libtorch: eager, the reference of all speedups, and in double precision, the reference of all answers. */
package fizeau.bench.infer.torch;
