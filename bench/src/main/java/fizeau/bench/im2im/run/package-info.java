// SPDX-License-Identifier: Apache-2.0
/** The jobs that time training and inference, whatever the network is computed on. */
package fizeau.bench.im2im.run;
