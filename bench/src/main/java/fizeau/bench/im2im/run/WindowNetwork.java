// SPDX-License-Identifier: Apache-2.0
package fizeau.bench.im2im.run;

/** A network that predicts windows. When a method returns, its work is done. */
public interface WindowNetwork extends AutoCloseable {

    /** Windows where the network computes; closing them gives their memory back. */
    interface Staged extends AutoCloseable {

        /** How many there are. */
        int count();

        /** Computes them; {@code to} takes as many values as they have. */
        void predict(float[] to);

        @Override
        void close();
    }

    /** Brings {@code count} windows {@code [count][nz][ny][nx]} there, which all go together. */
    Staged stage(float[] values, int count);

    @Override
    void close();
}
