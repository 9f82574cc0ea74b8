// SPDX-License-Identifier: Apache-2.0
package fizeau.bench.im2im.cuda;

import fizeau.backend.cuda.CudaUnetInference;
import fizeau.bench.im2im.run.WindowNetwork;

/** The engine's network on windows, which it owns. */
final class CudaWindows implements WindowNetwork {
    private final CudaUnetInference network;

    CudaWindows(CudaUnetInference network) {
        this.network = network;
    }

    @Override
    public Staged stage(float[] values, int count) {
        CudaUnetInference.Windows windows = network.stage(values, count);
        return new Staged() {
            @Override
            public int count() {
                return windows.count();
            }

            @Override
            public void predict(float[] to) {
                network.predict(windows, to);
            }

            @Override
            public void close() {
                windows.close();
            }
        };
    }

    @Override
    public void close() {
        network.close();
    }
}
