// SPDX-License-Identifier: Apache-2.0
package fizeau.bench.report;

import com.fasterxml.jackson.databind.JsonNode;
import fizeau.bench.page.Cell;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;

/** Makes cells of a report out of a record, each with its place in the record. */
final class RecordCells {
    private static final String ALL = "/*";

    private final JsonNode record;

    RecordCells(JsonNode record) {
        this.record = record;
    }

    /** The number at a JSON pointer. */
    Cell number(String pointer) {
        return number(pointer, Numbers::plain);
    }

    Cell number(String pointer, Function<Double, String> format) {
        JsonNode node = record.at(pointer);
        return new Cell(format.apply(node.isNumber() ? (Double) node.doubleValue() : null), pointer, node.asText());
    }

    /** A whole number, all digits. */
    Cell count(String pointer) {
        JsonNode node = record.at(pointer);
        return new Cell(node.isNumber() ? node.asText() : Numbers.UNKNOWN, pointer, node.asText());
    }

    Cell megabytes(String pointer) {
        JsonNode node = record.at(pointer);
        return new Cell(Numbers.megabytes(node.isNumber() ? (Long) node.longValue() : null), pointer, node.asText());
    }

    /** Two numbers that belong together, such as the ends of an interval. */
    Cell interval(String low, String high) {
        JsonNode from = record.at(low);
        JsonNode to = record.at(high);
        if (!from.isNumber() || !to.isNumber()) {
            return new Cell(Numbers.UNKNOWN, low, "");
        }
        return new Cell(
                Numbers.interval(from.doubleValue(), to.doubleValue()), low, from.asText() + " to " + to.asText());
    }

    Cell word(String pointer) {
        return word(pointer, word -> word);
    }

    Cell word(String pointer, Function<String, String> format) {
        JsonNode node = record.at(pointer);
        boolean unknown = node.isMissingNode() || node.isNull() || node.asText().isEmpty();
        return new Cell(unknown ? Numbers.UNKNOWN : format.apply(node.asText()), pointer, node.asText());
    }

    /** All words of an array. */
    Cell words(String pointer) {
        List<String> words = new ArrayList<>();
        record.at(pointer).forEach(word -> words.add(word.asText()));
        String joined = String.join(" ", words);
        return new Cell(joined.isEmpty() ? Numbers.UNKNOWN : joined, pointer, joined);
    }

    /**
     * What several numbers come to.
     *
     * @param pointer with one {@code *} for the elements of an array
     * @param condense receives the numbers that are there, at least one
     */
    Cell condensed(String pointer, Function<double[], Double> condense, Function<Double, String> format) {
        int star = pointer.indexOf(ALL);
        List<Double> numbers = new ArrayList<>();
        for (JsonNode element : record.at(pointer.substring(0, star))) {
            JsonNode node = element.at(pointer.substring(star + ALL.length()));
            if (node.isNumber()) {
                numbers.add(node.doubleValue());
            }
        }
        double[] values = numbers.stream().mapToDouble(Double::doubleValue).toArray();
        return new Cell(format.apply(values.length == 0 ? null : condense.apply(values)), pointer, "");
    }

    /** A name within a JSON pointer (RFC 6901). */
    static String escape(String name) {
        return name.replace("~", "~0").replace("/", "~1");
    }
}
