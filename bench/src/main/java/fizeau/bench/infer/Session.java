// SPDX-License-Identifier: Apache-2.0
package fizeau.bench.infer;

import java.util.List;

/** A network on one framework, ready for batches. Owns its memory; confined to one thread. */
public interface Session extends AutoCloseable {

    /** Where the time of one call went. */
    record Part(String name, int calls, double millis) {}

    /** @param pictures {@code [any number][3][edge][edge]}; fewer than a batch are repeated. Copied. */
    void input(float[] pictures);

    /** Runs the network on the current pictures. */
    void run();

    /** {@code [batch][classes]} of the last call. */
    float[] output();

    /** Library and version. */
    String library();

    /** Threads in words. */
    String threads();

    /** Memory of a graphics card that is held during calls, weights included; null without one. */
    default Long deviceBytes() {
        return null;
    }

    /** Runs once and tells what its parts took, largest first; slower than {@link #run}. */
    List<Part> profile();

    @Override
    void close();
}
