// SPDX-License-Identifier: Apache-2.0
package fizeau.bench.plot;

import fizeau.image.AtomicFile;
import java.awt.Color;
import java.awt.Font;
import java.awt.Shape;
import java.awt.geom.Ellipse2D;
import java.awt.geom.Line2D;
import java.awt.geom.PathIterator;
import java.awt.geom.Rectangle2D;
import java.awt.image.BufferedImage;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Base64;
import java.util.Locale;
import javax.imageio.ImageIO;

/**
 * A page as SVG 1.1: text stays text, outlines stay outlines, images are embedded PNG files. The colours that stand for
 * paper, ink and grid also carry a class ({@code page}, {@code ink}, {@code soft}, {@code grid}), so that a web page may
 * give them the colours of its own theme. Nothing in it refers to another file. One thread at a time.
 */
final class SvgPage {
    /** The fonts that Java takes for its sans-serif on most systems come first: text was measured with them. */
    private static final String FONTS = "DejaVu Sans, Verdana, Helvetica, Arial, sans-serif";

    private final StringBuilder body = new StringBuilder();
    private final double width;
    private final double height;
    private boolean clipped;

    SvgPage(double width, double height) {
        this.width = width;
        this.height = height;
        body.append("<rect class=\"page\" width=\"").append(number(width)).append("\" height=\"");
        body.append(number(height)).append("\" fill=\"#ffffff\"/>\n");
    }

    void text(Font font, Color colour, String text, double x, double y, Canvas.Anchor anchor) {
        text(font, colour, text, x, y, anchor, "");
    }

    void textUpwards(Font font, Color colour, String text, double x, double y) {
        String turn = " transform=\"rotate(-90 " + number(x) + " " + number(y) + ")\"";
        text(font, colour, text, x, y, Canvas.Anchor.CENTRE, turn);
    }

    /** White text with a dark rim. */
    void outlinedText(Font font, String text, double x, double y) {
        text(
                font,
                Color.WHITE,
                text,
                x,
                y,
                Canvas.Anchor.LEFT,
                " stroke=\"#000000\" stroke-opacity=\"0.69\" stroke-width=\"2.4\" paint-order=\"stroke\"");
    }

    private void text(
            Font font, Color colour, String text, double x, double y, Canvas.Anchor anchor, String attributes) {
        if (text.isEmpty()) {
            return;
        }
        body.append("<text x=\"")
                .append(number(x))
                .append("\" y=\"")
                .append(number(y))
                .append('"');
        body.append(" font-size=\"").append(number(font.getSize2D())).append('"');
        if (font.isBold()) {
            body.append(" font-weight=\"bold\"");
        }
        if (anchor != Canvas.Anchor.LEFT) {
            body.append(" text-anchor=\"")
                    .append(anchor == Canvas.Anchor.RIGHT ? "end" : "middle")
                    .append('"');
        }
        body.append(paint("fill", colour))
                .append(attributes)
                .append('>')
                .append(escape(text))
                .append("</text>\n");
    }

    /** @param dash pattern such as {@code 5 3.5}; empty for a solid line */
    void stroke(Color colour, double lineWidth, Shape outline, String dash) {
        start(outline);
        body.append(" fill=\"none\"").append(paint("stroke", colour));
        body.append(" stroke-width=\"").append(number(lineWidth)).append("\" stroke-linejoin=\"round\"");
        if (!dash.isEmpty()) {
            body.append(" stroke-dasharray=\"").append(dash).append('"');
        }
        body.append("/>\n");
    }

    void fill(Color colour, Shape area) {
        start(area);
        body.append(colour.equals(Color.WHITE) ? " class=\"fill-paper\"" : "");
        body.append(paint("fill", colour)).append("/>\n");
    }

    /** A nested viewport cuts off what lies outside, and unlike a clip path it needs no name that could clash. */
    void clip(Rectangle2D area) {
        unclip();
        String box = number(area.getX()) + " " + number(area.getY()) + " " + number(area.getWidth()) + " "
                + number(area.getHeight());
        String[] parts = box.split(" ");
        body.append("<svg x=\"").append(parts[0]).append("\" y=\"").append(parts[1]);
        body.append("\" width=\"").append(parts[2]).append("\" height=\"").append(parts[3]);
        body.append("\" viewBox=\"").append(box).append("\" overflow=\"hidden\">\n");
        clipped = true;
    }

