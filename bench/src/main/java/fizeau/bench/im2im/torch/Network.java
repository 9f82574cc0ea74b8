// SPDX-License-Identifier: Apache-2.0
package fizeau.bench.im2im.torch;

import fizeau.bench.im2im.Im2imJob;
import fizeau.bench.im2im.Im2imSettings;
import fizeau.bench.im2im.Im2imSwitch;
import fizeau.bench.im2im.UnetLayout;
import fizeau.image.NpyFile;
import java.nio.file.Path;
import java.util.List;

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
        float[] values = NpyFile.read(Path.of(job.checkpoint())).values();
        if (values.length != layout.parameterCount()) {
            throw new IllegalArgumentException("checkpoint " + job.checkpoint() + " holds " + values.length
                    + " numbers and the network with filters " + layout.filters() + " has " + layout.parameterCount()
                    + ": name a checkpoint of the same network");
        }
        return values;
    }

    static String origin(Im2imJob job) {
        return job.checkpoint() == null
                ? "seeded, seed " + job.settings().seed()
                : "checkpoint " + Path.of(job.checkpoint()).getFileName();
    }

    static void save(ResidualUnet network, Path file) {
        float[] values = network.values();
        NpyFile.write(file, new NpyFile.Array(List.of(values.length), values));
    }
}
