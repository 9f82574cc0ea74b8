// SPDX-License-Identifier: Apache-2.0
package fizeau.nativeconfig;

import java.util.Comparator;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * The CUDA releases with which everything was loaded and answered, from the data file {@code tested-combinations.csv},
 * and the oldest driver for each CUDA major, from {@code driver-requirements.csv}.
 */
public final class TestedCombinations {

    /**
     * One library of one release.
     *
     * @param soname the exact name to look for
     * @param wheel requirement for pip that installs it
     */
    public record Entry(String soname, String wheel) {}

    private final Map<VersionNumber, Release> releases = new TreeMap<>(Comparator.reverseOrder());
    private final Map<Integer, String> oldestDriver = new TreeMap<>();

    private record Release(String name, Map<CudaLibrary, Entry> libraries) {}

    private TestedCombinations(List<Map<String, String>> combinations, List<Map<String, String>> drivers) {
        for (Map<String, String> row : combinations) {
            String name = row.get("release");
            releases.computeIfAbsent(
                            VersionNumber.parse(name), key -> new Release(name, new EnumMap<>(CudaLibrary.class)))
                    .libraries
                    .put(CudaLibrary.valueOf(row.get("library")), new Entry(row.get("soname"), row.get("wheel")));
        }
        for (Map<String, String> row : drivers) {
            oldestDriver.put(Integer.valueOf(row.get("major")), row.get("driver"));
        }
        releases.keySet().forEach(release -> {
            if (!oldestDriver.containsKey(release.major())) {
                throw new IllegalArgumentException("driver-requirements.csv has no row for CUDA " + release.major());
            }
        });
    }

    /** The tables of this jar. */
    public static TestedCombinations load() {
        return of(CsvTable.resource("tested-combinations.csv"), CsvTable.resource("driver-requirements.csv"));
    }

    static TestedCombinations of(List<Map<String, String>> combinations, List<Map<String, String>> drivers) {
        return new TestedCombinations(combinations, drivers);
    }

    /** Names of the releases, newest first, for example {@code 13.0}. */
    public List<String> releases() {
        return releases.values().stream().map(Release::name).toList();
    }

    /** What a release consists of; empty for one that is not in the table. */
    public Optional<Map<CudaLibrary, Entry>> libraries(String release) {
        return Optional.ofNullable(releases.get(VersionNumber.parse(release))).map(Release::libraries);
    }

    /** The oldest driver that runs a tested release. */
    public String oldestDriver(String release) {
        String driver = oldestDriver.get(VersionNumber.parse(release).major());
        if (driver == null) {
            throw new IllegalArgumentException("CUDA " + release + " is not in the table: tested are " + releases());
        }
        return driver;
    }
}
