// SPDX-License-Identifier: Apache-2.0
package fizeau.bench.im2im.run;

import fizeau.bench.im2im.PatchBatch;
import fizeau.bench.im2im.Timers;
import java.util.List;
import java.util.Map;

/** A training under way. When a method returns, its work is done. */
public interface Training extends AutoCloseable {

    /** Timers of a first batch, in order: transfer, forward pass with the loss. */
    List<String> FIRST_BATCH =
            List.of("epoch_breakdown.to_device_first_batch", "epoch_breakdown.model_forward_first_batch");

    /** Sets the learning rate of an epoch, from 0. */
    void beginEpoch(int epoch);

    /** One optimiser step; the loss is that before it. */
    double step(PatchBatch batch);

    /** The same with the timers of {@link #FIRST_BATCH}. */
    double firstStep(PatchBatch batch, Timers timers);

    /** The loss of a batch, without a step. */
    double validate(PatchBatch batch);

    /** Seconds so far by part. */
    Map<String, Double> parts();

    /** A copy of all parameters in the order of the layout. */
    float[] values();

    @Override
    void close();
}
