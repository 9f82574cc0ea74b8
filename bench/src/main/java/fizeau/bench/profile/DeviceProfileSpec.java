// SPDX-License-Identifier: Apache-2.0
package fizeau.bench.profile;

import fizeau.backend.cuda.CudaBackend;
import fizeau.bench.training.VariantSpec;
import fizeau.bench.workload.Workload;

/**
 * What is profiled on a device.
 *
 * @param variant switches of the training; null where it is the operator
 * @param seed of the training's initial weights
 */
public record DeviceProfileSpec(Workload workload, VariantSpec variant, long seed) {

    /** The word of a training, as opposed to the operator; refuses others in one sentence. */
    public static boolean isTraining(String word) {
        return DeviceWork.parse(word) == DeviceWork.Kind.TRAINING;
    }

    public static DeviceProfileSpec training(Workload workload, VariantSpec variant, long seed) {
        return new DeviceProfileSpec(workload, variant, seed);
    }

    /** The telescope over the workload's scan. */
    public static DeviceProfileSpec operator(Workload workload) {
        return new DeviceProfileSpec(workload, null, 0);
    }

    boolean isTraining() {
        return variant != null;
    }

    /** Opens the work on a device, which is borrowed. */
    DeviceWork open(CudaBackend backend, float[] object) {
        DeviceWork.Kind kind = isTraining() ? DeviceWork.Kind.TRAINING : DeviceWork.Kind.OPERATOR;
        return DeviceWork.open(kind, backend, workload, object, variant, seed);
    }
}
