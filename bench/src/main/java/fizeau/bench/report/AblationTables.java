// SPDX-License-Identifier: Apache-2.0
package fizeau.bench.report;

import com.fasterxml.jackson.databind.JsonNode;
import fizeau.bench.ablation.AblationRecord;
import fizeau.bench.ablation.SwitchDetail;
import fizeau.bench.page.Block.Row;
import fizeau.bench.page.Block.Table;
import fizeau.bench.page.Cell;
import fizeau.bench.training.Comparison;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** The tables of an ablation. */
final class AblationTables {
    private static final String MEASURED = "measured";
    private static final String DERIVED = "derived";

    private final AblationRecord record;
    private final RecordCells cells;

    /** @param tree the same record as JSON */
    AblationTables(AblationRecord record, JsonNode tree) {
        this.record = record;
        this.cells = new RecordCells(tree);
    }

    /** The way from the baseline to the optimised variant. */
    Table steps() {
        List<Row> rows = new ArrayList<>();
        for (int i = 0; i < record.steps().size(); i++) {
            String step = "/steps/" + i;
            String variant = "/variants/"
                    + RecordCells.escape(
                            Comparison.key(record.steps().get(i).speedup().variant()));
            rows.add(new Row(
                    starred(record.steps().get(i).label(), record.steps().get(i).caveat()),
                    List.of(
                            cells.number(variant + "/trainingSeconds"),
                            cells.interval(variant + "/trainingLow", variant + "/trainingHigh"),
                            cells.number(step + "/speedup/ratio", AblationTables::times),
                            cells.interval(step + "/speedup/low", step + "/speedup/high"),
                            cells.word(step + "/speedup/verdict")),
                    MEASURED,
                    false));
        }
        return new Table(
                "steps",
                "One thing more at each line; the factor is over the line before",
                List.of("with", "training, s", "interval", "factor", "interval of the factor", "verdict"),
                rows);
    }

    Table switches() {
        List<Row> rows = new ArrayList<>();
        for (int i = 0; i < record.switches().size(); i++) {
            SwitchDetail detail = record.switchDetails().get(i);
            String effect = "/switches/" + i;
            rows.add(new Row(
                    starred(detail.label(), detail.caveat()),
                    List.of(
                            cells.number(effect + "/alone/ratio"),
                            cells.interval(effect + "/alone/low", effect + "/alone/high"),
                            cells.number(effect + "/leftOut/ratio"),
                            cells.interval(effect + "/leftOut/low", effect + "/leftOut/high"),
                            detail.leftOut() == null ? Cell.words("not timed") : cells.word(effect + "/verdict")),
                    MEASURED,
                    false));
        }
        return new Table(
                "switches",
                "What each switch is worth: ratios of training times, "
                        + String.format(
                                Locale.ROOT, "%.0f %%", 100 * record.protocol().level())
                        + " intervals by bootstrap over rounds",
                List.of("switch", "alone", "interval", "left out", "interval of left out", "verdict"),
                rows);
    }

    /** What the switches do, and the grounds of their verdicts. */
    Table meanings() {
        List<Row> rows = new ArrayList<>();
        for (int i = 0; i < record.switchDetails().size(); i++) {
            String detail = "/switchDetails/" + i;
            rows.add(new Row(
                    record.switchDetails().get(i).label(),
                    List.of(cells.word(detail + "/meaning"), cells.word(detail + "/leftOut/reason")),
                    "",
                    false));
        }
        return new Table(
                "meanings",
                "What the switches do",
                List.of("switch", "what it does", "grounds of the verdict on leaving it out"),
                rows);
    }

