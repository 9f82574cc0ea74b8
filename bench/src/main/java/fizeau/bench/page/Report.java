// SPDX-License-Identifier: Apache-2.0
package fizeau.bench.page;

import java.util.List;
import java.util.stream.Stream;

/**
 * A whole report.
 *
 * @param summary one sentence under the title: what ran, where
 * @param headlines the results one came for, largest first
 * @param record the record it was made from, as JSON text
 */
public record Report(String title, String summary, List<Headline> headlines, List<Section> sections, String record) {

    public Report {
        headlines = List.copyOf(headlines);
        sections = List.copyOf(sections);
    }

    /**
     * A result in large print.
     *
     * @param figure such as {@code 3.41}
     * @param unit behind the figure
     * @param label what it says
     * @param detail interval and grounds
     * @param verdict a word or a few; the page colours what is good, bad or even, and anything else as a warning
     */
    public record Headline(Cell figure, String unit, String label, String detail, String verdict) {}

    /** A titled part. */
    public record Section(String title, List<Block> blocks) {
        public Section {
            blocks = List.copyOf(blocks);
        }
    }

    /**
     * The same for a page that lies elsewhere.
     *
     * @param way from there to where the page would lie, with a slash at its end; empty for none
     */
    public Report linkedBy(String way) {
        List<Section> moved = sections.stream()
                .map(section -> new Section(
                        section.title(),
                        section.blocks().stream()
                                .map(block -> block instanceof Block.Links links ? links.by(way) : block)
                                .toList()))
                .toList();
        return new Report(title, summary, headlines, moved, record);
    }

    /** All tables in order. */
    public Stream<Block.Table> tables() {
        return blocks(Block.Table.class);
    }

    /** All figures in order. */
    public Stream<Block.Figure> figures() {
        return blocks(Block.Figure.class);
    }

    private <B extends Block> Stream<B> blocks(Class<B> type) {
        return sections.stream()
                .flatMap(section -> section.blocks().stream())
                .filter(type::isInstance)
                .map(type::cast);
    }
}
