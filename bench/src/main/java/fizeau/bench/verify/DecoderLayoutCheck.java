// SPDX-License-Identifier: Apache-2.0
package fizeau.bench.verify;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import fizeau.reconstruct.DecoderLayout;
import java.util.Map;

/** Compares the layers, parameters and buffers of a decoder with a stored list of them, field by field. */
final class DecoderLayoutCheck {

    private static final ObjectMapper JSON = new ObjectMapper();

    /** What batch norm uses everywhere; see {@link fizeau.backend.DecoderNetwork}. */
    private static final double EPSILON = 1e-5;

    private static final double MOMENTUM = 0.1;

    private final CaseRun run;
    private final DecoderLayout layout;
    private final ArrayNode modules = JSON.createArrayNode();
    private final ArrayNode parameters = JSON.createArrayNode();
    private final ArrayNode buffers = JSON.createArrayNode();
    private int segment;

    DecoderLayoutCheck(CaseRun run, DecoderLayout layout) {
        this.run = run;
        this.layout = layout;
    }

    void check() {
        describe();
        exact("latent_channels", JSON.getNodeFactory().numberNode(layout.spec().inputSize()));
        exact(
                "num_upsample_layers",
                JSON.getNodeFactory().numberNode(layout.spec().upsamplingLayers()));
        exact("parameter_count", JSON.getNodeFactory().numberNode(layout.parameterCount()));
        ArrayNode progression = JSON.createArrayNode();
        layout.layers().forEach(layer -> progression.add(layer.outChannels()));
        exact("channel_progression", progression);
        exact("layers", modules);
        exact("parameters", parameters);
        exact("parameter_layout", parameters);
        exact("buffers", buffers);
        exact("buffer_layout", withoutCounters(buffers));
        // how far single and double precision of the reference are apart; the tolerances allow for it
        run.takeScalar("n_params_deviating_more_than_1e_5_after_step1_between_f32_and_f64");
    }

    private void describe() {
        addParameter(1, layout.spec().inputSize(), 1, 1);
        for (DecoderLayout.Layer layer : layout.layers()) {
            describe(layer);
        }
        int edge = layout.layers().get(layout.layers().size() - 1).outEdge();
        module("Sigmoid", 1, edge);
        module("CropPad", 1, layout.spec().outputSize())
                .put("size", layout.spec().outputSize());
        module("CropPad", 1, layout.spec().inputSize())
                .put("size", layout.spec().inputSize());
    }

    private void describe(DecoderLayout.Layer layer) {
        boolean transposed = layer.kind() == DecoderLayout.Kind.FIRST || layer.kind() == DecoderLayout.Kind.UPSAMPLING;
        boolean padded = layer.kind() == DecoderLayout.Kind.UPSAMPLING || layer.kind() == DecoderLayout.Kind.REFINEMENT;
        int first = transposed ? layer.inChannels() : layer.outChannels();
        int second = transposed ? layer.outChannels() : layer.inChannels();
        ObjectNode convolution = module(transposed ? "ConvTranspose2d" : "Conv2d", layer.outChannels(), layer.outEdge())
                .put("in_channels", layer.inChannels())
                .put("out_channels", layer.outChannels())
                .put("kernel", layer.kernel())
                .put("stride", layer.kind() == DecoderLayout.Kind.UPSAMPLING ? 2 : 1)
                .put("padding", padded ? 1 : 0)
                .put("output_padding", 0)
                .put("bias", layer.bias() >= 0);
        convolution
                .putArray("weight_shape")
                .add(first)
                .add(second)
                .add(layer.kernel())
                .add(layer.kernel());
        addParameter(first, second, layer.kernel(), layer.kernel());
        if (layer.bias() >= 0) {
            addParameter(layer.outChannels());
        }
        if (layer.gamma() >= 0) {
            String norm = "decoder." + modules.size() + ".main.";
            module("ConditionalBatchNorm", layer.outChannels(), layer.outEdge())
                    .put("channels", layer.outChannels())
                    .put("eps", EPSILON)
                    .put("momentum", MOMENTUM)
                    .put("affine", true);
            addParameter(layer.outChannels());
            addParameter(layer.outChannels());
            buffer(norm + "running_mean", layer.statistics(), layer.outChannels());
            buffer(norm + "running_var", layer.statistics() + layer.outChannels(), layer.outChannels());
            buffers.addObject().put("name", norm + "num_batches_tracked").putArray("shape");
        }
        if (layer.relu()) {
            module("ReLU", layer.outChannels(), layer.outEdge());
        }
    }

    private ObjectNode module(String type, int channels, int edge) {
        ObjectNode module = modules.addObject();
        module.put("index", modules.size() - 1).put("type", type);
        module.putArray("output_shape").add(1).add(channels).add(edge).add(edge);
        return module;
    }

    private void addParameter(int... shape) {
        DecoderLayout.Segment stored = layout.segments().get(segment++);
        ObjectNode parameter = parameters
                .addObject()
                .put("name", stored.name())
                .put("offset", stored.offset())
                .put("count", stored.count());
        ArrayNode extents = parameter.putArray("shape");
        for (int extent : shape) {
            extents.add(extent);
        }
    }

    private void buffer(String name, int offset, int count) {
        buffers.addObject()
                .put("name", name)
                .put("offset", offset)
                .put("count", count)
                .putArray("shape")
                .add(count);
    }

    private static ArrayNode withoutCounters(ArrayNode buffers) {
        ArrayNode statistics = JSON.createArrayNode();
        for (JsonNode buffer : buffers) {
            if (buffer.has("count")) {
                statistics.add(buffer);
            }
        }
        return statistics;
    }

    private void exact(String name, JsonNode actual) {
        if (run.golden().scalars().has(name)) {
            JsonNode expected = run.golden().scalars().get(name);
            run.exact(name, restrictedTo(expected, actual), expected);
        }
    }

    /** What is expected is compared; fields that the case does not store are not. */
    private static JsonNode restrictedTo(JsonNode expected, JsonNode actual) {
        if (!expected.isArray() || !actual.isArray() || expected.size() != actual.size()) {
            return actual;
        }
        ArrayNode restricted = JSON.createArrayNode();
        for (int i = 0; i < actual.size(); i++) {
            if (!actual.get(i).isObject()) {
                restricted.add(actual.get(i));
                continue;
            }
            ObjectNode fields = restricted.addObject();
            for (Map.Entry<String, JsonNode> field : expected.get(i).properties()) {
                if (actual.get(i).has(field.getKey())) {
                    fields.set(field.getKey(), actual.get(i).get(field.getKey()));
                }
            }
        }
        return restricted;
    }
}
