// SPDX-License-Identifier: Apache-2.0
package fizeau.bench.report;

import fizeau.bench.caches.CacheLine;
import fizeau.bench.caches.CachesRecord;
import fizeau.bench.files.Json;
import fizeau.bench.files.RunFolder;
import java.io.PrintStream;

/** Writes the files of the cache micro benchmarks: record, report and pages, table and picture. */
public final class CachesFiles {
    private static final String RESULT = TrainingFiles.RESULT;

    private final RunFolder folder;

    public CachesFiles(RunFolder folder) {
        this.folder = folder;
    }

    /** Tells the manifest what a complete run has. */
    public void announce() {
        folder.expect(RESULT, "report.txt", "caches.csv", CachesPicture.NAME + ".png");
        ReportPages.announce(folder);
    }

    public void write(CachesRecord record) {
        folder.writeText("caches.csv", csv(record));
        folder.writeJson(RESULT, record);
        folder.writeText("report.txt", CachesText.of(record));
        if (!record.caches().isEmpty()) {
            CachesPicture.draw(folder, record);
            ReportPages.write(folder, Rendering.of(record, folder.path()));
        }
    }

    /** Prints the record as JSON, or its report. */
    public void print(CachesRecord record, boolean json, PrintStream out) {
        out.print(json ? Json.text(record) : CachesText.of(record));
        out.flush();
    }

    private static String csv(CachesRecord record) {
        StringBuilder text = new StringBuilder(
                "cache,image_size,keys,bytes,cold_recompute_nanos,cold_hit_nanos,"
                        + "recompute_nanos,hit_nanos,miss_nanos,use_nanos,break_even_hit_rate,isolated,in_use,hits,misses,pays,real_loop_hit_rate,pays_in_real_loop\n");
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
                line.inUse().ratio(),
                line.hits(),
                line.misses(),
                line.pays(),
                line.realLoopHitRate(),
                line.paysInRealLoop()
            }) {
                text.append(',').append(cell);
            }
            text.append('\n');
        }
        return text.toString();
    }
}
