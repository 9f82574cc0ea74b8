// SPDX-License-Identifier: Apache-2.0
package fizeau.kernels;

/**
 * What a driver loads.
 *
 * @param product machine code, or PTX, which the driver compiles itself
 * @param bytes a cubin, or PTX in ASCII without a terminating zero; not copied
 */
public record KernelImage(CompileOptions.Product product, byte[] bytes) {}
