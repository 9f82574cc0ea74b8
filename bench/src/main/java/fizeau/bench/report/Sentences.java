// SPDX-License-Identifier: Apache-2.0
package fizeau.bench.report;

import com.fasterxml.jackson.databind.JsonNode;
import fizeau.bench.page.Block;
import fizeau.bench.protocol.JobFailure;
import fizeau.bench.workload.Workload;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/** What the pages of all records say in the same words. */
final class Sentences {

    private Sentences() {}

    /** {@code Run 20260102-030405 on some processor (cpu).} */
    static String run(JsonNode record) {
        return String.format(
                Locale.ROOT,
                "Run %s on %s (%s).",
                record.path("runId").asText(),
                record.at("/environment/processor/model").asText("unknown processor"),
                record.path("device").asText());
    }

    static String workload(Workload workload) {
        return String.format(
                Locale.ROOT,
                "%d samples with %d iterations each; object %d\u00a0\u00d7\u00a0%d (%s) in a frame of %d\u00a0\u00d7\u00a0%d;"
                        + " aperture radius %s\u00a0px, pattern %s to %s\u00a0px.%s",
                workload.samples(),
                workload.epochs(),
                workload.objectSize(),
                workload.objectSize(),
                workload.object(),
                workload.imageSize(),
                workload.imageSize(),
                Numbers.plain(workload.apertureRadius()),
                workload.pattern(),
                Numbers.plain(workload.patternRadius()),
                latent(workload).map(words -> " Latent vector: " + words + ".").orElse(""));
    }

    /** How the decoder's latent differs from the original's, which has the image's size and is trained. */
    static Optional<String> latent(Workload workload) {
        List<String> words = new ArrayList<>();
        if (workload.latentSize() != workload.imageSize()) {
            words.add(workload.latentSize() + " channels");
        }
        if (workload.fixedLatent()) {
            words.add("not trained");
        }
        return words.isEmpty() ? Optional.empty() : Optional.of(String.join(", ", words));
    }

    static String rounds(int rounds) {
        return rounds == 1 ? "1 round" : rounds + " rounds";
    }

    /** {@code Ablation} for {@code ablation}. */
    static String title(String words) {
        return words.isEmpty() ? words : words.substring(0, 1).toUpperCase(Locale.ROOT) + words.substring(1);
    }

    /** What is missing and what must be known, as the first block of a page; empty when there is nothing to say. */
    static List<Block> notes(List<JobFailure> missing, List<String> remarks) {
        List<String> notes = new ArrayList<>();
        missing.forEach(failure -> notes.add("Missing: " + failure.reason()));
        notes.addAll(remarks.stream().map(Sentences::title).toList());
        return notes.isEmpty() ? List.of() : List.of(new Block.Notes(notes));
    }
}
