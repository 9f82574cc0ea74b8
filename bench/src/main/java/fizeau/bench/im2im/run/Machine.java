// SPDX-License-Identifier: Apache-2.0
package fizeau.bench.im2im.run;

import fizeau.bench.im2im.Im2imJob;
import fizeau.bench.im2im.ResidentMarks;

/** What networks are computed on in this process. Confined to one thread. */
public interface Machine extends AutoCloseable {

    /** Loads its libraries and sets the process up; says how it computes, in words. */
    String settle(Im2imJob job);

    /**
     * A network with weights in the order of its layout.
     *
     * @param trained whether it is for {@link Model#training}; otherwise it is for {@link Model#windows}
     */
    Model model(Im2imJob job, float[] weights, boolean trained);

    /** Bytes of its own memory; unknown where that is the process's. */
    ResidentMarks memory();

    @Override
    void close();

    /** A network that is set up. Whoever takes one of its two uses owns that, and the network with it. */
    interface Model {

        Training training();

        WindowNetwork windows();
    }
}
