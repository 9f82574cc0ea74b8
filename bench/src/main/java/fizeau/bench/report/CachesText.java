// SPDX-License-Identifier: Apache-2.0
package fizeau.bench.report;

import fizeau.bench.caches.CacheLine;
import fizeau.bench.caches.CachesRecord;
import fizeau.bench.stats.Ratio;
import fizeau.bench.training.PublishedFigure;

/** The readable report of the cache micro benchmarks. */
public final class CachesText {

    private CachesText() {}

    /** The whole report. */
    public static String of(CachesRecord record) {
        Lines text = new Lines();
        text.line("Fizeau %s, run %s", record.command(), record.runId()).line("");
        text.line("caches    measurement, FFT (transforms with their tables), grid (coordinates), mask (apertures)");
        text.line(
                "sizes     frames of %s pixels; object a quarter, aperture a 25th of the edge; work on %d %s",
                record.sizes().toString().replaceAll("[\\[\\]]", ""),
                record.threads(),
                record.threads() == 1 ? "thread" : "threads");
        text.device(record.device(), record.environment());
        text.rounds(record.rounds(), "size").line("");
        text.table(table(record));
        text.line(
                "cold: first calls of a fresh JVM, in which each value was made once before. isolated: recompute over hit.");
        text.line(
                "in use: the same with the work added that follows every look-up (for the FFT cache the transform itself;");
        text.line("the other values are results). A miss is the work and what an unsuccessful look-up adds to it.");
        text.line(
                        "correct before timing: kept values %s recomputed ones, to the bit",
                        record.correct() ? "equal" : "DIFFER from")
                .line("");
        CacheSentences.of(record).forEach(sentence -> text.line("  %s", sentence));
        text.line("");
        published(record, text);
        return text.tail(record.missing(), record.remarks(), record.folder()).toString();
    }

    /** Each published figure with the number of ours that comes closest to it. */
    private static void published(CachesRecord record, Lines text) {
        text.published(record.published());
        text.line("ours beside them (not a ratio of the two: other hardware, other programs)");
        for (PublishedFigure figure : record.published()) {
            text.line(
                    "  %.2f x  %s; ours: %s",
                    figure.speedup(), figure.what(), CacheSentences.ours(record, figure.what()));
        }
        text.line("");
    }

    private static TextTable table(CachesRecord record) {
        TextTable table = new TextTable()
                .row(
                        "cache and size",
                        "recompute",
                        "cold",
                        "hit",
                        "cold",
                        "miss",
                        "break-even",
                        "isolated",
                        "in use",
                        "interval",
                        "bytes each");
        for (CacheLine line : record.caches()) {
            table.row(
                    "  " + CacheSentences.label(line.name()) + " " + line.imageSize(),
                    Lines.time(line.recomputeNanos()),
                    Lines.time(line.coldRecomputeNanos()),
                    Lines.time(line.hitNanos()),
                    Lines.time(line.coldHitNanos()),
                    Lines.time(line.missNanos()),
                    CacheSentences.breakEven(line.breakEvenHitRate()),
                    times(line.isolated()),
                    times(line.inUse()),
                    Numbers.interval(line.inUse().low(), line.inUse().high()),
                    Long.toString(line.bytes() / line.keys()));
        }
        return table;
    }

    private static String times(Ratio ratio) {
        return Numbers.plain(ratio.ratio()) + " x";
    }
}
