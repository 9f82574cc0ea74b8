// SPDX-License-Identifier: Apache-2.0
/**
 * Fine-tuning speed of physics-informed networks: four equations with their true solutions, a low-rank network, and several
 * ways to train it that must agree before any of them is timed.
 */
package fizeau.bench.pinn;
