// SPDX-License-Identifier: Apache-2.0
package fizeau.backend.cpu;

import fizeau.reconstruct.DecoderLayout;
import fizeau.reconstruct.DecoderLayout.Layer;

/**
 * Everything that is no weight matrix, close together and in the order of the flat buffer: the latent vector, biases and
 * the parameters of batch norm.
 */
final class SmallParameters {
    private final DecoderLayout layout;
    private final float[] values;

    SmallParameters(DecoderLayout layout) {
        this.layout = layout;
        int weights = layout.layers().stream().mapToInt(Layer::weightCount).sum();
        this.values = new float[layout.parameterCount() - weights];
    }

    /** All values; the latent vector comes first. */
    float[] values() {
        return values;
    }

    /** The index of a parameter of a layer, given its place in the flat buffer. */
    int index(Layer layer, int flat) {
        int before = 0;
        for (Layer earlier : layout.layers()) {
            before += earlier.weight() <= layer.weight() ? earlier.weightCount() : 0;
        }
        return flat - before;
    }

    void load(float[] parameters) {
        copy(parameters, values, false);
    }

    /** Writes one value for each small parameter to its place in a flat buffer. */
    void store(float[] small, float[] flat) {
        copy(flat, small, true);
    }

    private void copy(float[] flat, float[] small, boolean toFlat) {
        int at = 0;
        int start = 0;
        for (int i = 0; i <= layout.layers().size(); i++) {
            boolean last = i == layout.layers().size();
            int end = last ? flat.length : layout.layers().get(i).weight();
            System.arraycopy(
                    toFlat ? small : flat,
                    toFlat ? at : start,
                    toFlat ? flat : small,
                    toFlat ? start : at,
                    end - start);
            at += end - start;
            start = last ? end : end + layout.layers().get(i).weightCount();
        }
    }
}
