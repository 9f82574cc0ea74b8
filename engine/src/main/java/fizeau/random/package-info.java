// SPDX-License-Identifier: Apache-2.0
/** Reproducible random numbers: the generator that the reference implementation's seeds refer to. */
package fizeau.random;
