// SPDX-License-Identifier: Apache-2.0
package fizeau.kernels;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.Collections;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * The text of one source file with the headers it includes. Immutable.
 *
 * @param fileName name for compiler messages, such as {@code measure.cu}
 * @param text CUDA C++
 * @param headers text by the name it is included under, sorted, so that the order is the same in every process
 */
public record KernelSource(String fileName, String text, SortedMap<String, String> headers) {

    /** The only header our kernels include. */
    public static final String HEADER = "fizeau.cuh";

    private static final String SOURCE_ENDING = ".cu";

    public KernelSource {
        headers = Collections.unmodifiableSortedMap(new TreeMap<>(headers));
    }

    /** A source of {@link KernelCatalog#sources()}. */
    public static KernelSource load(String source) {
        String fileName = source + SOURCE_ENDING;
        return new KernelSource(fileName, resource(fileName), new TreeMap<>(Map.of(HEADER, resource(HEADER))));
    }

    private static String resource(String fileName) {
        try (InputStream stream = KernelSource.class.getResourceAsStream(fileName)) {
            if (stream == null) {
                throw new IllegalArgumentException("no kernel source " + fileName
                        + " on the class path: the catalog has " + KernelCatalog.sources());
            }
            return new String(stream.readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException failure) {
            throw new UncheckedIOException("cannot read kernel source " + fileName, failure);
        }
    }
}
