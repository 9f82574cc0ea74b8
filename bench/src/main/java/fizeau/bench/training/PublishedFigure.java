// SPDX-License-Identifier: Apache-2.0
package fizeau.bench.training;

import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.List;

/**
 * A figure that the system we replace published: data, printed beside ours, never part of a ratio of ours.
 *
 * @param speedup the published ratio
 * @param before what it was before, in words with unit
 * @param after what it was after
 * @param hardware as far as it was named
 * @param status kind and circumstances
 */
public record PublishedFigure(
        String what, double speedup, String before, String after, String hardware, String status, String source) {

    private static final String RESOURCE = "/fizeau/bench/published-figures.json";

    /** All of them. */
    public static List<PublishedFigure> all() {
        try (InputStream in = PublishedFigure.class.getResourceAsStream(RESOURCE)) {
            return new ObjectMapper().readValue(in, new TypeReference<List<PublishedFigure>>() {});
        } catch (IOException e) {
            throw new UncheckedIOException("the published figures in " + RESOURCE + " cannot be read", e);
        }
    }
}
