// SPDX-License-Identifier: Apache-2.0
package fizeau.backend.cuda;

import fizeau.backend.cuda.ConvolutionChoices.Choice;
import fizeau.backend.cuda.raw.CudnnConvolution;
import fizeau.backend.cuda.raw.CudnnConvolution.Pass;
import fizeau.backend.cuda.raw.CudnnConvolution.Volumes;
import fizeau.backend.cuda.raw.CudnnHandle;
import fizeau.backend.cuda.raw.DeviceMemory;
import fizeau.kernels.ChannelTotalsParameters;
import fizeau.kernels.DeviceAddress;
import fizeau.kernels.InstanceNormGradientParameters;
import fizeau.kernels.InstanceNormParameters;
import fizeau.unet.UnetLayout;
import fizeau.unet.UnetLayout.Convolution;
import fizeau.unet.UnetWork;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;

/**
 * One convolution of a residual U-Net with the norm behind it, where it has one. Borrows everything: session, the memory of
 * its maps and the convolution belong to the network.
 */
final class UnetLayer {

    private static final int NONE = -1;

    private final CudaSession session;
    private final Convolution of;
    private final CudnnConvolution convolution;
    private final Map<Pass, Choice> choices = new EnumMap<>(Pass.class);
    private final DeviceMemory parameters;
    private final DeviceMemory gradients; // flat, as the parameters; null where nothing is trained
    private final DeviceMemory workspace; // null where no algorithm needs any
    private final int weight;
    private final int gamma;
    private final int beta;
    private final int samples;
    private final int voxels;
    private final DeviceAddress values;
    private final DeviceMemory resultMemory;
    private final DeviceAddress result;
    private final DeviceAddress applied;
    private final DeviceAddress gradient;
    private final DeviceAddress sums;

    /** What all layers of a network share. */
    record Shared(
            CudaSession session,
            CudnnHandle cudnn,
            UnetWork work,
            UnetSwitches switches,
            DeviceArrays arrays,
            DeviceMemory parameters,
            DeviceMemory gradients) {

        boolean trained() {
            return gradients != null;
        }
    }

    /** A convolution with the algorithms of its passes, before the memory for them is known. */
    record Plan(Convolution of, CudnnConvolution convolution, Map<Pass, Choice> choices) {

        /** @param owned takes over the convolution */
        static Plan of(Convolution of, Shared shared, List<AutoCloseable> owned) {
            CudnnConvolution convolution = CudnnConvolution.open(
                    shared.cudnn(), shape(of, shared.work()), shared.switches().tf32());
            owned.add(convolution);
            Map<Pass, Choice> choices = new EnumMap<>(Pass.class);
            for (Pass pass : Pass.values()) {
                boolean back = shared.trained() && !(pass == Pass.BACKWARD_DATA && of.ofNetworkInput());
                if (back || pass == forwardPass(of)) {
                    choices.put(
                            pass,
                            shared.session()
                                    .convolutions()
                                    .choose(convolution, pass, shared.switches().autotune()));
                }
            }
            return new Plan(of, convolution, choices);
        }

        /** Of the plain convolution: the one that an enlarging layer transposes. */
        private static Volumes shape(Convolution of, UnetWork work) {
            int enlarged = of.transposed() ? of.level() - 1 : of.level(); // level of its image
            return new Volumes(
                    work.samples(),
                    of.transposed() ? of.out() : of.in(),
                    work.nz() >> enlarged,
                    work.ny() >> enlarged,
                    work.nx() >> enlarged,
                    of.transposed() ? of.in() : of.out(),
                    of.kernel(),
                    of.stride(),
                    of.transposed() ? 0 : of.kernel() / 2);
        }

        private static Pass forwardPass(Convolution of) {
            return of.transposed() ? Pass.BACKWARD_DATA : Pass.FORWARD;
        }

        long workspaceBytes() {
            return choices.values().stream()
                    .mapToLong(Choice::workspaceBytes)
                    .max()
                    .orElse(0);
        }
    }

