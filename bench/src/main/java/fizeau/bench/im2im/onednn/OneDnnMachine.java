// SPDX-License-Identifier: Apache-2.0
package fizeau.bench.im2im.onednn;

import fizeau.bench.im2im.Im2imJob;
import fizeau.bench.im2im.Im2imSettings;
import fizeau.bench.im2im.Im2imSwitch;
import fizeau.bench.im2im.ResidentMarks;
import fizeau.bench.im2im.run.Machine;
import fizeau.bench.im2im.run.Training;
import fizeau.bench.im2im.run.WindowNetwork;
import fizeau.bench.onednn.OneDnn;
import fizeau.bench.ops.torch.ProcessSettings;

/** The processor by oneDNN's primitives, for training in single precision. A process of it never loads libtorch. */
public final class OneDnnMachine implements Machine {

    /**
     * Whether it computes what switch {@code onednn} asks for; libtorch does otherwise: filters that do not fill the
     * processor's vectors have no quick primitives, and bfloat16 has none in this layout.
     */
    public static boolean computes(Im2imSettings settings) {
        return settings.on(Im2imSwitch.ONEDNN)
                && !settings.on(Im2imSwitch.BF16)
                && ActivationLayout.suits(settings.layout());
    }

    @Override
    public String settle(Im2imJob job) {
        if (job.settings().on(Im2imSwitch.KEEP_MEMORY)) {
            ProcessSettings.keepMemory();
        }
        return job.threads() + ", a sample each, in " + OneDnn.version();
    }

    @Override
    public Model model(Im2imJob job, float[] weights, boolean trained) {
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
        // the library stays with the process
    }
}