    /** A column for each variant that was taken apart. */
    Table stages() {
        List<String> header = new ArrayList<>(List.of("stage"));
        record.stages().forEach(stages -> {
            header.add(stages.variant() + ", ms");
            header.add(stages.variant() + ", share");
        });
        List<Row> rows = new ArrayList<>();
        for (String stage : record.stages().get(0).millis().keySet()) {
            List<Cell> row = new ArrayList<>();
            for (int i = 0; i < record.stages().size(); i++) {
                row.add(cells.number("/stages/" + i + "/millis/" + stage));
                row.add(cells.number("/stages/" + i + "/shares/" + stage, Numbers::percent));
            }
            rows.add(new Row(stage, row, MEASURED, false));
        }
        List<Cell> whole = new ArrayList<>();
        List<Cell> clock = new ArrayList<>();
        for (int i = 0; i < record.stages().size(); i++) {
            whole.add(cells.number("/stages/" + i + "/iterationMillis"));
            whole.add(Cell.words(""));
            clock.add(Cell.words(""));
            clock.add(cells.number("/stages/" + i + "/clockCost", Numbers::percent));
        }
        rows.add(new Row("whole iteration", whole, MEASURED, false));
        rows.add(new Row("cost of the clock", clock, MEASURED, true));
        return new Table("stages", "Where an iteration spends its time, medians over rounds", header, rows);
    }

    Table cacheCosts() {
        List<Row> rows = new ArrayList<>();
        for (int i = 0; i < record.caches().size(); i++) {
            String cache = "/caches/" + i;
            rows.add(new Row(
                    record.caches().get(i).name(),
                    List.of(
                            cells.count(cache + "/hits"),
                            cells.count(cache + "/misses"),
                            cells.number(cache + "/hitNanos", Lines::time),
                            cells.number(cache + "/missNanos", Lines::time),
                            cells.number(cache + "/recomputeNanos", Lines::time),
                            cells.count("/cacheDetails/" + i + "/bytes")),
                    MEASURED,
                    false));
        }
        return new Table(
                "caches",
                "What each cache counted in one optimised training, and what a look-up costs",
                List.of("cache", "hits", "misses", "a hit", "a miss", "recompute", "bytes held"),
                rows);
    }

    Table cacheEffects() {
        List<Row> rows = new ArrayList<>();
        for (int i = 0; i < record.caches().size(); i++) {
            String cache = "/caches/" + i;
            String detail = "/cacheDetails/" + i;
            Boolean pays = record.caches().get(i).pays();
            Boolean really = record.cacheDetails().get(i).paysInRealLoop();
            rows.add(new Row(
                    record.caches().get(i).name(),
                    List.of(
                            cells.number(cache + "/breakEvenHitRate", AblationTables::fine),
                            cells.number(detail + "/hitRate", Numbers::percent),
                            answer(pays, cache + "/pays"),
                            cells.number(detail + "/realLoopHitRate", Numbers::percent),
                            answer(really, detail + "/paysInRealLoop"),
                            cells.number(detail + "/savedMillisPerIteration"),
                            cells.number(detail + "/ceiling", AblationTables::times)),
                    DERIVED,
                    false));
        }
        return new Table(
                "cacheEffects",
                "What follows: whether each cache pays",
                List.of(
                        "cache",
                        "break-even",
                        "hit rate here",
                        "pays here",
                        "real loop's hit rate",
                        "pays there",
                        "saves, ms an iteration",
                        "ceiling"),
                rows);
    }

    Table variants() {
        List<Row> rows = new ArrayList<>();
        record.variants().forEach((key, variant) -> {
            String place = "/variants/" + RecordCells.escape(key);
            rows.add(new Row(
                    variant.name(),
                    List.of(
                            cells.number(place + "/trainingSeconds"),
                            cells.interval(place + "/trainingLow", place + "/trainingHigh"),
                            cells.number(place + "/medianIterationMs"),
                            cells.number(place + "/psnr"),
                            cells.megabytes(place + "/peakMemoryBytes")),
                    MEASURED,
                    false));
        });
        return new Table(
                "variants",
                "Everything that was trained, median over rounds",
                List.of("variant", "training, s", "interval", "iteration, ms", "PSNR, dB", "peak memory, MB"),
                rows);
    }

    private static Cell answer(Boolean yes, String pointer) {
        return yes == null
                ? new Cell(Numbers.UNKNOWN, pointer, "")
                : new Cell(yes ? "pays" : "does not pay", pointer, yes.toString());
    }

    private static String times(Double ratio) {
        return ratio == null ? Numbers.UNKNOWN : Numbers.plain(ratio) + "\u00d7";
    }

    /** Break-even rates are a small part of a per cent. */
    private static String fine(Double share) {
        return share == null ? "never" : String.format(Locale.ROOT, "%.4f %%", 100 * share);
    }

    private static String starred(String label, String caveat) {
        return label + (caveat.isEmpty() ? "" : " *");
    }
}
