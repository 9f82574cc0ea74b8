// SPDX-License-Identifier: Apache-2.0
package fizeau.bench.plot;

import fizeau.image.PngWriter;
import java.awt.BasicStroke;
import java.awt.Color;
import java.awt.Font;
import java.awt.Graphics2D;
import java.awt.RenderingHints;
import java.awt.Shape;
import java.awt.geom.AffineTransform;
import java.awt.geom.Line2D;
import java.awt.geom.Rectangle2D;
import java.awt.image.BufferedImage;
import java.nio.file.Path;
import java.util.List;

/**
 * A white page of a given size in points: as pixels, {@value #SCALE} a point, and as {@link SvgPage}. Owns its graphics
 * context; one thread at a time.
 */
final class Canvas implements AutoCloseable {
    static final int SCALE = 2;
    private static final int DOTS_PER_INCH = 96 * SCALE;

    static final Color INK = new Color(0x222222);
    static final Color SOFT_INK = new Color(0x666666);
    static final Color GRID = new Color(0xe6e6e6);

    /** Okabe and Ito's colour-blind safe colours without black and yellow, which drown error bars and white paper. */
    private static final List<Color> SERIES = List.of(
            new Color(0xe69f00),
            new Color(0x0072b2),
            new Color(0x009e73),
            new Color(0xcc79a7),
            new Color(0xd55e00),
            new Color(0x56b4e9));

    static final Font TITLE = font(Font.BOLD, 13.5f);
    static final Font LABEL = font(Font.PLAIN, 11.5f);
    static final Font TICK = font(Font.PLAIN, 10.5f);

    /** Which point of a text stands at the given position. */
    enum Anchor {
        LEFT(0),
        CENTRE(0.5),
        RIGHT(1);

        private final double share;

        Anchor(double share) {
            this.share = share;
        }
    }

    private final BufferedImage image;
    private final Graphics2D graphics;
    private final SvgPage vectors;

    /**
     * An empty page.
     *
     * @throws IllegalStateException if this Java runtime cannot draw text
     */
    Canvas(double width, double height) {
        image = new BufferedImage(
                (int) Math.ceil(width * SCALE), (int) Math.ceil(height * SCALE), BufferedImage.TYPE_INT_RGB);
        graphics = image.createGraphics();
        vectors = new SvgPage(width, height);
        graphics.setRenderingHint(RenderingHints.KEY_ANTIALIASING, RenderingHints.VALUE_ANTIALIAS_ON);
        graphics.setRenderingHint(RenderingHints.KEY_TEXT_ANTIALIASING, RenderingHints.VALUE_TEXT_ANTIALIAS_ON);
        graphics.setRenderingHint(RenderingHints.KEY_FRACTIONALMETRICS, RenderingHints.VALUE_FRACTIONALMETRICS_ON);
        graphics.setRenderingHint(RenderingHints.KEY_STROKE_CONTROL, RenderingHints.VALUE_STROKE_PURE);
        graphics.setColor(Color.WHITE);
        graphics.fillRect(0, 0, image.getWidth(), image.getHeight());
        graphics.scale(SCALE, SCALE);
        try {
            textWidth(TITLE, "M");
        } catch (RuntimeException | LinkageError | InternalError failure) { // the runtime's ways to say "no fonts"
            graphics.dispose();
            throw new IllegalStateException(
                    "this Java runtime finds no fonts, so no figure can be drawn: install fontconfig and one font, "
                            + "such as the packages fontconfig and fonts-dejavu-core",
                    failure);
        }
    }

    static Color seriesColour(int index) {
        return SERIES.get(index % SERIES.size());
    }

    static Color paler(Color colour, double share) {
        return new Color(
                (int) Math.round(colour.getRed() + share * (255 - colour.getRed())),
                (int) Math.round(colour.getGreen() + share * (255 - colour.getGreen())),
                (int) Math.round(colour.getBlue() + share * (255 - colour.getBlue())));
    }

    private static Font font(int style, float size) {
        return new Font(Font.SANS_SERIF, style, 1).deriveFont(size);
    }

