// SPDX-License-Identifier: Apache-2.0
/**
 * CUDA C++ kernels and what is needed to compile, cache and launch them. The sources are resources beside these classes;
 * {@link fizeau.kernels.KernelCatalog} lists them, and one record per kernel mirrors its parameter struct.
 */
package fizeau.kernels;
