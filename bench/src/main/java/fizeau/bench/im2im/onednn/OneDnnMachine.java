// SPDX-License-Identifier: Apache-2.0
package fizeau.bench.im2im.onednn;

import fizeau.bench.im2im.Im2imJob;
import fizeau.bench.im2im.Im2imSwitch;
import fizeau.bench.im2im.ResidentMarks;
import fizeau.bench.im2im.SettingKey;
import fizeau.bench.im2im.run.Machine;
import fizeau.bench.im2im.run.Training;
import fizeau.bench.im2im.run.WindowNetwork;
import fizeau.bench.onednn.OneDnn;
import fizeau.bench.ops.torch.ProcessSettings;

/** The processor by oneDNN's primitives, for training in single precision; another machine where they do not suit. */
public final class OneDnnMachine implements Machine {
    private final Machine otherwise;
    private boolean suits;

    /** @param otherwise owned; computes what has no quick primitives, and loads nothing before it must */
    public OneDnnMachine(Machine otherwise) {
        this.otherwise = otherwise;
    }

    @Override
    public String settle(Im2imJob job) {
        suits = suits(job);
        if (!suits) {
            return otherwise.settle(job);
        }
        if (job.settings().on(Im2imSwitch.KEEP_MEMORY)) {
            ProcessSettings.keepMemory();
        }
        return job.threads() + ", a sample each, in " + OneDnn.version();
    }

    /**
     * There is no bfloat16 in blocks of channels, filters must fill whole blocks, and threads without a sample would idle. The
     * last question loads the library.
     */
    private static boolean suits(Im2imJob job) {
        return !job.settings().on(Im2imSwitch.BF16)
                && job.settings().integer(SettingKey.BATCH_SIZE) >= job.threads()
                && ActivationLayout.suits(job.settings().layout());
    }

    @Override
    public Model model(Im2imJob job, float[] weights, boolean trained) {
        if (!suits) {
            return otherwise.model(job, weights, trained);
        }
        return new Model() {
            @Override
            public Training training() {
                return new SampleTraining(job.experiment(), job.settings(), weights, job.threads());
            }

            @Override
            public WindowNetwork windows() {
                throw new UnsupportedOperationException("switch onednn trains, it does not predict");
            }
        };
    }

    @Override
    public ResidentMarks memory() {
        return ResidentMarks.UNKNOWN;
    }

    @Override
    public void close() {
        otherwise.close();
    }
}
