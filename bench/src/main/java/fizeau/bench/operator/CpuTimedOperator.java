// SPDX-License-Identifier: Apache-2.0
package fizeau.bench.operator;

import fizeau.backend.MeasurementOperator;
import fizeau.backend.cpu.CpuBackend;
import fizeau.optics.Mask;
import java.util.Arrays;
import java.util.List;

/** The operator of the CPU, object by object. Each image of a part has arrays of its own, as in a batch. */
final class CpuTimedOperator implements TimedOperator {
    private final MeasurementOperator operator;
    private final Mask mask;
    private final List<Mask> masks;
    private final int parts;
    private final float[][] objects;
    private final float[][] amplitudes;
    private final float[][] amplitudeGradients;
    private final float[][] gradients;

    CpuTimedOperator(CpuBackend backend, OperatorMethod method, OperatorJob job, OperatorSetting.Case one) {
        OperatorSetting setting = job.setting();
        mask = setting.mask(one.imageSize(), one.mask());
        masks = List.of(mask);
        int part = job.part(one);
        parts = one.batch() / part;
        objects = new float[part][];
        amplitudeGradients = new float[part][];
        amplitudes = new float[part][mask.shape().count()];
        gradients = new float[part][setting.objectShape().count()];
        for (int i = 0; i < part; i++) {
            objects[i] = OperatorData.object(setting, i);
            amplitudeGradients[i] = OperatorData.amplitudeGradient(setting, one.imageSize());
        }
        operator = backend.measurementOperator(setting.objectShape(), mask.shape(), method.plan());
    }

    @Override
    public void forward() {
        for (int part = 0; part < parts; part++) {
            for (int i = 0; i < objects.length; i++) {
                operator.load(objects[i]);
                operator.measure(masks, amplitudes[i]);
            }
        }
    }

    @Override
    public void adjoint() {
        for (int part = 0; part < parts; part++) {
            for (int i = 0; i < objects.length; i++) {
                operator.load(objects[i]);
                Arrays.fill(gradients[i], 0);
                operator.adjoint(mask, amplitudeGradients[i], gradients[i]);
            }
        }
    }

    @Override
    public void await() {
        // calls return when they are done
    }

    @Override
    public float[] amplitudes(int image) {
        return amplitudes[image];
    }

    @Override
    public float[] gradient(int image) {
        return gradients[image];
    }

    @Override
    public void close() {
        operator.close();
    }
}
