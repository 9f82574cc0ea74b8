// SPDX-License-Identifier: Apache-2.0
package fizeau.bench.report;

import fizeau.bench.files.RunFolder;
import java.util.List;

/** The pages that lie in the folder of every run. */
public final class ReportPages {
    private static final List<ReportFormat> FORMATS = List.of(ReportFormat.HTML, ReportFormat.MARKDOWN);

    private ReportPages() {}

    /** Tells the manifest of them. */
    public static void announce(RunFolder folder) {
        FORMATS.forEach(format -> folder.expect(format.file()));
    }

    public static void write(RunFolder folder, Rendering rendering) {
        FORMATS.forEach(format -> folder.writeText(format.file(), format.render(rendering)));
    }
}
