// SPDX-License-Identifier: Apache-2.0
package fizeau.bench.report;

import fizeau.bench.caches.CacheLine;
import fizeau.bench.caches.CachesRecord;
import fizeau.bench.files.Json;
import fizeau.bench.files.RunFolder;
import fizeau.bench.plot.Curve;
import fizeau.bench.plot.LossPlot;
import java.io.PrintStream;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.DoubleStream;

/** Writes the files of the cache micro benchmarks: record, report, table and a plot. */
public final class CachesFiles {
    private static final String RESULT = TrainingFiles.RESULT;
    private static final String PLOT = "caches.png";
    private static final double MICRO = 1e-3;

    private final RunFolder folder;

    public CachesFiles(RunFolder folder) {
        this.folder = folder;
    }

    /** Tells the manifest what a complete run has. */
    public void announce() {
        folder.expect(RESULT, "report.txt", "caches.csv", PLOT);
    }

    public void write(CachesRecord record) {
        folder.writeText("caches.csv", csv(record));
        folder.writeJson(RESULT, record);
        folder.writeText("report.txt", CachesText.of(record));
        if (!record.caches().isEmpty()) {
            plot(record);
        }
    }

    /** Prints the record as JSON, or its report. */
    public void print(CachesRecord record, boolean json, PrintStream out) {
        out.print(json ? Json.text(record) : CachesText.of(record));
        out.flush();
    }

    private static String csv(CachesRecord record) {
        StringBuilder text = new StringBuilder("cache,image_size,keys,bytes,cold_recompute_nanos,cold_hit_nanos,"
                + "recompute_nanos,hit_nanos,miss_nanos,use_nanos,break_even_hit_rate,isolated,in_use\n");
        for (CacheLine line : record.caches()) {
            text.append(line.name());
            for (Object cell : new Object[] {
                line.imageSize(),
                line.keys(),
                line.bytes(),
                line.coldRecomputeNanos(),
                line.coldHitNanos(),
                line.recomputeNanos(),
                line.hitNanos(),
                line.missNanos(),
                line.useNanos(),
                line.breakEvenHitRate() == null ? "" : line.breakEvenHitRate(),
                line.isolated().ratio(),
                line.inUse().ratio()
            }) {
                text.append(',').append(cell);
            }
            text.append('\n');
        }
        return text.toString();
    }

    /** The work of each cache, and far below it what a look-up costs: that of the slowest cache stands for all. */
    private void plot(CachesRecord record) {
        List<Curve> curves = new ArrayList<>();
        record.caches().stream().map(CacheLine::name).distinct().forEach(name -> curves.add(curve(record, name)));
        double[] sizes = record.sizes().stream()
                .filter(size -> record.caches().stream().anyMatch(line -> line.imageSize() == size))
                .mapToDouble(Integer::doubleValue)
                .toArray();
        curves.add(new Curve(
                "hit, slowest cache",
                sizes,
                DoubleStream.of(sizes)
                        .map(size -> MICRO * slowestHit(record, size))
                        .toArray()));
        LossPlot.write(
                folder.resolve(PLOT),
                "What a look-up costs and what it saves",
                "edge of the frame (pixels)",
                "time per call (microseconds)",
                true,
                curves);
        folder.add(PLOT);
    }

    private static Curve curve(CachesRecord record, String name) {
        List<CacheLine> lines = record.caches().stream()
                .filter(line -> line.name().equals(name))
                .toList();
        return new Curve(
                name + ", work",
                lines.stream().mapToDouble(CacheLine::imageSize).toArray(),
                lines.stream()
                        .mapToDouble(line -> MICRO * line.recomputeNanos())
                        .toArray());
    }

    private static double slowestHit(CachesRecord record, double size) {
        return record.caches().stream()
                .filter(line -> line.imageSize() == size)
                .mapToDouble(CacheLine::hitNanos)
                .max()
                .orElseThrow();
    }
}
