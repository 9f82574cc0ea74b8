// SPDX-License-Identifier: Apache-2.0
/**
 * What this machine offers: Java, processor, memory, libtorch, CUDA step by step, Python, what would run and what may
 * disturb a measurement. Everything that is missing or broken is reported in words; nothing here fails.
 */
package fizeau.bench.doctor;
