// SPDX-License-Identifier: Apache-2.0
package fizeau.fourier;

/** Sign of the exponent: {@code exp(-2 pi i jk / n)} forward, {@code exp(+2 pi i jk / n)} inverse. */
public enum Direction {
    FORWARD,
    INVERSE
}
