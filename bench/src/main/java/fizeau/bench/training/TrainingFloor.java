// SPDX-License-Identifier: Apache-2.0
package fizeau.bench.training;

import fizeau.backend.DeviceLatencies;
import fizeau.backend.DeviceRates;
import fizeau.bench.operator.OperatorFloor;
import fizeau.bench.workload.Workload;
import fizeau.optics.Mask;
import fizeau.optics.PixelPosition;
import fizeau.reconstruct.DecoderLayout;
import fizeau.reconstruct.DecoderLayout.Layer;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * The least time that an iteration in single precision could take on a device, as a graph of kernels: its bytes at the copy rate,
 * its arithmetic at the arithmetic rate, or its chain of kernels each behind the one before, whichever takes longest, as if the
 * other two went on behind it unseen. The same for all variants and peers.
 *
 * @param millis of an iteration, mean over all positions
 * @param boundBy {@code memory}, {@code arithmetic} or {@code latency}: what is longest at most positions
 * @param memoryMillis mean over all positions, like the next
 * @param arithmeticMillis of the decoder's passes and the cheapest telescope
 * @param latencyMillis of {@code chain} kernels
 * @param bytes weights and their two moments read and written once, targets read once; nothing else need leave the chip
 * @param flops multiplications and additions
 * @param chain kernels of which each needs all that the one before wrote: every layer forward and backward, because batch norm
 *     looks at a whole map, and the telescope there and back
 * @param rates measured beside the rounds
 * @param latencies likewise
 * @param shares floor over time by name of variant (of the whole training) and peer (of an iteration): 1 cannot be beaten by
 *     kernels in a graph; none where products are rounded, for which other rates hold
 */
public record TrainingFloor(
        double millis,
        String boundBy,
        double memoryMillis,
        double arithmeticMillis,
        double latencyMillis,
        double bytes,
        double flops,
        int chain,
        DeviceRates rates,
        DeviceLatencies latencies,
        Map<String, Double> shares) {

    /** Weight and two moments, in and out. */
    private static final double BYTES_PER_WEIGHT = 6.0 * Float.BYTES;

    private static final double FLOPS_PER_PRODUCT = 2;

    /** Rows and columns, there and back. */
    private static final int TELESCOPE_CHAIN = 4;

    /**
     * The floor of a workload with the shares of what was measured.
     *
     * @param rates of the device
     * @param latencies of the device
     */
    static TrainingFloor of(
            Workload workload,
            DeviceRates rates,
            DeviceLatencies latencies,
            Map<String, VariantRecord> variants,
            List<PeerRecord> peers) {
        TrainingFloor floor = of(workload, rates, latencies);
        Map<String, Double> shares = new LinkedHashMap<>();
        variants.values().stream()
                .filter(variant -> !variant.spec().rounds())
                .forEach(variant -> shares.put(
                        variant.name(), 1e-3 * floor.millis * workload.iterations() / variant.trainingSeconds()));
        peers.stream()
                .filter(PeerRecord::measured)
                .forEach(peer -> shares.put(peer.name(), floor.millis / peer.medianIterationMs()));
        return floor.with(shares);
    }

    static TrainingFloor of(Workload workload, DeviceRates rates, DeviceLatencies latencies) {
        DecoderLayout layout = DecoderLayout.of(workload.decoder());
        int chain = 2 * layout.layers().size() + TELESCOPE_CHAIN;
        double kernel = latencies.graphNodeNanos() == null ? latencies.launchNanos() : latencies.graphNodeNanos();
        double latency = 1e-6 * kernel * chain;
        List<PixelPosition> centres = workload.centres();
        double[] sums = new double[3]; // bytes, operations, floor
        int[] longest = new int[3];
        Mask cumulative = Mask.closed(workload.frameShape());
        for (int position = 0; position < centres.size(); position++) {
            Mask mask = workload.aperture().mask(workload.frameShape(), centres.get(position));
            List<Mask> seen = position == 0 ? List.of(mask) : List.of(mask, cumulative);
            double bytes = BYTES_PER_WEIGHT * layout.parameterCount()
                    + (double) Float.BYTES * seen.size() * workload.frameShape().count();
            double flops = decoderFlops(workload, layout)
                    + 2
                            * seen.stream()
                                    .mapToDouble(one -> telescopeFlops(workload, one))
                                    .sum();
            double memory = 1e3 * bytes / rates.copyBytesPerSecond();
            double arithmetic = 1e3 * flops / rates.flopsPerSecond();
            double floor = Math.max(latency, Math.max(memory, arithmetic));
            sums[0] += bytes;
            sums[1] += flops;
            sums[2] += floor;
            longest[floor == memory ? 0 : floor == arithmetic ? 1 : 2]++;
            cumulative = cumulative.union(mask);
        }
        double bytes = sums[0] / centres.size();
        double flops = sums[1] / centres.size();
        return new TrainingFloor(
                sums[2] / centres.size(),
                wordOf(longest),
                1e3 * bytes / rates.copyBytesPerSecond(),
                1e3 * flops / rates.flopsPerSecond(),
                latency,
                bytes,
                flops,
                chain,
                rates,
                latencies,
                Map.of());
    }

    private static String wordOf(int[] longest) {
        if (longest[0] >= longest[1] && longest[0] >= longest[2]) {
            return "memory";
        }
        return longest[1] >= longest[2] ? "arithmetic" : "latency";
    }

    private TrainingFloor with(Map<String, Double> found) {
        return new TrainingFloor(
                millis,
                boundBy,
                memoryMillis,
                arithmeticMillis,
                latencyMillis,
                bytes,
                flops,
                chain,
                rates,
                latencies,
                found);
    }

    /** One way through the telescope. */
    private static double telescopeFlops(Workload workload, Mask mask) {
        return OperatorFloor.leastFlops(workload.objectSize(), workload.imageSize(), mask.bounds());
    }

    /** Forward, and the gradients of data and of weights; a latent that is fixed has no gradient. */
    private static double decoderFlops(Workload workload, DecoderLayout layout) {
        double flops = 0;
        for (Layer layer : layout.layers()) {
            boolean dataGradient = layer.inEdge() > 1 || !workload.fixedLatent();
            flops += FLOPS_PER_PRODUCT * (dataGradient ? 3 : 2) * products(layer);
        }
        return flops;
    }

    /** Products of a layer's forward pass; taps that fall outside a map are none. */
    static double products(Layer layer) {
        double taps = tapsAlongAnEdge(layer);
        return taps * taps * layer.inChannels() * layer.outChannels();
    }

    /** Pairs of a sample and a tap that meet inside the map, along one axis. */
    private static int tapsAlongAnEdge(Layer layer) {
        return switch (layer.kind()) {
            case FIRST, LAST -> layer.kernel() * Math.min(layer.inEdge(), layer.outEdge());
            case UPSAMPLING, REFINEMENT -> layer.kernel() * layer.inEdge() - 2; // two taps reach over the ends
        };
    }
}
