// SPDX-License-Identifier: Apache-2.0
/** The residual 3D U-Net as plain data: its parameters, convolutions and losses, which backends and benchmarks compute. */
package fizeau.unet;
