// SPDX-License-Identifier: Apache-2.0
package fizeau.bench.caches;

import fizeau.bench.workload.Workload;
import fizeau.optics.PixelPosition;
import fizeau.optics.ScanPattern;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.OptionalLong;

/**
 * The frame sizes of the micro benchmarks: the default workload's geometry, scaled.
 *
 * @param sizes edges that fit the memory, ascending
 * @param leftOut why others are missing, one sentence each
 */
public record CacheSizes(List<Integer> sizes, List<String> leftOut) {
    static final int SMALLEST = 64;
    static final int LARGEST = 4096;

    /** As many as a training session keeps transforms. */
    private static final int KEYS = 4;

    /** Complex frames of the transforms of all keys and of the plans that are tried, with their scratch. */
    private static final long NATIVE_BYTES_PER_PIXEL = (KEYS + 8) * 8L;

    /** Measurements and masks of all keys, those of a recomputation, and garbage. */
    private static final long HEAP_BYTES_PER_PIXEL = 16 * (KEYS + 2);

    private static final long FIXED_BYTES = 500L << 20;
    private static final long SMALLEST_HEAP = 256L << 20;

    public CacheSizes {
        sizes = List.copyOf(sizes);
        leftOut = List.copyOf(leftOut);
    }

    /** Takes the sizes that fit; refuses in one sentence when a size is not possible, or when none fits. */
    public static CacheSizes fitting(List<Integer> asked, OptionalLong availableBytes) {
        List<Integer> fitting = new ArrayList<>();
        List<String> leftOut = new ArrayList<>();
        for (int size : asked.stream().distinct().sorted().toList()) {
            if (size < SMALLEST || size > LARGEST || size % 4 != 0) {
                throw new IllegalArgumentException("--sizes " + size + " is not possible: use multiples of 4 from "
                        + SMALLEST + " to " + LARGEST + " pixels");
            }
            long needed = FIXED_BYTES + heapBytes(size) + NATIVE_BYTES_PER_PIXEL * size * size;
            if (availableBytes.isPresent() && needed > availableBytes.getAsLong()) {
                leftOut.add(String.format(
                        Locale.ROOT,
                        "size %d was left out: it needs about %.1f GB of memory and %.1f GB is available",
                        size,
                        needed * 1e-9,
                        availableBytes.getAsLong() * 1e-9));
            } else {
                fitting.add(size);
            }
        }
        if (fitting.isEmpty()) {
            throw new IllegalArgumentException(
                    leftOut.isEmpty()
                            ? "--sizes is empty: name at least one, such as 512"
                            : leftOut.get(0) + ": use smaller --sizes");
        }
        return new CacheSizes(fitting, leftOut);
    }

    /** Heap limit of the process of the largest size. */
    public long heapBytes() {
        return heapBytes(sizes.get(sizes.size() - 1));
    }

    /** One job per size. */
    public List<CacheCostJob> jobs(int threads, String device, double secondsPerCall, double stealLimit) {
        return sizes.stream()
                .map(size -> job(size, threads, device, secondsPerCall, stealLimit))
                .toList();
    }

    private static CacheCostJob job(int size, int threads, String device, double secondsPerCall, double stealLimit) {
        double scale = (double) size / Workload.IMAGE_SIZE;
        List<PixelPosition> centres =
                ScanPattern.parse("fermat", scale * Workload.PATTERN_RADIUS, 0).centres(KEYS);
        return new CacheCostJob(
                size / 4, size, scale * Workload.APERTURE_RADIUS, centres, threads, device, secondsPerCall, stealLimit);
    }

    private static long heapBytes(int size) {
        return SMALLEST_HEAP + HEAP_BYTES_PER_PIXEL * size * size;
    }
}
