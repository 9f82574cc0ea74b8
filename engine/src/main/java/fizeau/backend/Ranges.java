// SPDX-License-Identifier: Apache-2.0
package fizeau.backend;

/** Told which named stretch of work begins and ends now, one inside another, so that a profiler can show them. */
public interface Ranges {

    /** Tells nobody. */
    Ranges NONE = new Ranges() {
        @Override
        public void open(String name) {
            // nobody asked
        }

        @Override
        public void close() {
            // nobody asked
        }
    };

    /** A stretch begins, inside the one that is open. */
    void open(String name);

    /** The stretch that began last ends. */
    void close();

    /** Does work inside a stretch, which ends also where the work fails. */
    default void around(String name, Runnable work) {
        open(name);
        try {
            work.run();
        } finally {
            close();
        }
    }
}
