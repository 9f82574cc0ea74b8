// SPDX-License-Identifier: Apache-2.0
package fizeau.backend;

import fizeau.metric.ImageQuality;
import java.util.List;

/** Quality of images against one reference, computed where the backend computes. */
public interface ImageMetrics extends AutoCloseable {

    /**
     * Quality of each image, data range 1.
     *
     * @param images {@code count * shape.count()} amplitudes, image by image, row-major; the shape is that of opening
     * @param reference {@code shape.count()} amplitudes
     * @param count number of images, at least 1
     */
    List<ImageQuality> of(float[] images, int count, float[] reference);

    @Override
    void close();
}
