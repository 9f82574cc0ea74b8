// SPDX-License-Identifier: Apache-2.0
/** The image-to-image family: training and inference matrices of a residual 3D U-Net over switches and revisions; its data,
 * settings, tables, and campaign. What needs libtorch is in the package below. */
package fizeau.bench.im2im;
