// SPDX-License-Identifier: Apache-2.0
package fizeau.bench.workload;

import fizeau.bench.environment.SystemMemory;
import fizeau.reconstruct.DecoderSpec;
import java.util.Locale;
import java.util.OptionalLong;

/**
 * What the hungriest variant of a workload needs, estimated before anything is allocated.
 *
 * @param nativeBytes tensors of libtorch
 * @param heapBytes Java heap of the process that trains
 * @param fixedBytes libraries and the virtual machine
 */
public record MemoryEstimate(long nativeBytes, long heapBytes, long fixedBytes) {

    /**
     * Complex frames that the eager baseline holds at once: automatic differentiation keeps the operands of four transforms,
     * their shifts, products and amplitudes, for the cumulative and the new mask.
     */
    private static final int COMPLEX_FRAMES = 40;

    /** Parameters, their gradients, two moments of Adam, and the temporaries of its step. */
    private static final int PARAMETER_COPIES = 8;

    /** Output of a layer, of its normalisation and of its activation, and the gradients of the three. */
    private static final int ACTIVATION_COPIES = 6;

    private static final long COMPLEX_BYTES = 8;
    private static final long LIBRARIES = 500L << 20;
    private static final long SMALLEST_HEAP = 512L << 20;

    public static MemoryEstimate of(Workload workload) {
        DecoderSpec decoder = workload.decoder();
        long frame = (long) workload.imageSize() * workload.imageSize();
        long parameters = parameterCount(decoder);
        long tensors = COMPLEX_FRAMES * COMPLEX_BYTES * frame
                + PARAMETER_COPIES * Float.BYTES * parameters
                + ACTIVATION_COPIES * Float.BYTES * activationCount(decoder);
        long heap = SMALLEST_HEAP
                + 16 * Float.BYTES * frame
                + 2 * PARAMETER_COPIES * Float.BYTES * parameters
                + (Long.BYTES + Float.BYTES) * 4L * workload.iterations();
        return new MemoryEstimate(tensors, heap, LIBRARIES);
    }

    public long totalBytes() {
        return nativeBytes + heapBytes + fixedBytes;
    }

    /** Refuses, in one sentence, a workload that does not fit what is available now. */
    public void requireAvailable(Workload workload) {
        requireAvailable(workload, SystemMemory.availableMemoryBytes());
    }

    void requireAvailable(Workload workload, OptionalLong availableBytes) {
        if (availableBytes.isPresent() && totalBytes() > availableBytes.getAsLong()) {
            throw new IllegalArgumentException(String.format(
                    Locale.ROOT,
                    "--image-size %d with --object-size %d needs about %s of memory and %s is available:"
                            + " use a smaller --image-size",
                    workload.imageSize(),
                    workload.objectSize(),
                    words(totalBytes()),
                    words(availableBytes.getAsLong())));
        }
    }

    /** The count of the layout, in 64 bits: the layout of a decoder that is too large could not be built to ask it. */
    static long parameterCount(DecoderSpec decoder) {
        long count = decoder.inputSize();
        long channels = decoder.inputSize() / 2;
        count += decoder.inputSize() * channels * 16;
        for (int layer = 0; layer < decoder.upsamplingLayers(); layer++) {
            count += 2 * channels;
            count += channels * (channels / 2) * 16;
            channels /= 2;
        }
        while (channels / 2 > 1) {
            count += 2 * channels;
            count += channels * (channels / 2) * 9;
            channels /= 2;
        }
        return count + 2 * channels + channels * 9 + 1;
    }

    private static long activationCount(DecoderSpec decoder) {
        long count = 0;
        long channels = decoder.inputSize() / 2;
        long edge = 4;
        for (int layer = 0; layer <= decoder.upsamplingLayers(); layer++) {
            count += channels * edge * edge;
            channels = Math.max(1, channels / 2);
            edge *= 2;
        }
        return 2 * count;
    }

    private static String words(long bytes) {
        return String.format(Locale.ROOT, "%.1f GB", bytes * 1e-9);
    }
}
