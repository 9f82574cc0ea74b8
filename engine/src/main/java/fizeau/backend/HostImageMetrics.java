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
        if (count < 1 || images.length != count * shape.count() || reference.length != shape.count()) {
            throw new IllegalArgumentException("quality of " + count + " images of " + shape + " needs "
                    + (long) count * shape.count() + " and " + shape.count()
                    + " amplitudes and at least one image, got "
                    + images.length + " and " + reference.length);
        }
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
