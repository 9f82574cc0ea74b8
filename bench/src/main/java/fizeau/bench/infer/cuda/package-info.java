// SPDX-License-Identifier: Apache-2.0
/** The engine on an NVIDIA GPU: a network whose whole answer is one graph. */
package fizeau.bench.infer.cuda;
