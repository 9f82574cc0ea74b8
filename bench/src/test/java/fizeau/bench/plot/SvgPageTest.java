// SPDX-License-Identifier: Apache-2.0
package fizeau.bench.plot;

import static org.assertj.core.api.Assertions.assertThat;

import fizeau.optics.Shape;
import java.io.ByteArrayInputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import javax.imageio.ImageIO;
import javax.xml.parsers.DocumentBuilderFactory;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.w3c.dom.Document;
import org.w3c.dom.Element;
import org.w3c.dom.NodeList;

/** The vector form of figures: well-formed, complete in itself, text kept as text. */
class SvgPageTest {

    @TempDir
    Path folder;

    @Test
    void barsAreTheSameNumbersAsInThePicture() throws Exception {
        BarPlot.Bars bars =
                new BarPlot.Bars("ours", new double[] {2, 4}, new double[] {1.5, 3.5}, new double[] {2.5, 4.5});
        BarPlot.Chart chart =
                new BarPlot.Chart("speed <up> & away", "times", List.of("one", "two"), List.of(bars), 1.0);
        BarPlot.write(folder.resolve("bars.png"), chart);
        Document svg = read("bars.svg");
        assertThat(texts(svg)).contains("speed <up> & away", "one", "two", "2.00", "4.00", "times");
        List<Element> drawn = elements(svg, "rect").stream()
                .filter(rect -> rect.getAttribute("fill").equals("#e69f00"))
                .toList();
        assertThat(drawn).hasSize(2);
        double first = Double.parseDouble(drawn.get(0).getAttribute("height"));
        double second = Double.parseDouble(drawn.get(1).getAttribute("height"));
        assertThat(second / first).isBetween(1.99, 2.01);
        assertThat(elements(svg, "line"))
                .anyMatch(line -> line.getAttribute("stroke-dasharray").equals("5 3.5"));
        assertThat(svg.getDocumentElement().getAttribute("viewBox")).isEqualTo("0 0 720 440");
    }

    @Test
    void imagesAreEmbeddedPixelByPixel() throws Exception {
        float[] values = {0, 0.5f, 1, 0.25f, 0.75f, 1};
        ImagePanels.write(
                folder.resolve("panels.png"),
                List.of(Panel.of("six", new Shape(2, 3), values).withRange(0, 1)));
        String source = elements(read("panels.svg"), "image").get(0).getAttribute("href");
        assertThat(source).startsWith("data:image/png;base64,");
        byte[] png = Base64.getDecoder().decode(source.substring(source.indexOf(',') + 1));
        var picture = ImageIO.read(new ByteArrayInputStream(png));
        assertThat(picture.getWidth()).isEqualTo(3);
        assertThat(picture.getRGB(2, 0) & 0xffffff).isEqualTo(0xffffff);
        assertThat(picture.getRGB(0, 0) & 0xffffff).isZero();
    }

    @Test
    void curvesAreCutOffAtTheAxesAndNothingRefersElsewhere() throws Exception {
        LossPlot.againstIteration(
                folder.resolve("loss.png"), "loss", List.of(Curve.counted("a", new double[] {1, 0.5, 0.2})));
        String text = Files.readString(folder.resolve("loss.svg"), StandardCharsets.UTF_8);
        assertThat(text).contains("overflow=\"hidden\"").doesNotContain("url(").doesNotContain("NaN");
        assertThat(text.replace("http://www.w3.org/2000/svg", "")).doesNotContain("http");
        assertThat(elements(read("loss.svg"), "path")).isNotEmpty();
    }

    private Document read(String name) throws Exception {
        return DocumentBuilderFactory.newInstance()
                .newDocumentBuilder()
                .parse(folder.resolve(name).toFile());
    }

    private static List<Element> elements(Document svg, String name) {
        NodeList nodes = svg.getElementsByTagName(name);
        List<Element> found = new ArrayList<>();
        for (int i = 0; i < nodes.getLength(); i++) {
            found.add((Element) nodes.item(i));
        }
        return found;
    }

    private static List<String> texts(Document svg) {
        return elements(svg, "text").stream().map(Element::getTextContent).toList();
    }
}
