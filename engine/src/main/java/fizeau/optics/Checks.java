// SPDX-License-Identifier: Apache-2.0
package fizeau.optics;

/** Refusals that several types of this package share, so that the same mistake reads the same everywhere. */
final class Checks {

    private Checks() {}

    /** Refuses numbers that are zero, negative, infinite or not a number. */
    static void positive(String what, double value, String unit) {
        if (!(value > 0) || Double.isInfinite(value)) {
            throw new IllegalArgumentException(what + " " + withUnit(value, unit) + " must be positive and finite");
        }
    }

    /** Refuses numbers that are negative, infinite or not a number. */
    static void notNegative(String what, double value, String unit) {
        if (!(value >= 0) || Double.isInfinite(value)) {
            throw new IllegalArgumentException(what + " " + withUnit(value, unit) + " must be zero or more and finite");
        }
    }

    static void finite(String what, double value, String unit) {
        if (!Double.isFinite(value)) {
            throw new IllegalArgumentException(what + " " + withUnit(value, unit) + " must be finite");
        }
    }

    static void sampleCount(int count) {
        if (count < 1) {
            throw new IllegalArgumentException("sample count " + count + " is too small: ask for at least 1 position");
        }
    }

    private static String withUnit(double value, String unit) {
        return unit.isEmpty() ? Double.toString(value) : value + " " + unit;
    }
}
