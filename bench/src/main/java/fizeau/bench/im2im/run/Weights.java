// SPDX-License-Identifier: Apache-2.0
package fizeau.bench.im2im.run;

import fizeau.bench.im2im.Checkpoint;
import fizeau.bench.im2im.Im2imJob;
import fizeau.unet.UnetLayout;
import java.nio.file.Path;

/** Where the weights of a job come from. */
final class Weights {

    private Weights() {}

    /** Of the checkpoint, or by seed. */
    static float[] of(Im2imJob job) {
        UnetLayout layout = job.settings().layout();
        if (job.checkpoint() == null) {
            return layout.seeded(job.settings().seed());
        }
        return Checkpoint.read(Path.of(job.checkpoint()), layout);
    }

    static String origin(Im2imJob job) {
        return job.checkpoint() == null
                ? "seeded, seed " + job.settings().seed()
                : "checkpoint " + Path.of(job.checkpoint()).getFileName();
    }
}
