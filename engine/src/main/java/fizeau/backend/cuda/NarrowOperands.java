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
 * Copies in bfloat16 of what convolutions take and give. Weights are narrowed together, once a forward pass, and every map once;
 * the floats remain what batch norm and the optimiser work on. Its memory belongs to the arrays it was given.
 */
final class NarrowOperands implements ConvolutionOperands {

    private final CudaSession session;
    private final DeviceMemory parameters;
    private final int firstWeight;
    private final int weights;
    private final DeviceAddress narrowWeights;
    private final DeviceAddress gradient;
    private final DeviceAddress result;
    private final Map<LibraryLayer, DeviceAddress> maps = new HashMap<>();

    /**
     * @param arrays own the copies
     * @param layers of the decoder, the first of which is no convolution
     * @param parameters of all layers
     */
    NarrowOperands(CudaSession session, DeviceArrays arrays, List<LibraryLayer> layers, DeviceMemory parameters) {
        this.session = session;
        this.parameters = parameters;
        this.firstWeight = layers.get(1).layer().weight();
        this.weights = (int) (parameters.bytes() / Float.BYTES) - firstWeight;
        this.narrowWeights = shorts(arrays, weights, "narrow weights");
        long most = 0;
        long mostWeights = 0;
        for (LibraryLayer layer : layers) {
            most = Math.max(most, layer.count());
            if (layer != layers.get(0)) {
                mostWeights = Math.max(mostWeights, layer.layer().weightCount());
            }
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
        narrow(LibraryLayer.at(parameters.address(), firstWeight), narrowWeights, weights);
    }

    @Override
    public DeviceAddress weight(int offset) {
        return narrowWeights.plusBytes((long) Short.BYTES * (offset - firstWeight));
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
