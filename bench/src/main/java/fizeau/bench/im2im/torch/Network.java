// SPDX-License-Identifier: Apache-2.0
package fizeau.bench.im2im.torch;

import fizeau.bench.im2im.Checkpoint;
import fizeau.bench.im2im.Im2imJob;
import fizeau.bench.im2im.Im2imSettings;
import fizeau.bench.im2im.Im2imSwitch;
import fizeau.bench.im2im.UnetLayout;
import java.nio.file.Path;

/** Makes networks as a job wants them, and keeps their weights in files. */
final class Network {

    private Network() {}

    static ResidualUnet of(Im2imSettings settings, float[] values, boolean trained) {
        return new ResidualUnet(
                settings.layout(),
                values,
                new ResidualUnet.Form(
                        settings.on(Im2imSwitch.CHANNELS_LAST),
                        settings.on(Im2imSwitch.GROUP_NORM),
                        settings.on(Im2imSwitch.BF16),
                        settings.on(Im2imSwitch.PREPACK)),
                settings.on(Im2imSwitch.FUSED_OPTIMIZER),
                trained);
    }

    /** Weights of the checkpoint, or by seed. */
    static float[] values(Im2imJob job) {
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

    static void save(ResidualUnet network, Path file) {
        Checkpoint.write(file, network.values());
    }
}
