// SPDX-License-Identifier: Apache-2.0
package fizeau.bench.training;

/**
 * Quality of two variants from the same initial weights.
 *
 * @param psnrDifference variant minus reference, dB; null when one of them is infinite
 * @param lossDifference mean relative difference of the first losses of the run; null when one is no number
 */
public record SeedQuality(
        String variant,
        String reference,
        int round,
        long seed,
        Double referencePsnr,
        Double variantPsnr,
        Double psnrDifference,
        boolean sameInitialWeights,
        Double lossDifference) {}
