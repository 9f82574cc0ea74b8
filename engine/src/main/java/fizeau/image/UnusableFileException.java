// SPDX-License-Identifier: Apache-2.0
package fizeau.image;

/** A refusal already in its final words; tells ours apart from whatever a decoder throws over a damaged file. */
final class UnusableFileException extends IllegalArgumentException {
    UnusableFileException(String message, Throwable cause) {
        super(message, cause);
    }
}
