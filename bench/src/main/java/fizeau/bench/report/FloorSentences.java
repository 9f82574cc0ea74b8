// SPDX-License-Identifier: Apache-2.0
package fizeau.bench.report;

import fizeau.bench.training.TrainingFloor;
import java.util.List;
import java.util.Locale;

/** What the floor of a training is made of, in words. */
final class FloorSentences {

    private FloorSentences() {}

    /** One each for memory, arithmetic and latency, and how they make the floor. */
    static List<String> of(TrainingFloor floor) {
        boolean graphs = floor.latencies().graphNodeNanos() != null;
        double kernelNanos =
                graphs ? floor.latencies().graphNodeNanos() : floor.latencies().launchNanos();
        return List.of(
                String.format(
                        Locale.ROOT,
                        "memory: %.4g MB at %.4g GB/s of a copy take %.4g ms (weights and moments in and out, targets in)",
                        floor.bytes() * 1e-6,
                        floor.rates().copyBytesPerSecond() * 1e-9,
                        floor.memoryMillis()),
                String.format(
                        Locale.ROOT,
                        "arithmetic: %.4g GFLOP at %.4g TFLOP/s of multiply-adds take %.4g ms",
                        floor.flops() * 1e-9,
                        floor.rates().flopsPerSecond() * 1e-12,
                        floor.arithmeticMillis()),
                String.format(
                        Locale.ROOT,
                        "latency: %d kernels one behind another at %.4g us each (%s) take %.4g ms",
                        floor.chain(),
                        kernelNanos * 1e-3,
                        graphs ? "in a graph" : "launched: the driver has no graphs",
                        floor.latencyMillis()),
                "the longest of the three counts, as if the others went on behind it unseen; a row's share is the floor over"
                        + " its time");
    }
}
