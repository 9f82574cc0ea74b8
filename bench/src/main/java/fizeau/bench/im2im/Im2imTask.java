// SPDX-License-Identifier: Apache-2.0
package fizeau.bench.im2im;

import java.util.List;

/**
 * A row of a table of tasks, as it was written.
 *
 * @param line in the file, from 1
 * @param branch a revision or a {@link Preset}
 * @param trainer {@code cpu}, {@code gpu}, {@code ddp}, or blank
 * @param checkpointPath null in training
 * @param dataPath blank for synthetic volumes
 * @param overrides each {@code key=value}
 */
public record Im2imTask(
        int line,
        String branch,
        String experiment,
        String trainer,
        int maxEpochs,
        int batchSize,
        String checkpointPath,
        String dataPath,
        List<String> overrides) {

    public Im2imTask {
        overrides = List.copyOf(overrides);
    }

    /** The same on another branch. */
    Im2imTask on(String other) {
        return new Im2imTask(
                line, other, experiment, trainer, maxEpochs, batchSize, checkpointPath, dataPath, overrides);
    }
}
