// SPDX-License-Identifier: Apache-2.0
package fizeau.bench.profile;

import fizeau.backend.Ranges;
import fizeau.backend.cuda.CudaBackend;
import fizeau.bench.training.VariantSpec;
import fizeau.bench.workload.Workload;
import java.util.Arrays;
import java.util.Locale;
import java.util.stream.Collectors;

/** Work that is profiled on a device, again and again the same. Confined to the backend's thread. */
interface DeviceWork extends AutoCloseable {

    /** What work there is. */
    enum Kind {
        TRAINING,
        OPERATOR;

        String word() {
            return name().toLowerCase(Locale.ROOT);
        }
    }

    /** One sentence without its end, for the record. */
    String description();

    /** How many ranges a run opens, about. */
    int ranges();

    /** Which range's values the trace draws as a curve. */
    String curveOf();

    /** Makes ready for a run; no part of it. */
    void prepare();

    /** Runs once, prepared, and waits for what it did. */
    void run(Ranges ranges);

    @Override
    void close();

    /** @throws IllegalArgumentException for any other word */
    static Kind parse(String word) {
        return Arrays.stream(Kind.values())
                .filter(kind -> kind.word().equals(word))
                .findFirst()
                .orElseThrow(() -> new IllegalArgumentException("--work " + word + " is unknown: use "
                        + Arrays.stream(Kind.values()).map(Kind::word).collect(Collectors.joining(" or "))));
    }

    /**
     * Opens work on a device, which is borrowed.
     *
     * @param object amplitudes of the workload's object
     * @param variant switches of a training
     */
    static DeviceWork open(
            Kind kind, CudaBackend backend, Workload workload, float[] object, VariantSpec variant, long seed) {
        return switch (kind) {
            case TRAINING -> new DeviceTraining(backend, workload, object, variant, seed);
            case OPERATOR -> new DeviceScan(backend, workload, object);
        };
    }
}