    double textWidth(Font font, String text) {
        return font.getStringBounds(text, graphics.getFontRenderContext()).getWidth();
    }

    /** Text with its baseline at {@code y}. */
    void text(Font font, Color colour, String text, double x, double y, Anchor anchor) {
        graphics.setFont(font);
        graphics.setColor(colour);
        graphics.drawString(text, (float) (x - anchor.share * textWidth(font, text)), (float) y);
        vectors.text(font, colour, text, x, y, anchor);
    }

    /** White text with a dark rim, readable on any image; starts at {@code x}, baseline at {@code y}. */
    void outlinedText(Font font, String text, double x, double y) {
        Shape glyphs =
                font.createGlyphVector(graphics.getFontRenderContext(), text).getOutline((float) x, (float) y);
        graphics.setColor(new Color(0xb0000000, true));
        graphics.setStroke(new BasicStroke(2.4f, BasicStroke.CAP_BUTT, BasicStroke.JOIN_ROUND));
        graphics.draw(glyphs);
        graphics.setColor(Color.WHITE);
        graphics.fill(glyphs);
        vectors.outlinedText(font, text, x, y);
    }

    /** Text read from bottom to top, centred on {@code (x, y)} along its run, with its baseline at {@code x}. */
    void textUpwards(Font font, Color colour, String text, double x, double y) {
        AffineTransform before = graphics.getTransform();
        graphics.rotate(-Math.PI / 2, x, y);
        graphics.setFont(font);
        graphics.setColor(colour);
        graphics.drawString(text, (float) (x - textWidth(font, text) / 2), (float) y);
        graphics.setTransform(before);
        vectors.textUpwards(font, colour, text, x, y);
    }

    void line(Color colour, double width, double x1, double y1, double x2, double y2) {
        stroke(colour, width, new Line2D.Double(x1, y1, x2, y2));
    }

    void dashedLine(Color colour, double width, double x1, double y1, double x2, double y2) {
        graphics.setColor(colour);
        graphics.setStroke(new BasicStroke(
                (float) width, BasicStroke.CAP_BUTT, BasicStroke.JOIN_ROUND, 1f, new float[] {5f, 3.5f}, 0f));
        Line2D line = new Line2D.Double(x1, y1, x2, y2);
        graphics.draw(line);
        vectors.stroke(colour, width, line, "5 3.5");
    }

    void stroke(Color colour, double width, Shape outline) {
        graphics.setColor(colour);
        graphics.setStroke(new BasicStroke((float) width, BasicStroke.CAP_BUTT, BasicStroke.JOIN_ROUND));
        graphics.draw(outline);
        vectors.stroke(colour, width, outline, "");
    }

    void fill(Color colour, Shape area) {
        graphics.setColor(colour);
        graphics.fill(area);
        vectors.fill(colour, area);
    }

    /** Draws only inside a rectangle until {@link #unclip()}. */
    void clip(Rectangle2D area) {
        graphics.setClip(area);
        vectors.clip(area);
    }

    void unclip() {
        graphics.setClip(null);
        vectors.unclip();
    }

    /** Draws an image with hard pixel edges where it is enlarged and smooth ones where it is reduced. */
    void picture(BufferedImage picture, double x, double y, double width, double height) {
        boolean enlarged = width * SCALE >= picture.getWidth();
        graphics.setRenderingHint(
                RenderingHints.KEY_INTERPOLATION,
                enlarged
                        ? RenderingHints.VALUE_INTERPOLATION_NEAREST_NEIGHBOR
                        : RenderingHints.VALUE_INTERPOLATION_BILINEAR);
        AffineTransform place = AffineTransform.getTranslateInstance(x, y);
        place.scale(width / picture.getWidth(), height / picture.getHeight());
        graphics.drawImage(picture, place, null);
        vectors.picture(picture, x, y, width, height, enlarged);
    }

    /** Writes the page as PNG, and as SVG under the same name beside it; each file atomically. */
    void write(Path target) {
        PngWriter.write(target, image, DOTS_PER_INCH);
        vectors.write(SvgFile.beside(target));
    }

    @Override
    public void close() {
        graphics.dispose();
    }
}
