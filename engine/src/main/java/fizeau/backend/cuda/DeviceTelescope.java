// SPDX-License-Identifier: Apache-2.0
package fizeau.backend.cuda;

import fizeau.backend.Plan;
import fizeau.backend.cuda.raw.DeviceMemory;
import fizeau.kernels.DeviceAddress;
import fizeau.optics.Shape;
import java.util.List;

/**
 * One way to compute the telescope on device-resident arrays, for one shape of object and frame. Only queues work; whoever reads
 * results waits for the stream.
 */
interface DeviceTelescope {

    /** The way that a plan names; opens nothing yet. */
    static DeviceTelescope of(
            Plan plan, Shape object, Shape frame, CudaSession session, DeviceCaches caches, Workspace workspace) {
        return switch (plan) {
            case FFT -> new FftTelescope(object, frame, session, caches, workspace);
            case MATRIX -> new BoxTelescope(object, frame, session, caches, workspace);
            case PRUNED -> throw new IllegalArgumentException("plan pruned does not exist on cuda");
        };
    }

    /**
     * Makes ready what a batch needs on the device beside its arrays: masks, tables, transform plans.
     *
     * @param objects how many objects the masks are spread over, a divisor of their number: mask {@code m} sees object
     *     {@code m / (masks / objects)}
     */
    Batch prepare(MaskBatch masks, int objects);

    /**
     * The weighted L1 loss of a real object's measurement through one mask, and its gradient.
     *
     * @param target {@code frame.count()} values as the detector sees them
     * @param weight one float: what a sum of absolute differences is multiplied with
     * @param rowLoss receives {@code frame.ny()} doubles that add up to the loss
     * @param gradient receives {@code object.count()} values
     * @param accumulate whether they are added to what is there
     * @param fused whether loss and gradient are taken where the field is computed; otherwise the measurement is written, compared
     *     and gone back from
     */
    void compare(
            DeviceMemory source,
            MaskBatch mask,
            DeviceAddress target,
            DeviceAddress weight,
            DeviceAddress rowLoss,
            DeviceAddress gradient,
            boolean accumulate,
            boolean fused);

    /** Reserves what a comparison through a mask needs, so that none allocates later. */
    void reserve(MaskBatch mask, boolean fused);

    /** Takes from the caches, until the leases are given back, what every comparison needs beside its mask. */
    void pinTables(List<AutoCloseable> leases);

    /**
     * A batch with all it needs. What the caches do not keep is freed when it is closed, for which the driver waits until the
     * kernels are through. Its first call of each kind may allocate; later ones with the same arrays queue kernels and
     * transforms only, so that they can be captured.
     */
    interface Batch extends AutoCloseable {

        /**
         * Measures every object through its masks.
         *
         * @param source {@code objects * object.count()} amplitudes, or interleaved complex values
         * @param amplitudes receives {@code masks * frame.count()} values
         */
        void measure(DeviceMemory source, boolean complex, DeviceMemory amplitudes);

        /**
         * The adjoint at real objects, summed over the masks of each.
         *
         * @param amplitudeGradient {@code masks * frame.count()} values in detector order
         * @param gradient receives {@code objects * object.count()} values
         */
        void adjoint(DeviceMemory source, DeviceMemory amplitudeGradient, DeviceMemory gradient);

        @Override
        void close();
    }
}
