// SPDX-License-Identifier: Apache-2.0
/** The words of the discrete Fourier transform and the factors of its matrix form. */
package fizeau.fourier;
