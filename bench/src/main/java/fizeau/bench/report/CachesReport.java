// SPDX-License-Identifier: Apache-2.0
package fizeau.bench.report;

import com.fasterxml.jackson.databind.JsonNode;
import fizeau.bench.caches.CacheLine;
import fizeau.bench.caches.CachesRecord;
import fizeau.bench.files.Json;
import fizeau.bench.page.Block;
import fizeau.bench.page.Block.Row;
import fizeau.bench.page.Block.Table;
import fizeau.bench.page.Cell;
import fizeau.bench.page.Report;
import fizeau.bench.page.Report.Headline;
import fizeau.bench.page.Report.Section;
import fizeau.bench.training.PublishedFigure;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** The report of the cache micro benchmarks as data, made from the record alone; figures are those that lie beside it. */
public final class CachesReport {
    private static final String MEASURED = "measured";
    private static final String DERIVED = "derived";

    private final CachesRecord record;
    private final List<Block.Figure> figures;
    private final JsonNode tree;
    private final RecordCells cells;

    private CachesReport(CachesRecord record, List<Block.Figure> figures) {
        this.record = record;
        this.figures = figures;
        this.tree = Json.tree(record);
        this.cells = new RecordCells(tree);
    }

    /** @param figures see {@link Figures#beside} */
    public static Report of(CachesRecord record, List<Block.Figure> figures) {
        return new CachesReport(record, figures).make();
    }

    private Report make() {
        RecordTables common = new RecordTables(tree);
        List<Section> sections = new ArrayList<>();
        List<Block> result = new ArrayList<>(Sentences.notes(record.missing(), record.remarks()));
        result.add(new Block.Paragraph("Every look-up was timed by itself, in a fresh process for each size in each of "
                + Sentences.rounds(record.rounds()) + ". Kept values "
                + (record.correct() ? "equal" : "DIFFER from")
                + " recomputed ones, to the bit."));
        Figures.add(result, figures, CachesPicture.NAME);
        sections.add(new Section("Result", result));
        sections.add(new Section("Times", List.of(times(), ratios())));
        List<Block> pays = new ArrayList<>();
        pays.add(new Block.Points(
                CacheSentences.of(record).stream().map(Sentences::title).toList()));
        pays.add(effects());
        sections.add(new Section("Which pay", pays));
        if (common.hasPublished()) {
            sections.add(new Section("Published figures", List.of(common.published(), ours())));
        }
        sections.add(new Section("How it was run", List.of(common.environment())));
        return new Report("Caches, look-up by look-up", summary(), headlines(), sections, Json.text(record));
    }

    private String summary() {
        return Sentences.run(tree) + " "
                + String.format(
                        Locale.ROOT,
                        "Frames of %s\u00a0pixels, the object a quarter and the aperture a 25th of the edge; work on %d %s.",
                        record.sizes().toString().replaceAll("[\\[\\]]", ""),
                        record.threads(),
                        record.threads() == 1 ? "thread" : "threads");
    }

    /** In isolation and in use, at the usual size: the two are the same caches and not the same message. */
    private List<Headline> headlines() {
        List<Headline> headlines = new ArrayList<>();
        for (CacheLine line : CacheSentences.atUsualSize(record)) {
            int index = record.caches().indexOf(line);
            headlines.add(new Headline(
                    cells.number("/caches/" + index + "/inUse/ratio", Numbers::short3),
                    "\u00d7",
                    CacheSentences.label(line.name()) + " in use, " + line.imageSize() + " pixels",
                    (line.inUse().low() == null
                                    ? "no interval"
                                    : "interval "
                                            + Numbers.interval(
                                                    line.inUse().low(),
                                                    line.inUse().high()))
                            + "; in isolation " + Numbers.short3(line.isolated().ratio()) + "\u00d7",
                    line.paysInRealLoop() ? "PAYS" : line.pays() ? "PAYS IN A BENCHMARK ONLY" : "DOES NOT PAY"));
        }
        return headlines;
    }

