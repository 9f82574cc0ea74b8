// SPDX-License-Identifier: Apache-2.0
package fizeau.bench.report;

import fizeau.bench.operator.Direction;
import fizeau.bench.operator.OperatorRecord;
import fizeau.bench.operator.OperatorRow;
import fizeau.bench.operator.OperatorSetting;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;

/** The readable report of the operator's speed table. */
public final class OperatorText {

    private OperatorText() {}

    /** The whole report. */
    public static String of(OperatorRecord record) {
        Lines text = new Lines();
        text.line("Fizeau %s, run %s", record.command(), record.runId()).line("");
        text.line(
                "sizes     objects of %d x %d in frames of %s pixels; batches of %s objects",
                record.setting().objectSize(),
                record.setting().objectSize(),
                words(record.setting().sizes()),
                words(record.setting().batches()));
        text.line(
                "masks     %s",
                record.masks().stream()
                        .filter(mask ->
                                mask.imageSize() == record.setting().sizes().get(0))
                        .map(mask -> mask.mask() + " sample, box of " + mask.boxNy() + " x " + mask.boxNx())
                        .collect(Collectors.joining("; ")));
        text.device(record.device(), record.environment());
        record.devices().forEach((method, line) -> text.line("  %-17s %s", method, line));
        text.rounds(record.rounds(), "method");
        record.rates()
                .forEach((device, rates) -> text.line(
                        "rates     %s copies %.1f GB/s (read and written) and computes %.1f GFLOP/s, as measured by ours",
                        device, rates.copyBytesPerSecond() * 1e-9, rates.flopsPerSecond() * 1e-9));
        text.line("floor     least bytes at the copy rate or least arithmetic at its rate, whichever is longer");
        text.line("times     milliseconds of a call, the whole batch: median over the rounds' medians")
                .line("");
        for (Direction direction : Direction.values()) {
            text.line("%s", direction.word());
            text.table(table(record, direction));
        }
        unavailable(record).forEach((reason, rows) -> text.line("%s: %s", reason, rows));
        text.line("");
        record.targets()
                .forEach(target -> text.line(
                        "%s: %s%s; %s",
                        target.what(),
                        target.verdict(),
                        target.worst() == null
                                ? ""
                                : String.format(Locale.ROOT, " (%.2f x in %d rows)", target.worst(), target.rows()),
                        target.reason()));
        text.line("");
        return text.tail(record.missing(), record.remarks(), record.folder()).toString();
    }

    private static String words(List<Integer> numbers) {
        return numbers.stream().map(String::valueOf).collect(Collectors.joining(", "));
    }

    private static TextTable table(OperatorRecord record, Direction direction) {
        TextTable table = new TextTable()
                .row(
                        "frame, batch, mask, method",
                        "ms",
                        "95 %",
                        "of the floor",
                        "over eager",
                        "95 %",
                        "verdict",
                        "over compile");
        for (OperatorRow row : record.rows()) {
            if (row.direction() == direction && row.measured()) {
                table.row(
                        name(row.of()) + " " + row.device() + " " + label(row),
                        Numbers.plain(row.medianMs()),
                        Numbers.interval(row.lowMs(), row.highMs()),
                        Numbers.percent(row.floorShare()),
                        row.overEager() == null
                                ? Numbers.UNKNOWN
                                : Numbers.plain(row.overEager().ratio()) + " x",
                        row.overEager() == null
                                ? Numbers.UNKNOWN
                                : Numbers.interval(
                                        row.overEager().low(), row.overEager().high()),
                        row.overEagerJudgement() == null
                                ? Numbers.UNKNOWN
                                : row.overEagerJudgement().verdict().name(),
                        row.overCompile() == null
                                ? Numbers.UNKNOWN
                                : Numbers.plain(row.overCompile().ratio()) + " x");
            }
        }
        return table;
    }

    static String name(OperatorSetting.Case one) {
        return String.format(Locale.ROOT, "%4d %4d %s", one.imageSize(), one.batch(), one.mask());
    }

    /** PyTorch's methods carry its name; JAX has one. */
    static String label(OperatorRow row) {
        return row.ours() || row.method().equals("jax") ? row.method() : "torch " + row.method();
    }

    /** Rows without a time, by kind and reason: how many of which methods. */
    static Map<String, String> unavailable(OperatorRecord record) {
        Map<String, Map<String, Integer>> counts = new LinkedHashMap<>();
        for (OperatorRow row : record.rows()) {
            if (!row.measured()) {
                counts.computeIfAbsent(row.kind() + ", " + row.reason(), reason -> new LinkedHashMap<>())
                        .merge(row.device() + " " + label(row), 1, Integer::sum);
            }
        }
        Map<String, String> words = new LinkedHashMap<>();
        counts.forEach((reason, methods) -> words.put(
                reason,
                methods.entrySet().stream()
                        .map(method -> method.getKey() + " (" + method.getValue() + " rows)")
                        .collect(Collectors.joining(", "))));
        return words;
    }
}
