// SPDX-License-Identifier: Apache-2.0
package fizeau.bench.im2im;

import fizeau.random.NormalGenerator;
import fizeau.unet.UnetLayout;
import java.util.Arrays;
import java.util.List;
import java.util.Set;

/** A small network with a batch of samples, and what it makes of them by plain loops in double precision. */
public record UnetCase(int nz, int ny, int nx, UnetLayout layout) {
    public static final int COUNT = 2;

    public UnetCase(int nz, int ny, int nx, Integer... filters) {
        this(nz, ny, nx, new UnetLayout(List.of(filters)));
    }

    public int[] patch() {
        return new int[] {nz, ny, nx};
    }

    public int voxels() {
        return PatchBatch.voxels(patch());
    }

    /** With no norm as simple as it starts. */
    public float[] weights() {
        float[] weights = layout.seeded(3);
        NormalGenerator random = new NormalGenerator(4);
        for (int i = 0; i < weights.length; i++) {
            weights[i] += (float) (0.1 * random.nextNormal());
        }
        return weights;
    }

    public PatchBatch batch(Experiment experiment) {
        float[] target = noise(COUNT * voxels(), 2);
        if (experiment == Experiment.SEGMENTATION) {
            for (int i = 0; i < target.length; i++) {
                target[i] = target[i] > 0.4 ? 1 : 0;
            }
        }
        return new PatchBatch(COUNT, patch(), noise(COUNT * voxels(), 1), target);
    }

    public static float[] noise(int count, long seed) {
        NormalGenerator random = new NormalGenerator(seed);
        float[] values = new float[count];
        for (int i = 0; i < count; i++) {
            values[i] = (float) random.nextNormal();
        }
        return values;
    }

    /** Settings of it, with switches. */
    public Im2imSettings settings(Set<Im2imSwitch> on) {
        return Im2imSettings.of(on)
                .with(
                        SettingKey.FILTERS,
                        String.join(
                                "x",
                                layout.filters().stream().map(String::valueOf).toList()))
                .with(SettingKey.PATCH, nz + "x" + ny + "x" + nx)
                .with(SettingKey.LEARNING_RATE, "0.001");
    }

    /** Of every sample. */
    public double[][] outputs(PatchBatch batch) {
        return outputs(batch, -1, 0);
    }

    private double[][] outputs(PatchBatch batch, int parameter, double by) {
        float[] weights = weights();
        double[] values = new double[weights.length];
        Arrays.setAll(values, i -> weights[i] + (i == parameter ? by : 0));
        ReferenceUnet reference = new ReferenceUnet(layout, values);
        double[][] outputs = new double[COUNT][];
        for (int sample = 0; sample < COUNT; sample++) {
            outputs[sample] = reference.forward(patch(), sample(batch.input(), sample));
        }
        return outputs;
    }

    public double loss(Experiment experiment, double[][] outputs, PatchBatch batch) {
        return ReferenceUnet.loss(
                experiment, outputs, new double[][] {sample(batch.target(), 0), sample(batch.target(), 1)});
    }

    /** The slope of the loss along one parameter; few rectifiers turn over within so little. */
    public double difference(Experiment experiment, PatchBatch batch, int parameter) {
        double h = 1e-7;
        double above = loss(experiment, outputs(batch, parameter, h), batch);
        double below = loss(experiment, outputs(batch, parameter, -h), batch);
        return (above - below) / (2 * h);
    }

    private double[] sample(float[] values, int sample) {
        double[] one = new double[voxels()];
        Arrays.setAll(one, i -> values[sample * one.length + i]);
        return one;
    }
}
