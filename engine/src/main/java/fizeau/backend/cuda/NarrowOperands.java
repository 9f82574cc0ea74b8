// SPDX-License-Identifier: Apache-2.0
package fizeau.backend.cuda;

import fizeau.backend.cuda.raw.DeviceMemory;
import fizeau.kernels.DeviceAddress;
import fizeau.kernels.NarrowValuesParameters;
import fizeau.kernels.WidenValuesParameters;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Copies in bfloat16 of what convolutions take and give. Weights are narrowed once a forward pass, and every map once; the
 * floats remain what batch norm and the optimiser work on. Every copy has an array of its own, because cuDNN's kernels for
 * tensor cores load 16 bytes at a time. Its memory belongs to the arrays it was given.
 */
final class NarrowOperands implements ConvolutionOperands {

    private final CudaSession session;
    private final DeviceMemory parameters;
    private final List<LibraryLayer> convolutions;
    private final DeviceAddress gradient;
    private final DeviceAddress result;
    private final Map<Integer, DeviceAddress> weights = new HashMap<>(); // by their place among the parameters
    private final Map<LibraryLayer, DeviceAddress> maps = new HashMap<>();

    /**
     * @param arrays own the copies
     * @param layers of the decoder, the first of which is no convolution
     * @param parameters of all layers
     */
    NarrowOperands(CudaSession session, DeviceArrays arrays, List<LibraryLayer> layers, DeviceMemory parameters) {
        this.session = session;
        this.parameters = parameters;
        this.convolutions = List.copyOf(layers.subList(1, layers.size()));
        long mostWeights = 0;
        for (LibraryLayer layer : convolutions) {
            int count = layer.layer().weightCount();
            weights.put(layer.layer().weight(), shorts(arrays, count, "narrow weights"));
            mostWeights = Math.max(mostWeights, count);
        }
        long most = 0;
        for (LibraryLayer layer : layers) {
            most = Math.max(most, layer.count());
            if (layer != layers.get(layers.size() - 1)) {
                maps.put(layer, shorts(arrays, layer.count(), "narrow maps"));
            }
        }
        this.gradient = shorts(arrays, most, "a narrow gradient");
        this.result = shorts(arrays, Math.max(most, mostWeights), "a convolution's narrow result");
    }

    private static DeviceAddress shorts(DeviceArrays arrays, long count, String purpose) {
        return arrays.floats((count + 1) / 2, purpose).address(); // two in the place of one
    }

    @Override
    public void takeWeights() {
        for (LibraryLayer layer : convolutions) {
            int offset = layer.layer().weight();
            narrow(
                    LibraryLayer.at(parameters.address(), offset),
                    weight(offset),
                    layer.layer().weightCount());
        }
    }

    @Override
    public DeviceAddress weight(int offset) {
        return weights.get(offset);
    }

    @Override
    public DeviceAddress take(LibraryLayer layer) {
        return narrow(layer.activated(), maps.get(layer), layer.count());
    }

    @Override
    public DeviceAddress taken(LibraryLayer layer) {
        return maps.get(layer);
    }

    @Override
    public DeviceAddress take(DeviceAddress values, long count) {
        return narrow(values, gradient, count);
    }

    @Override
    public DeviceAddress place(DeviceAddress wide) {
        return result;
    }

    @Override
    public void finish(DeviceAddress wide, long count) {
        session.launch(new WidenValuesParameters(result, wide, count));
    }

    private DeviceAddress narrow(DeviceAddress values, DeviceAddress to, long count) {
        session.launch(new NarrowValuesParameters(values, to, count));
        return to;
    }
}
