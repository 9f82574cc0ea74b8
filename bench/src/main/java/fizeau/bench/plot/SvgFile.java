// SPDX-License-Identifier: Apache-2.0
package fizeau.bench.plot;

import java.nio.file.Path;

/** Where the vector form of a figure lies. */
public final class SvgFile {

    private SvgFile() {}

    /** {@code figure.svg} beside {@code figure.png}. */
    public static Path beside(Path png) {
        return png.resolveSibling(nameOf(png.getFileName().toString()));
    }

    /** {@code figure.svg} for {@code figure.png}; a name without that ending gets one more. */
    public static String nameOf(String png) {
        return (png.endsWith(".png") ? png.substring(0, png.length() - 4) : png) + ".svg";
    }
}
