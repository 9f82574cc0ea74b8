// SPDX-License-Identifier: Apache-2.0
package fizeau.optics;

import java.util.List;

/**
 * Where the sub-aperture goes: positions in pixels from zero frequency, in the order in which they are measured. A pattern
 * is a value; the same pattern gives the same positions every time, random ones by their seed.
 */
public interface ScanPattern {

    /** The words that {@link #parse} knows. */
    List<String> WORDS = List.of(
            FermatSpiral.WORD,
            StarPattern.WORD,
            RandomDisc.WORD,
            RandomSquare.WORD,
            ConcentricRings.WORD,
            RasterScan.WORD,
            ArchimedeanSpiral.WORD,
            LogarithmicSpiral.WORD,
            JitteredGrid.WORD);

    /** The word for it on the command line and in records. */
    String name();

    /**
     * The positions of a scan of {@code count} samples. How positions lie may depend on {@code count}: a short scan is not
     * the beginning of a longer one.
     *
     * @throws IllegalArgumentException when {@code count} is below 1
     */
    List<PixelPosition> centres(int count);

    /**
     * The pattern for a word.
     *
     * @param radiusPixels furthest distance of a position from zero frequency; half the side of square patterns
     * @param seed for the random patterns, ignored by the others
     */
    static ScanPattern parse(String word, double radiusPixels, long seed) {
        return switch (word) {
            case FermatSpiral.WORD -> new FermatSpiral(radiusPixels);
            case StarPattern.WORD -> new StarPattern(radiusPixels, StarPattern.USUAL_DIRECTIONS);
            case RandomDisc.WORD -> new RandomDisc(radiusPixels, seed);
            case RandomSquare.WORD -> new RandomSquare(2 * radiusPixels, seed);
            case ConcentricRings.WORD -> new ConcentricRings(radiusPixels);
            case RasterScan.WORD -> RasterScan.square(radiusPixels);
            case ArchimedeanSpiral.WORD -> new ArchimedeanSpiral(radiusPixels, ArchimedeanSpiral.USUAL_TURNS);
            case LogarithmicSpiral.WORD -> new LogarithmicSpiral(radiusPixels, LogarithmicSpiral.USUAL_TURNS);
            case JitteredGrid.WORD -> new JitteredGrid(radiusPixels, JitteredGrid.USUAL_JITTER, seed);
            default ->
                throw new IllegalArgumentException(
                        "pattern " + word + " is unknown: use one of " + String.join(", ", WORDS));
        };
    }
}
