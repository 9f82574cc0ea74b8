// SPDX-License-Identifier: Apache-2.0
package fizeau.bench.training;

import fizeau.backend.TrainingSession;
import fizeau.backend.TrainingSpec;

/** Opens sessions of one variant. Owns what they share; sessions are closed before it. Confined to one thread. */
public interface SessionFactory extends AutoCloseable {

    /** Device, library versions and threads in one line. */
    String description();

    /**
     * Opens a session with nothing in its caches.
     *
     * @param object {@code spec.object().count()} amplitudes, row-major
     * @param initialParameters in the order of the decoder's layout
     */
    TrainingSession openSession(TrainingSpec spec, float[] object, float[] initialParameters);

    @Override
    void close();
}
