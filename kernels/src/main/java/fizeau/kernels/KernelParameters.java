// SPDX-License-Identifier: Apache-2.0
package fizeau.kernels;

/**
 * Parameters of one kernel: a record with the same simple name and, in the same order, the same fields as the struct that the
 * kernel takes by value. {@link StructLayout} turns it into bytes.
 */
public interface KernelParameters {

    /** The launch these parameters call for. Kernels accept any number of whole warps per block: see {@link LaunchShape}. */
    LaunchShape launchShape();
}
