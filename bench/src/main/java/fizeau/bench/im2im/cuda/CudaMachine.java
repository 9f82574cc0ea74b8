// SPDX-License-Identifier: Apache-2.0
package fizeau.bench.im2im.cuda;

import fizeau.backend.cuda.CudaBackend;
import fizeau.backend.cuda.UnetSwitches;
import fizeau.bench.im2im.Experiment;
import fizeau.bench.im2im.Im2imJob;
import fizeau.bench.im2im.Im2imSettings;
import fizeau.bench.im2im.Im2imSwitch;
import fizeau.bench.im2im.ResidentMarks;
import fizeau.bench.im2im.SettingKey;
import fizeau.bench.im2im.run.Machine;
import fizeau.bench.im2im.run.Training;
import fizeau.bench.im2im.run.WindowNetwork;
import fizeau.nativeconfig.Settings;
import fizeau.unet.PatchLoss;
import fizeau.unet.UnetWork;

/** A GPU by cuDNN and kernels of our own. Owns the device's session, from {@link #settle} on. */
public final class CudaMachine implements Machine {
    private final Settings surroundings;
    private CudaBackend backend;

    public CudaMachine() {
        this(Settings.ofProcess());
    }

    CudaMachine(Settings surroundings) {
        this.surroundings = surroundings;
    }

    @Override
    public String settle(Im2imJob job) {
        backend = CudaBackend.open(surroundings, job.settings().card());
        return backend.description();
    }

    @Override
    public Model model(Im2imJob job, float[] weights, boolean trained) {
        Im2imSettings settings = job.settings();
        return trained ? trained(job, weights, settings) : predicting(weights, settings);
    }

    private Model trained(Im2imJob job, float[] weights, Im2imSettings settings) {
        CudaTraining training = new CudaTraining(
                settings,
                backend.openUnetTraining(
                        work(settings, SettingKey.BATCH_SIZE),
                        job.experiment() == Experiment.SEGMENTATION ? PatchLoss.OVERLAP : PatchLoss.SQUARED_ERROR,
                        settings.number(SettingKey.WEIGHT_DECAY),
                        weights,
                        switches(settings)));
        return new Model() {
            @Override
            public Training training() {
                return training;
            }

            @Override
            public WindowNetwork windows() {
                throw new IllegalStateException("this network was set up to be trained");
            }
        };
    }

    private Model predicting(float[] weights, Im2imSettings settings) {
        CudaWindows windows = new CudaWindows(
                backend.openUnetInference(work(settings, SettingKey.WINDOW_BATCH), weights, switches(settings)));
        return new Model() {
            @Override
            public Training training() {
                throw new IllegalStateException("this network was set up to predict");
            }

            @Override
            public WindowNetwork windows() {
                return windows;
            }
        };
    }

    /** @param together which setting says how many patches */
    private static UnetWork work(Im2imSettings settings, SettingKey together) {
        int[] patch = settings.sizes(SettingKey.PATCH);
        return new UnetWork(settings.layout(), settings.integer(together), patch[0], patch[1], patch[2]);
    }

    private static UnetSwitches switches(Im2imSettings settings) {
        return new UnetSwitches(
                settings.on(Im2imSwitch.CUDNN_AUTOTUNE),
                settings.on(Im2imSwitch.TF32),
                settings.on(Im2imSwitch.GRAPH),
                settings.on(Im2imSwitch.FUSED_OPTIMIZER));
    }

    /** What the program asked for; the driver's and the libraries' own is not in it. */
    @Override
    public ResidentMarks memory() {
        return new ResidentMarks() {
            @Override
            public boolean known() {
                return true;
            }

            @Override
            public long resident() {
                return backend == null ? 0 : backend.deviceBytes();
            }

            @Override
            public long takePeak() {
                return backend == null ? 0 : backend.takePeakDeviceBytes();
            }
        };
    }

    @Override
    public void close() {
        if (backend != null) {
            backend.close();
        }
    }
}
