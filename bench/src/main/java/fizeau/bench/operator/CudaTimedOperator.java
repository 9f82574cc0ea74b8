// SPDX-License-Identifier: Apache-2.0
package fizeau.bench.operator;

import fizeau.backend.cuda.CudaBackend;
import fizeau.backend.cuda.ResidentOperator;
import fizeau.optics.Mask;
import java.util.Collections;

/** The operator of a GPU on arrays that stay there. */
final class CudaTimedOperator implements TimedOperator {
    private final ResidentOperator operator;
    private final int parts;
    private final int imageCount;
    private final int objectCount;

    CudaTimedOperator(CudaBackend backend, OperatorMethod method, OperatorJob job, OperatorSetting.Case one) {
        OperatorSetting setting = job.setting();
        Mask mask = setting.mask(one.imageSize(), one.mask());
        int part = job.part(one);
        parts = one.batch() / part;
        imageCount = mask.shape().count();
        objectCount = setting.objectShape().count();
        operator = backend.residentOperator(
                setting.objectShape(),
                mask.shape(),
                method.plan(),
                Collections.nCopies(part, mask),
                part,
                method.graph());
        try {
            float[] gradient = OperatorData.amplitudeGradient(setting, one.imageSize());
            for (int i = 0; i < part; i++) {
                operator.loadObject(i, OperatorData.object(setting, i));
                operator.loadAmplitudeGradient(i, gradient);
            }
        } catch (RuntimeException | Error failure) {
            operator.close();
            throw failure;
        }
    }

    @Override
    public void forward() {
        for (int part = 0; part < parts; part++) {
            operator.measure();
        }
    }

    @Override
    public void adjoint() {
        for (int part = 0; part < parts; part++) {
            operator.adjoint();
        }
    }

    @Override
    public void await() {
        operator.await();
    }

    @Override
    public float[] amplitudes(int image) {
        float[] values = new float[imageCount];
        operator.readAmplitudes(image, values);
        return values;
    }

    @Override
    public float[] gradient(int image) {
        float[] values = new float[objectCount];
        operator.readGradient(image, values);
        return values;
    }

    @Override
    public void close() {
        operator.close();
    }
}