    private Table times() {
        List<Row> rows = new ArrayList<>();
        for (int i = 0; i < record.caches().size(); i++) {
            String cache = "/caches/" + i;
            rows.add(row(
                    i,
                    MEASURED,
                    cells.number(cache + "/recomputeNanos", Lines::time),
                    cells.number(cache + "/coldRecomputeNanos", Lines::time),
                    cells.number(cache + "/hitNanos", Lines::time),
                    cells.number(cache + "/coldHitNanos", Lines::time),
                    cells.number(cache + "/missNanos", Lines::time),
                    cells.number(cache + "/useNanos", CachesReport::use),
                    cells.count(cache + "/bytes")));
        }
        return new Table(
                "caches",
                "Time of a call, median over rounds. Cold: the first call of a fresh process. Use: the work that"
                        + " follows every look-up, where the value is not the result itself",
                List.of("cache and size", "recompute", "cold recompute", "hit", "cold hit", "miss", "use", "bytes"),
                rows);
    }

    private Table ratios() {
        List<Row> rows = new ArrayList<>();
        for (int i = 0; i < record.caches().size(); i++) {
            String cache = "/caches/" + i;
            rows.add(row(
                    i,
                    MEASURED,
                    cells.number(cache + "/isolated/ratio", CachesReport::times),
                    cells.interval(cache + "/isolated/low", cache + "/isolated/high"),
                    cells.number(cache + "/inUse/ratio", CachesReport::times),
                    cells.interval(cache + "/inUse/low", cache + "/inUse/high")));
        }
        return new Table(
                "ratios",
                "Recompute over hit. In use: with the work added that follows every look-up",
                List.of("cache and size", "isolated", "interval", "in use", "interval in use"),
                rows);
    }

    private Table effects() {
        List<Row> rows = new ArrayList<>();
        for (int i = 0; i < record.caches().size(); i++) {
            String cache = "/caches/" + i;
            CacheLine line = record.caches().get(i);
            rows.add(row(
                    i,
                    DERIVED,
                    cells.number(cache + "/breakEvenHitRate", CacheSentences::breakEven),
                    cells.count(cache + "/hits"),
                    cells.count(cache + "/misses"),
                    answer(line.pays(), cache + "/pays"),
                    cells.number(cache + "/realLoopHitRate", Numbers::percent),
                    answer(line.paysInRealLoop(), cache + "/paysInRealLoop")));
        }
        return new Table(
                "effects",
                "What follows for a loop that asks for each value " + CacheLine.LOOK_UPS_PER_KEY
                        + " times, and for the real training loop",
                List.of("cache and size", "break-even", "hits", "misses", "pays", "real loop's hit rate", "pays there"),
                rows);
    }

    private Table ours() {
        List<Row> rows = new ArrayList<>();
        for (PublishedFigure figure : record.published()) {
            rows.add(new Row(
                    figure.what(),
                    List.of(
                            Cell.words(String.format(Locale.ROOT, "%.2f\u00d7", figure.speedup())),
                            Cell.words(CacheSentences.ours(record, figure.what()))),
                    "",
                    false));
        }
        return new Table(
                "ours",
                "What of ours comes closest to each; no ratio of the two, other hardware and other programs",
                List.of("figure", "published", "ours"),
                rows);
    }

    private Row row(int index, String kind, Cell... values) {
        CacheLine line = record.caches().get(index);
        return new Row(CacheSentences.label(line.name()) + " " + line.imageSize(), List.of(values), kind, false);
    }

    private static Cell answer(boolean yes, String pointer) {
        return new Cell(yes ? "pays" : "does not pay", pointer, Boolean.toString(yes));
    }

    private static String use(Double nanos) {
        return nanos == null || nanos == 0 ? Numbers.UNKNOWN : Lines.time(nanos);
    }

    private static String times(Double ratio) {
        return ratio == null ? Numbers.UNKNOWN : Numbers.plain(ratio) + "\u00d7";
    }
}
