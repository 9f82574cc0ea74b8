// SPDX-License-Identifier: Apache-2.0
package fizeau.bench.operator;

/** One of our ways, ready for one case. Calls may be queued; {@link #await} waits for them. */
interface TimedOperator extends AutoCloseable {

    /** Measures the whole batch. */
    void forward();

    /** Pulls the gradients of the whole batch back to its objects. */
    void adjoint();

    void await();

    /** What {@link #forward} gave for one image of the part that was computed last. */
    float[] amplitudes(int image);

    /** What {@link #adjoint} gave for one object of the part that was computed last. */
    float[] gradient(int image);

    @Override
    void close();
}
