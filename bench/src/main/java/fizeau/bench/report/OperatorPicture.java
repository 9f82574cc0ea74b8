// SPDX-License-Identifier: Apache-2.0
package fizeau.bench.report;

import fizeau.bench.files.RunFolder;
import fizeau.bench.operator.Direction;
import fizeau.bench.operator.OperatorRecord;
import fizeau.bench.operator.OperatorRow;
import fizeau.bench.operator.OperatorSetting;
import fizeau.bench.plot.BarPlot;
import fizeau.bench.plot.SvgFile;
import java.nio.file.Files;
import java.util.ArrayList;
import java.util.List;

/** Pictures of the operator's speed table: speedups over eager by method, a picture for each device and direction. */
final class OperatorPicture {

    private OperatorPicture() {}

    /** Without ending. */
    static String name(String device, Direction direction) {
        return "operator-" + device + "-" + (direction == Direction.FORWARD ? "forward" : "adjoint");
    }

    /** Draws what has numbers; what cannot be drawn is remarked upon. */
    static void draw(RunFolder folder, OperatorRecord record) {
        for (String device : List.of("cpu", "cuda")) {
            for (Direction direction : Direction.values()) {
                List<OperatorRow> rows = record.rows().stream()
                        .filter(row ->
                                row.device().equals(device) && row.direction() == direction && row.overEager() != null)
                        .toList();
                if (!rows.isEmpty()) {
                    String name = name(device, direction);
                    folder.attempt(name + ".png", path -> BarPlot.write(path, chart(rows, device, direction)));
                    if (Files.exists(folder.path().resolve(SvgFile.nameOf(name)))) {
                        folder.add(SvgFile.nameOf(name));
                    }
                }
            }
        }
    }

    private static BarPlot.Chart chart(List<OperatorRow> rows, String device, Direction direction) {
        List<OperatorSetting.Case> cases =
                rows.stream().map(OperatorRow::of).distinct().toList();
        List<BarPlot.Bars> bars = new ArrayList<>();
        for (String method : rows.stream().map(OperatorText::label).distinct().toList()) {
            double[] values = new double[cases.size()];
            double[] low = new double[values.length];
            double[] high = new double[values.length];
            for (int i = 0; i < values.length; i++) {
                OperatorSetting.Case one = cases.get(i);
                OperatorRow found = rows.stream()
                        .filter(row ->
                                row.of().equals(one) && OperatorText.label(row).equals(method))
                        .findFirst()
                        .orElse(null);
                values[i] = found == null ? Double.NaN : found.overEager().ratio();
                boolean known = found != null && found.overEager().low() != null;
                low[i] = known ? found.overEager().low() : values[i];
                high[i] = known ? found.overEager().high() : values[i];
            }
            bars.add(new BarPlot.Bars(method, values, low, high));
        }
        return new BarPlot.Chart(
                "Measurement operator on " + device + ", " + direction.word() + ": speedup over PyTorch eager",
                "speedup",
                cases.stream()
                        .map(one -> one.imageSize() + " \u00d7" + one.batch() + " " + one.mask())
                        .toList(),
                bars,
                1);
    }
}
