// SPDX-License-Identifier: Apache-2.0
package fizeau.backend;

import fizeau.optics.Shape;
import fizeau.reconstruct.DecoderSpec;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;

/**
 * Where the engine computes. A backend offers a few coarse stages rather than tensor operations, so that it is free to
 * fuse and capture them. Stages are confined to the thread that opened them and are closed before their backend.
 */
public interface Backend extends AutoCloseable {

    /** The word for it on the command line and in records: {@code cpu}, {@code cuda}. */
    String name();

    /** Device, library versions and thread count in one line. */
    String description();

    /** The transform plans that its measurement operator has, at least one. */
    default Set<Plan> plans() {
        return EnumSet.allOf(Plan.class);
    }

    /**
     * Whether it has a stage beside the measurement operator. One that has not refuses the method that opens it with an
     * {@link UnsupportedOperationException}.
     */
    default boolean offers(Stage stage) {
        return true;
    }

    /** What a backend may lack while it grows. */
    enum Stage {
        FOURIER_TRANSFORM,
        DECODER,
        TRAINING
    }

    /** Centred transforms of complex images. */
    FourierTransform fourierTransform();

    /** The telescope's operator for objects of {@code object} embedded centrally in a frame of {@code frame}. */
    MeasurementOperator measurementOperator(Shape object, Shape frame, Plan plan);

    /** Quality of images of a size. A backend without a device of its own computes it on the host. */
    default ImageMetrics imageMetrics(Shape shape) {
        return new HostImageMetrics(shape);
    }

    /** A decoder with its own batch-norm state. */
    DecoderNetwork decoder(DecoderSpec spec);

    /**
     * Opens a reconstruction.
     *
     * @param object the true object, {@code spec.object().count()} amplitudes, row-major; copied
     * @param initialParameters the decoder's weights in the order of its layout; copied
     */
    TrainingSession openTraining(TrainingSpec spec, Switches switches, float[] object, float[] initialParameters);

    /**
     * Opens several reconstructions of one size that advance together; here one after the other.
     *
     * @param members at least one; their arrays are copied
     */
    default TrainingBatch openBatch(TrainingSpec spec, Switches switches, List<TrainingBatch.Member> members) {
        Inputs.requireMembers(members);
        return new SequentialBatch(
                members, member -> openTraining(spec, switches, member.object(), member.initialParameters()));
    }

    @Override
    void close();
}
