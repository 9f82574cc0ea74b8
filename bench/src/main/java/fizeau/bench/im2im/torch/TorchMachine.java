// SPDX-License-Identifier: Apache-2.0
package fizeau.bench.im2im.torch;

import fizeau.bench.eager.EagerThreads;
import fizeau.bench.im2im.Im2imJob;
import fizeau.bench.im2im.Im2imSwitch;
import fizeau.bench.im2im.ResidentMarks;
import fizeau.bench.im2im.SettingKey;
import fizeau.bench.im2im.run.Machine;
import fizeau.bench.im2im.run.Training;
import fizeau.bench.im2im.run.WindowNetwork;
import fizeau.bench.ops.torch.ProcessSettings;

/** The processor by libtorch, which computes at once: clock readings between calls need no synchronisation. */
public final class TorchMachine implements Machine {

    @Override
    public String settle(Im2imJob job) {
        new EagerThreads.Setting(job.threads(), 1).apply();
        if (job.settings().on(Im2imSwitch.KEEP_MEMORY)) {
            ProcessSettings.keepMemory();
        }
        return job.threads() + " of OpenMP";
    }

    @Override
    public Model model(Im2imJob job, float[] weights, boolean trained) {
        ResidualUnet network = Network.of(job.settings(), weights, trained);
        return new Model() {
            @Override
            public Training training() {
                return new TrainingTask(job.experiment(), job.settings(), network);
            }

            @Override
            public WindowNetwork windows() {
                return new TorchWindows(job.settings().sizes(SettingKey.PATCH), network);
            }
        };
    }

    @Override
    public ResidentMarks memory() {
        return ResidentMarks.UNKNOWN;
    }

    @Override
    public void close() {
        // libtorch stays with the process
    }
}
