// SPDX-License-Identifier: Apache-2.0
package fizeau.bench.report;

import fizeau.bench.caches.CacheLine;
import fizeau.bench.caches.CachesRecord;
import fizeau.bench.files.RunFolder;
import fizeau.bench.plot.CachesPlot;
import fizeau.bench.plot.CachesPlot.Calls;
import fizeau.bench.plot.SvgFile;
import java.nio.file.Files;
import java.util.List;
import java.util.function.ToDoubleFunction;

/** The picture of the cache micro benchmarks. */
final class CachesPicture {
    /** Without ending. */
    static final String NAME = "caches";

    private static final double MICRO = 1e-3;

    private CachesPicture() {}

    /** Draws it into the run's folder; what cannot be drawn is remarked upon. */
    static void draw(RunFolder folder, CachesRecord record) {
        List<Integer> sizes = record.sizes().stream()
                .filter(size -> record.caches().stream().anyMatch(line -> line.imageSize() == size))
                .toList();
        List<String> names =
                record.caches().stream().map(CacheLine::name).distinct().toList();
        CachesPlot.Chart chart = new CachesPlot.Chart(
                sizes.stream().map(String::valueOf).toList(),
                "edge of the frame (pixels)",
                names.stream()
                        .map(name ->
                                calls(record, sizes, name, CacheLine::recomputeNanos, CacheLine::coldRecomputeNanos))
                        .toList(),
                names.stream()
                        .map(name -> calls(record, sizes, name, CacheLine::hitNanos, CacheLine::coldHitNanos))
                        .toList());
        folder.attempt(NAME + ".png", path -> CachesPlot.write(path, chart));
        if (Files.exists(folder.path().resolve(SvgFile.nameOf(NAME)))) {
            folder.add(SvgFile.nameOf(NAME));
        }
    }

    private static Calls calls(
            CachesRecord record,
            List<Integer> sizes,
            String name,
            ToDoubleFunction<CacheLine> warm,
            ToDoubleFunction<CacheLine> cold) {
        return new Calls(
                CacheSentences.label(name), values(record, sizes, name, warm), values(record, sizes, name, cold));
    }

    private static double[] values(
            CachesRecord record, List<Integer> sizes, String name, ToDoubleFunction<CacheLine> nanos) {
        return sizes.stream()
                .mapToDouble(size -> record.caches().stream()
                        .filter(line -> line.name().equals(name) && line.imageSize() == size)
                        .mapToDouble(nanos)
                        .map(value -> value * MICRO)
                        .findFirst()
                        .orElse(Double.NaN))
                .toArray();
    }
}
