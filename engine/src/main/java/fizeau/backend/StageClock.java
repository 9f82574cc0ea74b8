// SPDX-License-Identifier: Apache-2.0
package fizeau.backend;

import java.util.Locale;

/**
 * Told by a training session where an iteration stands, so that a profile can say where its time goes. Two calls per stage
 * at most; {@link #NONE} costs nothing that can be measured. Called on the session's thread.
 */
public interface StageClock {

    /** The stages of one iteration, in their order. */
    enum Stage {
        /** The decoder's forward pass; where the optimiser is fused into the first layer, what is left of it. */
        FORWARD,
        /** Dual measurement, loss and the adjoint back to the estimate. */
        TELESCOPE,
        /**
         * The decoder's backward pass; where the optimiser is fused, without the first layer's gradient and with Adam's
         * step of all other parameters.
         */
        BACKWARD,
        /** Adam; where it is fused, of the first layer only, with that layer's gradient and its next forward product. */
        OPTIMISER;

        /** The name in records and profiles. */
        public String word() {
            return name().toLowerCase(Locale.ROOT);
        }
    }

    /** Listens to nothing. */
    StageClock NONE = new StageClock() {
        @Override
        public void iterationStarted() {
            // nobody asked
        }

        @Override
        public void stageEnded(Stage stage) {
            // nobody asked
        }
    };

    /** The first stage of an iteration begins now. */
    void iterationStarted();

    /** A stage ends now, and the next one begins. */
    void stageEnded(Stage stage);
}
