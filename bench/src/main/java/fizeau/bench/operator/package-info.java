// SPDX-License-Identifier: Apache-2.0
/** The speed table of the measurement operator: ours by every plan, PyTorch and JAX beside it, and how far each is from what the device could do. */
package fizeau.bench.operator;
