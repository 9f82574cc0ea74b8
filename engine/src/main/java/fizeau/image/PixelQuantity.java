// SPDX-License-Identifier: Apache-2.0
package fizeau.image;

/** What the pixel values of a file stand for. Amplitude is the square root of intensity. */
public enum PixelQuantity {
    AMPLITUDE,
    INTENSITY
}
