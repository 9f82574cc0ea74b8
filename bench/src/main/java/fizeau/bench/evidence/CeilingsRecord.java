// SPDX-License-Identifier: Apache-2.0
package fizeau.bench.evidence;

import com.fasterxml.jackson.databind.JsonNode;
import fizeau.backend.DeviceLatencies;
import fizeau.backend.DeviceRates;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * What a device reaches at best.
 *
 * @param ceilings one line each
 */
public record CeilingsRecord(
        String schema,
        String kind,
        String command,
        String runId,
        String folder,
        String startedAt,
        String device,
        String description,
        List<Ceiling> ceilings,
        JsonNode environment) {

    public static final String SCHEMA = "fizeau.ceilings/1";

    private static final String MEASURED = "measured";
    private static final String UNAVAILABLE = "unavailable";

    /**
     * One of them.
     *
     * @param kind {@code measured} or {@code unavailable}
     * @param value null where it is unavailable
     * @param reason why it is; null where it is not
     */
    public record Ceiling(String name, String kind, Double value, String unit, String reason) {

        static Ceiling of(String name, double value, String unit) {
            return new Ceiling(name, MEASURED, value, unit, null);
        }

        static Ceiling without(String name, String unit, String reason) {
            return new Ceiling(name, UNAVAILABLE, null, unit, reason);
        }
    }

    /** @param latencies null on the CPU, which has nothing of the kind */
    public static List<Ceiling> of(DeviceRates rates, DeviceLatencies latencies) {
        List<Ceiling> all = new ArrayList<>();
        all.add(Ceiling.of("copy, bytes read and written", rates.copyBytesPerSecond() * 1e-9, "GB/s"));
        all.add(Ceiling.of("multiply-add, single precision", rates.flopsPerSecond() * 1e-12, "TFLOP/s"));
        if (latencies != null) {
            String noGraphs = "the driver has no graphs";
            all.add(Ceiling.of("launch of a kernel", latencies.launchNanos() * 1e-3, "us"));
            all.add(
                    latencies.graphNodeNanos() == null
                            ? Ceiling.without("kernel in a graph", "us", noGraphs)
                            : Ceiling.of("kernel in a graph", latencies.graphNodeNanos() * 1e-3, "us"));
            all.add(
                    latencies.graphLaunchNanos() == null
                            ? Ceiling.without("launch of a graph", "us", noGraphs)
                            : Ceiling.of("launch of a graph", latencies.graphLaunchNanos() * 1e-3, "us"));
            all.add(Ceiling.of("launch of a kernel, waited for", latencies.roundTripNanos() * 1e-3, "us"));
            all.add(Ceiling.without(
                    "barrier of a whole grid", "us", "no kernel here needs a cooperative launch, so there is none"));
        }
        return all;
    }

    /** A table. */
    public String toText() {
        StringBuilder text = new StringBuilder();
        text.append("Ceilings of ").append(description).append('\n');
        for (Ceiling one : ceilings) {
            text.append(String.format(
                    Locale.ROOT,
                    "  %-32s %12s %s%n",
                    one.name(),
                    one.value() == null ? one.kind() : String.format(Locale.ROOT, "%.4g", one.value()),
                    one.value() == null ? one.reason() : one.unit()));
        }
        text.append("files: ").append(folder).append('\n');
        return text.toString();
    }
}
