// SPDX-License-Identifier: Apache-2.0
package fizeau.bench.operator;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.function.Function;

/**
 * What the operator shall reach on a GPU, and whether it does: in every row that has both sides the fastest of ours counts.
 *
 * @param what one sentence
 * @param wanted least ratio
 * @param verdict {@code met}, {@code missed} or {@code unavailable}
 * @param worst smallest ratio of all its rows; null where it is unavailable
 * @param rows how many rows were judged
 * @param reason why it is unavailable, or which row is the worst
 */
public record OperatorTarget(String what, double wanted, String verdict, Double worst, int rows, String reason) {
    private static final String DEVICE = "cuda";
    private static final int LARGE_BATCH = 100;

    private record Found(double ratio, OperatorRow row) {}

    /** The three targets, from a table with its ratios. */
    public static List<OperatorTarget> of(List<OperatorRow> rows) {
        return List.of(
                judge(
                        "batch 100 on a GPU: at least 5 times PyTorch eager",
                        5,
                        rows.stream()
                                .filter(row -> row.of().batch() == LARGE_BATCH)
                                .toList(),
                        OperatorTarget::overEager),
                judge(
                        "batch 100 on a GPU: at least 2 times torch.compile",
                        2,
                        rows.stream()
                                .filter(row -> row.of().batch() == LARGE_BATCH)
                                .toList(),
                        OperatorTarget::overCompile),
                judge(
                        "batch 1 on a GPU, with a captured graph: at least 10 times PyTorch eager",
                        10,
                        rows.stream()
                                .filter(row -> row.of().batch() == 1
                                        && (!row.ours() || row.method().endsWith("+graph")))
                                .toList(),
                        OperatorTarget::overEager));
    }

    private static Double overEager(OperatorRow row) {
        return row.overEager() == null ? null : row.overEager().ratio();
    }

    private static Double overCompile(OperatorRow row) {
        return row.overCompile() == null ? null : row.overCompile().ratio();
    }

    private static OperatorTarget judge(
            String what, double wanted, List<OperatorRow> rows, Function<OperatorRow, Double> ratio) {
        List<Found> best = new ArrayList<>();
        List<OperatorRow> onDevice =
                rows.stream().filter(row -> row.device().equals(DEVICE)).toList();
        for (Direction direction : Direction.values()) {
            for (OperatorSetting.Case one :
                    onDevice.stream().map(OperatorRow::of).distinct().toList()) {
                fastest(onDevice, one, direction)
                        .filter(row -> ratio.apply(row) != null)
                        .ifPresent(row -> best.add(new Found(ratio.apply(row), row)));
            }
        }
        if (best.isEmpty()) {
            String why = onDevice.stream()
                    .filter(row -> !row.measured())
                    .map(OperatorRow::reason)
                    .findFirst()
                    .orElse("no such row was asked for");
            return new OperatorTarget(what, wanted, OperatorRow.UNAVAILABLE, null, 0, why);
        }
        Found worst =
                best.stream().min(Comparator.comparingDouble(Found::ratio)).orElseThrow();
        String where = String.format(
                Locale.ROOT,
                "the worst is %s of %s by %s",
                worst.row().direction().word(),
                worst.row().of(),
                worst.row().method());
        return new OperatorTarget(
                what, wanted, worst.ratio() >= wanted ? "met" : "missed", worst.ratio(), best.size(), where);
    }

    private static Optional<OperatorRow> fastest(
            List<OperatorRow> rows, OperatorSetting.Case one, Direction direction) {
        return rows.stream()
                .filter(row -> row.ours() && row.measured() && row.of().equals(one) && row.direction() == direction)
                .min(Comparator.comparingDouble(OperatorRow::medianMs));
    }
}
