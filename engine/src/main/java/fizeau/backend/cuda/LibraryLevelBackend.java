// SPDX-License-Identifier: Apache-2.0
package fizeau.backend.cuda;

import fizeau.backend.Backend;
import fizeau.backend.DecoderNetwork;
import fizeau.backend.FourierTransform;
import fizeau.backend.ImageMetrics;
import fizeau.backend.MeasurementOperator;
import fizeau.backend.Plan;
import fizeau.backend.Precision;
import fizeau.backend.Switches;
import fizeau.backend.TrainingLevel;
import fizeau.backend.TrainingSession;
import fizeau.backend.TrainingSpec;
import fizeau.optics.Shape;
import fizeau.reconstruct.DecoderSpec;
import java.util.Set;

/**
 * A GPU whose decoder and training are NVIDIA's libraries whatever the switches say, so that both levels can be asked the same
 * questions. Owns the GPU's backend.
 */
public final class LibraryLevelBackend implements Backend {

    private final CudaBackend gpu;

    /** @param gpu closed with this */
    public LibraryLevelBackend(CudaBackend gpu) {
        this.gpu = gpu;
    }

    @Override
    public String name() {
        return gpu.name() + "-" + TrainingLevel.LIBRARY.word();
    }

    @Override
    public String description() {
        return gpu.description() + ", decoder by cuDNN and cuBLAS";
    }

    @Override
    public Set<Plan> plans() {
        return gpu.plans();
    }

    @Override
    public FourierTransform fourierTransform() {
        return gpu.fourierTransform();
    }

    @Override
    public MeasurementOperator measurementOperator(Shape object, Shape frame, Plan plan) {
        return gpu.measurementOperator(object, frame, plan);
    }

    @Override
    public ImageMetrics imageMetrics(Shape shape) {
        return gpu.imageMetrics(shape);
    }

    @Override
    public DecoderNetwork decoder(DecoderSpec spec) {
        return gpu.decoder(spec, TrainingLevel.LIBRARY, Precision.FP32);
    }

    @Override
    public TrainingSession openTraining(
            TrainingSpec spec, Switches switches, float[] object, float[] initialParameters) {
        Switches here = switches.at(TrainingLevel.LIBRARY, switches.precision(), switches.deterministic());
        return gpu.openTraining(spec, here, object, initialParameters);
    }

    @Override
    public void close() {
        gpu.close();
    }
}
