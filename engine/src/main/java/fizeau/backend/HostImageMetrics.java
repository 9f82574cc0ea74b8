// SPDX-License-Identifier: Apache-2.0
package fizeau.backend;

import fizeau.metric.ImageQuality;
import fizeau.optics.Shape;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** Image quality on the host, in double precision. */
final class HostImageMetrics implements ImageMetrics {

    private final Shape shape;
    private boolean open = true;

    HostImageMetrics(Shape shape) {
        this.shape = shape;
    }

    @Override
    public List<ImageQuality> of(float[] images, int count, float[] reference) {
        if (!open) {
            throw new IllegalStateException("image metrics of " + shape + " are closed");
        }
        Inputs.requireImages(shape, images, count, reference);
        List<ImageQuality> qualities = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            float[] image = Arrays.copyOfRange(images, i * shape.count(), (i + 1) * shape.count());
            qualities.add(ImageQuality.of(image, reference, shape));
        }
        return List.copyOf(qualities);
    }

    @Override
    public void close() {
        open = false;
    }
}