    void unclip() {
        if (clipped) {
            body.append("</svg>\n");
            clipped = false;
        }
    }

    /** @param hardEdges whether enlarged pixels stay squares */
    void picture(
            BufferedImage picture, double x, double y, double pictureWidth, double pictureHeight, boolean hardEdges) {
        body.append("<image x=\"").append(number(x)).append("\" y=\"").append(number(y));
        body.append("\" width=\"")
                .append(number(pictureWidth))
                .append("\" height=\"")
                .append(number(pictureHeight));
        body.append("\" preserveAspectRatio=\"none\"");
        if (hardEdges) {
            body.append(" style=\"image-rendering:pixelated\"");
        }
        body.append(" href=\"data:image/png;base64,").append(png(picture)).append("\"/>\n");
    }

    /** Writes the page, atomically. */
    void write(Path target) {
        byte[] bytes = text().getBytes(StandardCharsets.UTF_8);
        AtomicFile.write(target, out -> out.write(bytes));
    }

    String text() {
        unclip();
        String size = number(width) + " " + number(height);
        return "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 " + size + "\" width=\"" + number(width)
                + "\" height=\"" + number(height) + "\" font-family=\"" + FONTS + "\" role=\"img\">\n" + body
                + "</svg>\n";
    }

    private void start(Shape shape) {
        if (shape instanceof Ellipse2D circle && circle.getWidth() == circle.getHeight()) {
            body.append("<circle cx=\"").append(number(circle.getCenterX()));
            body.append("\" cy=\"").append(number(circle.getCenterY()));
            body.append("\" r=\"").append(number(circle.getWidth() / 2)).append('"');
        } else if (shape instanceof Rectangle2D box) {
            body.append("<rect x=\"")
                    .append(number(box.getX()))
                    .append("\" y=\"")
                    .append(number(box.getY()));
            body.append("\" width=\"").append(number(box.getWidth()));
            body.append("\" height=\"").append(number(box.getHeight())).append('"');
        } else if (shape instanceof Line2D line) {
            body.append("<line x1=\"")
                    .append(number(line.getX1()))
                    .append("\" y1=\"")
                    .append(number(line.getY1()));
            body.append("\" x2=\"").append(number(line.getX2()));
            body.append("\" y2=\"").append(number(line.getY2())).append('"');
        } else {
            body.append("<path d=\"").append(path(shape)).append('"');
        }
    }

    private static String path(Shape shape) {
        StringBuilder path = new StringBuilder();
        double[] points = new double[6];
        for (PathIterator steps = shape.getPathIterator(null); !steps.isDone(); steps.next()) {
            int kind = steps.currentSegment(points);
            path.append("MLQCZ".charAt(kind)); // the order of PathIterator's constants
            int count = new int[] {2, 2, 4, 6, 0}[kind];
            for (int i = 0; i < count; i++) {
                path.append(i == 0 ? "" : " ").append(number(points[i]));
            }
        }
        return path.toString();
    }

    private static String paint(String property, Color colour) {
        String hex = String.format(Locale.ROOT, "#%06x", colour.getRGB() & 0xffffff);
        String theme = colour.equals(Canvas.INK)
                ? "ink"
                : colour.equals(Canvas.SOFT_INK) ? "soft" : colour.equals(Canvas.GRID) ? "grid" : "";
        String name = theme.isEmpty() ? "" : " class=\"" + property + "-" + theme + "\"";
        String opacity = colour.getAlpha() == 255
                ? ""
                : " " + property + "-opacity=\"" + number(colour.getAlpha() / 255.0) + "\"";
        return name + " " + property + "=\"" + hex + "\"" + opacity;
    }

    private static String png(BufferedImage picture) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try {
            ImageIO.write(picture, "png", bytes);
        } catch (IOException e) {
            throw new UncheckedIOException("a picture cannot be encoded as PNG", e);
        }
        return Base64.getEncoder().encodeToString(bytes.toByteArray());
    }

    /** Two decimals: a hundredth of a point is finer than any screen or printer. */
    private static String number(double value) {
        String text = String.format(Locale.ROOT, "%.2f", value);
        String bare = text.replaceAll("\\.?0+$", "");
        return bare.equals("-0") ? "0" : bare;
    }

    private static String escape(String text) {
        return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;");
    }
}
