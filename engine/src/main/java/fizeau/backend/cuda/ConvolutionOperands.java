// SPDX-License-Identifier: Apache-2.0
package fizeau.backend.cuda;

import fizeau.backend.cuda.raw.DeviceMemory;
import fizeau.kernels.DeviceAddress;

/** How convolutions get at a decoder's arrays of floats: as they are, or through copies of another type. */
interface ConvolutionOperands {

    /** For convolutions of floats. */
    static ConvolutionOperands asTheyAre(DeviceMemory parameters) {
        return new ConvolutionOperands() {
            @Override
            public void takeWeights() {}

            @Override
            public DeviceAddress weight(int offset) {
                return LibraryLayer.at(parameters.address(), offset);
            }

            @Override
            public DeviceAddress take(LibraryLayer layer) {
                return layer.activated();
            }

            @Override
            public DeviceAddress taken(LibraryLayer layer) {
                return layer.activated();
            }

            @Override
            public DeviceAddress take(DeviceAddress values, long count) {
                return values;
            }

            @Override
            public DeviceAddress place(DeviceAddress result) {
                return result;
            }

            @Override
            public void finish(DeviceAddress result, long count) {}
        };
    }

    /** Queues what has to happen to all weights before a forward pass. */
    void takeWeights();

    /** A weight, by its place among the parameters, of the pass that took them last. */
    DeviceAddress weight(int offset);

    /** Takes a layer's activated maps, for the next layer and for the way back. */
    DeviceAddress take(LibraryLayer layer);

    /** The maps that the forward pass took. */
    DeviceAddress taken(LibraryLayer layer);

    /** Takes a gradient; what was taken before is gone. */
    DeviceAddress take(DeviceAddress values, long count);

    /** Where a convolution puts what belongs to {@code result}. */
    DeviceAddress place(DeviceAddress result);

    /** Brings it there. */
    void finish(DeviceAddress result, long count);
}
