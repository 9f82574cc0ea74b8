// SPDX-License-Identifier: Apache-2.0
package fizeau.bench.operator;

import fizeau.bench.ops.SeededValues;

/**
 * Objects and gradients that every process makes for itself from the seed. Two objects alternate through a batch, so that each
 * can be checked; every detector image has the same gradient. Objects have no mean: their spectra are flat, the detector is lit
 * everywhere, and the phases that the adjoint needs are certain in single precision.
 */
final class OperatorData {

    /** Different objects of a batch. */
    static final int OBJECTS = 2;

    private static final long GRADIENT = 1_000_003; // far from the objects' seeds

    private OperatorData() {}

    /** Between -1 and 1. */
    static float[] object(OperatorSetting setting, int index) {
        float[] values = new float[setting.objectSize() * setting.objectSize()];
        new SeededValues(setting.seed() + index % OBJECTS, 0, 1).fill(values, 0, values.length);
        return values;
    }

    /** Between -1 and 1. */
    static float[] amplitudeGradient(OperatorSetting setting, int imageSize) {
        float[] values = new float[imageSize * imageSize];
        new SeededValues(setting.seed() + GRADIENT, 0, 1).fill(values, 0, values.length);
        return values;
    }
}
