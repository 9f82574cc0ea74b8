// SPDX-License-Identifier: Apache-2.0
package fizeau.bench.verify;

import java.nio.file.Path;
import java.util.List;

/**
 * A folder of reference vectors, completely read and checked for consistency: {@code index.json} lists the cases, each array
 * lies in a raw little-endian file beside it.
 */
public final class GoldenSet {

    private final Path folder;
    private final List<GoldenCase> cases;

    GoldenSet(Path folder, List<GoldenCase> cases) {
        this.folder = folder;
        this.cases = List.copyOf(cases);
    }

    /**
     * Reads a folder.
     *
     * @throws IllegalArgumentException when the index is missing or not one of reference vectors, or when a file is missing,
     *     has another size than its shape says, or an unknown element type
     */
    public static GoldenSet open(Path folder) {
        return new GoldenSetReader(folder).read();
    }

    /** Where it was read from. */
    public Path folder() {
        return folder;
    }

    /** All cases in the order of the index, at least one. */
    List<GoldenCase> cases() {
        return cases;
    }
}