    /**
     * @param workspace of all layers, which follow one another; null where none needs any
     * @param scratch takes what comes before the norm where nothing is trained
     */
    UnetLayer(Plan plan, Shared shared, DeviceMemory workspace, DeviceMemory scratch) {
        UnetLayout layout = shared.work().layout();
        this.session = shared.session();
        this.of = plan.of();
        this.convolution = plan.convolution();
        this.choices.putAll(plan.choices());
        this.parameters = shared.parameters();
        this.gradients = shared.gradients();
        this.workspace = workspace;
        this.weight = layout.offset(of.name());
        this.gamma = layout.norm(of).map(norm -> layout.offset(norm + ".gamma")).orElse(NONE);
        this.beta = layout.norm(of).map(norm -> layout.offset(norm + ".beta")).orElse(NONE);
        this.samples = shared.work().samples();
        this.voxels = shared.work().voxels(of.outLevel());
        DeviceArrays arrays = shared.arrays();
        this.resultMemory = arrays.floats(count(), "maps");
        this.result = resultMemory.address();
        if (gamma == NONE) {
            this.values = result;
            this.applied = DeviceAddress.NULL;
        } else {
            this.values = shared.trained()
                    ? arrays.floats(count(), "maps before a norm").address()
                    : scratch.address();
            this.applied = arrays.floats(2L * samples * of.out(), "means and deviations")
                    .address();
        }
        this.gradient =
                shared.trained() ? arrays.floats(count(), "gradients of maps").address() : DeviceAddress.NULL;
        this.sums = shared.trained() && gamma != NONE
                ? arrays.doubles(2L * samples * of.out(), "sums of gradients").address()
                : DeviceAddress.NULL;
    }

    /** Values of its result, those of a sample times the samples. */
    long count() {
        return (long) samples * sampleCount();
    }

    long sampleCount() {
        return (long) of.out() * voxels;
    }

    /** What it gives, norm and rectifier included. */
    DeviceAddress result() {
        return result;
    }

    DeviceMemory resultMemory() {
        return resultMemory;
    }

    /** With respect to the result; after {@link #normaliseBackward} with respect to what came before the norm. */
    DeviceAddress gradient() {
        return gradient;
    }

    /** Queues the convolution. */
    void convolve(DeviceAddress from) {
        if (of.transposed()) {
            run(Pass.BACKWARD_DATA, values, parameters, from);
        } else {
            run(Pass.FORWARD, from, parameters, values);
        }
    }

    /** Queues norm, sum and rectifier; {@code past} may be the null address, slope 1 lets everything pass. */
    void normalise(DeviceAddress past, double slope) {
        session.launch(new InstanceNormParameters(
                values, parameters.address(), past, result, applied, samples, of.out(), voxels, gamma, beta, (float)
                        slope));
    }

    /** Queues the way back through norm, sum and rectifier, and the gradients of scale and shift. */
    void normaliseBackward(DeviceAddress pastGradient, double slope) {
        session.launch(new InstanceNormGradientParameters(
                values,
                parameters.address(),
                result,
                applied,
                gradient,
                gradient,
                pastGradient,
                sums,
                samples,
                of.out(),
                voxels,
                gamma,
                (float) slope));
        session.launch(new ChannelTotalsParameters(sums, gradients.address(), of.out(), samples, beta, gamma));
    }

    /** Queues the gradient of the weights, where {@code from} went in. */
    void weightGradient(DeviceAddress from, DeviceAddress own) {
        if (of.transposed()) {
            run(Pass.BACKWARD_FILTER, own, gradients, from);
        } else {
            run(Pass.BACKWARD_FILTER, from, gradients, own);
        }
    }

    /** Queues the gradient of what went in. */
    void dataGradient(DeviceAddress own, DeviceAddress to) {
        if (of.transposed()) {
            run(Pass.FORWARD, own, parameters, to);
        } else {
            run(Pass.BACKWARD_DATA, to, parameters, own);
        }
    }

    private void run(Pass pass, DeviceAddress image, DeviceMemory flat, DeviceAddress response) {
        Choice choice = choices.get(pass);
        convolution.run(
                pass,
                choice.algorithm(),
                image,
                flat.address().plusBytes((long) Float.BYTES * weight),
                response,
                choice.workspaceBytes() == 0 ? null : workspace);
    }
}
