// SPDX-License-Identifier: Apache-2.0
package fizeau.bench.report;

import com.fasterxml.jackson.databind.JsonNode;
import fizeau.bench.files.Json;
import fizeau.bench.page.Block;
import fizeau.bench.page.Block.Link;
import fizeau.bench.page.Block.Row;
import fizeau.bench.page.Block.Table;
import fizeau.bench.page.Report;
import fizeau.bench.page.Report.Headline;
import fizeau.bench.page.Report.Section;
import fizeau.bench.profile.ProfileFiles;
import fizeau.bench.profile.ProfileRecord;
import fizeau.bench.trace.RangeStatistics;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** The report of a profile as data: where the time went, what looking cost, and the traces to open. */
public final class ProfileReport {
    private static final String MEASURED = "measured";

    /** What lies in the profiling folder. */
    private static final Map<String, String> FILES = files();

    private final ProfileRecord record;
    private final Path folder;
    private final JsonNode tree;
    private final RecordCells cells;

    private ProfileReport(ProfileRecord record, Path folder) {
        this.record = record;
        this.folder = folder;
        this.tree = Json.tree(record);
        this.cells = new RecordCells(tree);
    }

    /** @param folder of the run */
    public static Report of(ProfileRecord record, Path folder) {
        return new ProfileReport(record, folder).make();
    }

    private Report make() {
        List<Section> sections = new ArrayList<>();
        List<Block> result = new ArrayList<>(Sentences.notes(List.of(), record.remarks()));
        result.add(new Block.Paragraph(
                "One training of the variant " + record.variant().name()
                        + " on its training thread, range by range. What a range holds besides the ranges inside it is its own"
                        + " time."));
        result.add(ranges());
        sections.add(new Section("Where the time goes", result));
        sections.add(new Section("Cost of looking", List.of(cost(), pairs())));
        List<Link> links = links();
        if (!links.isEmpty()) {
            sections.add(new Section("Files", List.of(new Block.Links(links))));
        }
        sections.add(new Section("How it was run", List.of(new RecordTables(tree).environment())));
        return new Report(
                "Profile, " + record.workload().name() + " workload",
                Sentences.run(tree) + " " + Sentences.workload(record.workload()),
                List.of(headline()),
                sections,
                Json.text(record));
    }

    private Headline headline() {
        boolean known = record.profiling().known();
        String interval = known
                ? String.format(
                        Locale.ROOT,
                        "95 %% interval %+.2f to %+.2f %%",
                        100 * (record.profiling().low() - 1),
                        100 * (record.profiling().high() - 1))
                : "too few pairs for an interval";
        int count = record.profiledSeconds().length;
        return new Headline(
                cells.number("/profiling/value", ratio -> String.format(Locale.ROOT, "%+.2f", 100 * (ratio - 1))),
                "%",
                "cost of profiling",
                interval + "; " + count + (count == 1 ? " pair" : " pairs") + " with and without, in one process",
                "MEASURED");
    }

    private Table ranges() {
        List<Row> rows = new ArrayList<>();
        for (int i = 0; i < record.ranges().size(); i++) {
            RangeStatistics range = record.ranges().get(i);
            String place = "/ranges/" + i;
            rows.add(new Row(
                    "\u2003".repeat(range.depth()) + range.name(),
                    List.of(
                            cells.count(place + "/calls"),
                            cells.number(place + "/totalNanos", ProfileReport::millis),
                            cells.number(place + "/totalNanos", this::share),
                            cells.number(place + "/selfNanos", ProfileReport::millis),
                            cells.number(place + "/selfNanos", this::share),
                            cells.number(place + "/medianNanos", Lines::time)),
                    MEASURED,
                    false));
        }
        return new Table(
                "ranges",
                "Wall time of the training thread; self: without the ranges inside",
                List.of("range", "calls", "total, ms", "share", "self, ms", "self share", "median of one"),
                rows);
    }

    private Table cost() {
        List<Row> rows = new ArrayList<>();
        rows.add(new Row("training while recorded, s", List.of(cells.number("/trainingSeconds")), MEASURED, false));
        rows.add(new Row(
                "processor time of all threads, s", List.of(cells.number("/processorSeconds")), MEASURED, false));
        rows.add(new Row("with the recorder over without", List.of(cells.number("/profiling/value")), MEASURED, false));
        rows.add(new Row("interval", List.of(cells.interval("/profiling/low", "/profiling/high")), MEASURED, true));
        return new Table("cost", "What recording costs", List.of("what", "value"), rows);
    }

    private Table pairs() {
        List<Row> rows = new ArrayList<>();
        for (int i = 0; i < Math.min(record.profiledSeconds().length, record.plainSeconds().length); i++) {
            rows.add(new Row(
                    "pair " + (i + 1),
                    List.of(cells.number("/profiledSeconds/" + i), cells.number("/plainSeconds/" + i)),
                    MEASURED,
                    false));
        }
        return new Table("pairs", "Trainings in turns, seconds", List.of("pair", "with the recorder", "without"), rows);
    }

    private List<Link> links() {
        return FILES.entrySet().stream()
                .filter(file -> Files.exists(folder.resolve(ProfileFiles.FOLDER).resolve(file.getKey())))
                .map(file -> new Link(file.getKey(), ProfileFiles.FOLDER + "/" + file.getKey(), file.getValue()))
                .toList();
    }

    private String share(Double nanos) {
        return nanos == null ? Numbers.UNKNOWN : Numbers.percent(nanos * 1e-9 / record.trainingSeconds());
    }

    private static String millis(Double nanos) {
        return nanos == null ? Numbers.UNKNOWN : Numbers.plain(nanos * 1e-6);
    }

    private static Map<String, String> files() {
        Map<String, String> files = new LinkedHashMap<>();
        files.put("trace.json", "opens at ui.perfetto.dev or chrome://tracing");
        files.put("flamegraph.html", "methods by their share, opens in any browser");
        files.put("profiling_summary.txt", "what a person wants to know first");
        files.put("cpu_time_summary.txt", "time by range");
        files.put("detailed_breakdown.txt", "a line for each position");
        files.put("cuda_memory_summary.txt", "memory of the graphics card");
        files.put("tensorboard", "for tensorboard --logdir");
        return files;
    }
}
