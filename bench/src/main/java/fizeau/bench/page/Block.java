// SPDX-License-Identifier: Apache-2.0
package fizeau.bench.page;

import java.util.List;

/** A part of a section. */
public sealed interface Block {

    /** Running text. */
    record Paragraph(String text) implements Block {}

    /** What a reader must know before believing anything, one sentence each. */
    record Notes(List<String> sentences) implements Block {
        public Notes {
            sentences = List.copyOf(sentences);
        }
    }

    /** A list, one sentence each. */
    record Points(List<String> sentences) implements Block {
        public Points {
            sentences = List.copyOf(sentences);
        }
    }

    /** Where to go from here. */
    record Links(List<Link> links) implements Block {
        public Links {
            links = List.copyOf(links);
        }

        Links by(String way) {
            return new Links(links.stream()
                    .map(link -> new Link(link.text(), way + link.target(), link.detail()))
                    .toList());
        }
    }

    /**
     * One way to go.
     *
     * @param target path relative to the page, with forward slashes
     * @param detail what one finds there
     */
    record Link(String text, String target, String detail) {
        public Link {
            if (target.contains(":") || target.startsWith("/")) {
                throw new IllegalArgumentException("link '" + text + "' leads to " + target
                        + ": only files beside the page or below are possible");
            }
        }
    }

    /**
     * A table whose first column names its rows.
     *
     * @param name a word for files, such as {@code variants}
     * @param header texts of all columns but the one of kinds, which is added where rows have kinds
     */
    record Table(String name, String caption, List<String> header, List<Row> rows) implements Block {
        public Table {
            header = List.copyOf(header);
            rows = List.copyOf(rows);
            for (Row row : rows) {
                if (row.cells().size() + 1 != header.size()) {
                    throw new IllegalArgumentException("table " + name + " has " + header.size() + " columns and row '"
                            + row.label() + "' has " + (row.cells().size() + 1));
                }
            }
        }

        /** Whether a column tells the kinds of the numbers. */
        public boolean hasKinds() {
            return rows.stream().anyMatch(row -> !row.kind().isEmpty());
        }
    }

    /**
     * A row.
     *
     * @param kind of its numbers: {@code measured}, {@code derived} or {@code published}; empty for words
     * @param detail whether it belongs to the row above
     */
    record Row(String label, List<Cell> cells, String kind, boolean detail) {
        public Row {
            cells = List.copyOf(cells);
        }
    }

    /**
     * A figure that lies beside the record.
     *
     * @param name of its PNG file
     * @param png content, or null
     * @param svg content, or null; at least one of the two is there
     */
    record Figure(String name, String caption, byte[] png, String svg) implements Block {}
}
