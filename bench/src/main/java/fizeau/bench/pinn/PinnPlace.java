// SPDX-License-Identifier: Apache-2.0
package fizeau.bench.pinn;

import fizeau.backend.selection.DeviceName;

/**
 * Where variants compute.
 *
 * @param device word of the device: {@code cpu} or {@code cuda[:n]}
 * @param threads most of them on a CPU
 * @param cudaGraphs whether epochs on a GPU are captured and replayed
 * @param python the peers' Python; null for the one on the path
 */
public record PinnPlace(String device, int threads, boolean cudaGraphs, String python) {

    /** Epochs on a GPU between two readings of losses and of the clock: a fiftieth of a second or so. */
    private static final int READING = 25;

    public static PinnPlace cpu(int threads) {
        return new PinnPlace("cpu", threads, true, null);
    }

    public boolean onCuda() {
        return DeviceName.parse(device).kind() == DeviceName.Kind.CUDA;
    }

    /** How many steps are queued before losses are read and the clock is; a step's time is then the share of its reading. */
    public int stepsOfReading() {
        return onCuda() ? READING : 1;
    }

    /** Whose times are those that others are compared with. */
    public PinnVariant reference() {
        return onCuda() ? PinnVariant.PYTHON_EAGER : PinnVariant.EAGER;
    }
}
