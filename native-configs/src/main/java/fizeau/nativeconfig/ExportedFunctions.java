// SPDX-License-Identifier: Apache-2.0
package fizeau.nativeconfig;

import fizeau.nativeconfig.elf.ElfImage;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.Collection;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * The functions that a shared library exports, read from its file. JCuda's JNI libraries bind lazily, and a call to a symbol that
 * the library behind them lacks ends the process: whoever calls asks here first.
 *
 * @param library the file
 * @param names of the functions, without versions
 */
public record ExportedFunctions(Path library, Set<String> names) {

    public ExportedFunctions {
        names = Set.copyOf(names);
    }

    /**
     * Reads a library without loading it.
     *
     * @throws UncheckedIOException where it cannot be read or is no shared library
     */
    public static ExportedFunctions of(Path library) {
        try {
            return new ExportedFunctions(
                    library,
                    ElfImage.open(library).symbols().stream()
                            .filter(ElfImage.Symbol::defined)
                            .map(ElfImage.Symbol::name)
                            .collect(Collectors.toSet()));
        } catch (IOException unreadable) {
            throw new UncheckedIOException("cannot read the functions of " + library, unreadable);
        }
    }

    /** Those of some functions that the library lacks, in their order. */
    public List<String> missing(Collection<String> wanted) {
        return wanted.stream().filter(name -> !names.contains(name)).toList();
    }

    /** Refuses, in words, a function that is not there. */
    public void require(String function) {
        if (!names.contains(function)) {
            throw new UnsupportedOperationException(
                    library + " has no " + function + ": install another release of it or switch off what needs it");
        }
    }
}
