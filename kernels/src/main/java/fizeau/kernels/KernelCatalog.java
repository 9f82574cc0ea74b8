// SPDX-License-Identifier: Apache-2.0
package fizeau.kernels;

import java.util.List;

/**
 * The one list of kernels. Names to compile and launch, parameter layouts and the registration of the CPU emulation all come
 * from it.
 */
public final class KernelCatalog {

    private static final List<Kernel> KERNELS = List.of(
            new Kernel("box_project", "measure", BoxProjectParameters.class),
            new Kernel("box_project_field", "measure", BoxProjectFieldParameters.class),
            new Kernel("row_amplitude", "measure", RowAmplitudeParameters.class),
            new Kernel("row_l1", "measure", RowL1Parameters.class),
            new Kernel("row_gradient", "measure", RowGradientParameters.class),
            new Kernel("box_adjoint", "measure", BoxAdjointParameters.class),
            new Kernel("object_adjoint", "measure", ObjectAdjointParameters.class),
            new Kernel("embed_object", "fourier", EmbedObjectParameters.class),
            new Kernel("embed_field", "fourier", EmbedFieldParameters.class),
            new Kernel("mask_multiply", "fourier", MaskMultiplyParameters.class),
            new Kernel("box_multiply", "fourier", BoxMultiplyParameters.class),
            new Kernel("checkerboard_multiply", "fourier", CheckerboardMultiplyParameters.class),
            new Kernel("field_amplitude", "fourier", FieldAmplitudeParameters.class),
            new Kernel("field_l1", "fourier", FieldL1Parameters.class),
            new Kernel("field_gradient", "fourier", FieldGradientParameters.class),
            new Kernel("extract_object", "fourier", ExtractObjectParameters.class),
            new Kernel("adam_advance", "optimize", AdamAdvanceParameters.class),
            new Kernel("adam_step", "optimize", AdamStepParameters.class),
            new Kernel("decayed_step", "optimize", DecayedStepParameters.class),
            new Kernel("decoder_first", "decoder", DecoderFirstParameters.class),
            new Kernel("decoder_convolve", "decoder", DecoderConvolveParameters.class),
            new Kernel("head_gradient", "backward", HeadGradientParameters.class),
            new Kernel("decoder_backward", "backward", DecoderBackwardParameters.class),
            new Kernel("gather_weights", "backward", GatherWeightsParameters.class),
            new Kernel("decoder_first_step", "backward", DecoderFirstStepParameters.class),
            new Kernel("activate", "glue", ActivateParameters.class),
            new Kernel("gate_gradient", "glue", GateGradientParameters.class),
            new Kernel("head_image", "glue", HeadImageParameters.class),
            new Kernel("narrow_values", "glue", NarrowValuesParameters.class),
            new Kernel("widen_values", "glue", WidenValuesParameters.class),
            new Kernel("max_pool", "layers", MaxPoolParameters.class),
            new Kernel("mean_rows", "layers", MeanRowsParameters.class),
            new Kernel("layer_norm", "layers", LayerNormParameters.class),
            new Kernel("softmax_rows", "layers", SoftmaxRowsParameters.class),
            new Kernel("finish_rows", "layers", FinishRowsParameters.class),
            new Kernel("copy_strided", "layers", CopyStridedParameters.class),
            new Kernel("instance_norm", "unet", InstanceNormParameters.class),
            new Kernel("instance_norm_gradient", "unet", InstanceNormGradientParameters.class),
            new Kernel("channel_totals", "unet", ChannelTotalsParameters.class),
            new Kernel("join_maps", "unet", JoinMapsParameters.class),
            new Kernel("split_maps", "unet", SplitMapsParameters.class),
            new Kernel("add_maps", "unet", AddMapsParameters.class),
            new Kernel("patch_loss", "unet", PatchLossParameters.class),
            new Kernel("patch_loss_gradient", "unet", PatchLossGradientParameters.class),
            new Kernel("target_weight", "training", TargetWeightParameters.class),
            new Kernel("amplitude_l1", "training", AmplitudeL1Parameters.class),
            new Kernel("training_advance", "training", TrainingAdvanceParameters.class),
            new Kernel("jet_compose", "jets", JetComposeParameters.class),
            new Kernel("jet_tiles", "jets", JetTilesParameters.class),
            new Kernel("jet_gather", "jets", JetGatherParameters.class),
            new Kernel("jet_step", "jets", JetStepParameters.class),
            new Kernel("image_sums", "metrics", ImageSumsParameters.class),
            new Kernel("similarity", "metrics", SimilarityParameters.class),
            new Kernel("sum_rows", "metrics", SumRowsParameters.class),
            new Kernel("multiply_add_rate", "rates", MultiplyAddRateParameters.class));

    private KernelCatalog() {}

    /** All kernels, those of one source together. */
    public static List<Kernel> kernels() {
        return KERNELS;
    }

    /** Names of the source files without their ending, each once. */
    public static List<String> sources() {
        return KERNELS.stream().map(Kernel::source).distinct().toList();
    }

    /** The kernels of one source file. */
    public static List<Kernel> kernelsOf(String source) {
        return KERNELS.stream().filter(kernel -> kernel.source().equals(source)).toList();
    }

    /** The kernel that takes these parameters. */
    public static Kernel kernelFor(Class<? extends KernelParameters> parameters) {
        return KERNELS.stream()
                .filter(kernel -> kernel.parameters() == parameters)
                .findFirst()
                .orElseThrow(() -> new IllegalArgumentException(
                        "no kernel takes " + parameters.getName() + ": add it to KernelCatalog"));
    }
}
