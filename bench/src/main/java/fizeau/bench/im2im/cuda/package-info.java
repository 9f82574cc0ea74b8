// SPDX-License-Identifier: Apache-2.0
/** The jobs' network on a GPU: the engine's, with settings and timers of this family. */
package fizeau.bench.im2im.cuda;
