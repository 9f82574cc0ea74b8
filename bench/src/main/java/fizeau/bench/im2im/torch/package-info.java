// SPDX-License-Identifier: Apache-2.0
/** The residual 3D U-Net in libtorch: network, losses, optimisers, and the jobs that time them. */
package fizeau.bench.im2im.torch;
