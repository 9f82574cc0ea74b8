// SPDX-License-Identifier: Apache-2.0
package fizeau.fourier;

/** Scaling of a two-dimensional transform over n samples. */
public enum Normalization {
    /** {@code 1 / sqrt(n)} both ways; the transform is unitary. */
    ORTHO,
    /** Nothing forward, {@code 1 / n} inverse. */
    BACKWARD,
    /** {@code 1 / n} forward, nothing inverse. */
    FORWARD
}
