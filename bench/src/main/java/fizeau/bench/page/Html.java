// SPDX-License-Identifier: Apache-2.0
package fizeau.bench.page;

import java.util.ArrayDeque;
import java.util.Deque;

/** Writes HTML: everything is escaped, and every element that was opened must be closed. */
final class Html {
    private final StringBuilder out = new StringBuilder();
    private final Deque<String> open = new ArrayDeque<>();

    /** @param attributes names and values in turn; a null value leaves the attribute out */
    Html open(String tag, String... attributes) {
        start(tag, attributes);
        open.push(tag);
        return this;
    }

    /** An element without content, such as {@code img}. */
    Html empty(String tag, String... attributes) {
        start(tag, attributes);
        return this;
    }

    Html close() {
        String tag = open.pop();
        out.append("</").append(tag).append('>');
        if (!tag.equals("span") && !tag.equals("td") && !tag.equals("th")) {
            out.append('\n');
        }
        return this;
    }

    Html text(String text) {
        out.append(escape(text));
        return this;
    }

    Html element(String tag, String text, String... attributes) {
        return open(tag, attributes).text(text).close();
    }

    /** Markup of our own making. */
    Html trusted(String markup) {
        out.append(markup);
        return this;
    }

    @Override
    public String toString() {
        if (!open.isEmpty()) {
            throw new IllegalStateException("elements were left open: " + open);
        }
        return out.toString();
    }

    private void start(String tag, String[] attributes) {
        out.append('<').append(tag);
        for (int i = 0; i < attributes.length; i += 2) {
            if (attributes[i + 1] != null) {
                out.append(' ').append(attributes[i]).append("=\"").append(escape(attributes[i + 1]));
                out.append('"');
            }
        }
        out.append('>');
    }

    static String escape(String text) {
        return text.replace("&", "&amp;")
                .replace("<", "&lt;")
                .replace(">", "&gt;")
                .replace("\"", "&quot;")
                .replace("'", "&#39;");
    }
}
