// SPDX-License-Identifier: Apache-2.0
package fizeau.bench.report;

import com.fasterxml.jackson.databind.JsonNode;
import fizeau.bench.protocol.JobFailure;
import fizeau.bench.training.PublishedFigure;
import java.util.List;
import java.util.Locale;

/** A text report under way, and the parts that all reports share. */
final class Lines {
    private final StringBuilder text = new StringBuilder();

    Lines line(String format, Object... arguments) {
        text.append(String.format(Locale.ROOT, format, arguments)).append('\n');
        return this;
    }

    Lines table(TextTable table) {
        text.append(table).append('\n');
        return this;
    }

    /** {@code cpu: some processor, 2 usable cores}. */
    Lines device(String device, JsonNode environment) {
        JsonNode processor = environment.path("processor");
        return line(
                "device    %s: %s, %s usable cores",
                device,
                processor.path("model").asText("unknown processor"),
                processor.path("usableProcessors").asText("?"));
    }

    Lines rounds(int rounds, String each) {
        return line(
                "protocol  %d %s, each %s in a fresh JVM, order shuffled, nothing discarded",
                rounds, rounds == 1 ? "round" : "rounds", each);
    }

    Lines published(List<PublishedFigure> figures) {
        line("published by the system this replaces, on other hardware: data, not a reference");
        for (PublishedFigure figure : figures) {
            line(
                    "  %.2f x  %s (%s to %s; hardware: %s): %s",
                    figure.speedup(),
                    figure.what(),
                    figure.before(),
                    figure.after(),
                    figure.hardware(),
                    figure.status());
        }
        return line("");
    }

    Lines tail(List<JobFailure> missing, List<String> remarks, String folder) {
        missing.forEach(failure -> line("missing: %s", failure.reason()));
        remarks.forEach(remark -> line("note: %s", remark));
        return line("files: %s", folder);
    }

    @Override
    public String toString() {
        return text.toString();
    }

    /** Nanoseconds with the unit that reads best. */
    static String time(Double nanos) {
        if (nanos == null) {
            return Numbers.UNKNOWN;
        }
        double magnitude = Math.abs(nanos);
        if (magnitude < 1e3) {
            return String.format(Locale.ROOT, "%.1f ns", nanos);
        }
        return magnitude < 1e6 ? Numbers.plain(nanos * 1e-3) + " us" : Numbers.plain(nanos * 1e-6) + " ms";
    }
}
