// SPDX-License-Identifier: Apache-2.0
package fizeau.bench.verify;

import com.fasterxml.jackson.databind.JsonNode;
import fizeau.optics.Aperture;
import fizeau.optics.CircularAperture;
import fizeau.optics.HexagonalAperture;
import fizeau.optics.ObscuredAperture;

/** The apertures that cases describe by type and sizes. */
final class ApertureWords {

    private ApertureWords() {}

    /** The aperture of a mask case: {@code type} and, beside it, the sizes under their own names. */
    static Aperture ofMaskCase(GoldenCase golden) {
        String type = golden.text("type", "");
        return switch (type) {
            case "circular" -> new CircularAperture(golden.number("radius"));
            case "hexagonal" -> new HexagonalAperture(golden.number("side_length"));
            case "obscured" -> obscured(golden.number("outer_radius"), golden.parameters());
            default -> throw unknown(golden, type);
        };
    }

    /** The aperture of a telescope case: {@code aperture_radius_pixels}, circular unless {@code aperture_type} is given. */
    static Aperture ofTelescopeCase(GoldenCase golden) {
        double radius = golden.number("aperture_radius_pixels");
        JsonNode details = golden.parameters().path("aperture_kwargs");
        String type = golden.text("aperture_type", "circular");
        return switch (type) {
            case "circular" -> new CircularAperture(details.path("radius").asDouble(radius));
            case "hexagonal" ->
                new HexagonalAperture(details.path("side_length").asDouble(radius));
            case "obscured" -> obscured(details.path("outer_radius").asDouble(radius), details);
            default -> throw unknown(golden, type);
        };
    }

    private static Aperture obscured(double outerRadius, JsonNode sizes) {
        int spiders = sizes.path("n_spiders").asInt(0);
        double width = sizes.path("spider_width").asDouble(0);
        double inner = sizes.path("inner_radius").asDouble(0);
        return width > 0
                ? new ObscuredAperture(outerRadius, inner, spiders, width)
                : ObscuredAperture.ring(outerRadius, inner);
    }

    private static IllegalArgumentException unknown(GoldenCase golden, String type) {
        return new IllegalArgumentException("aperture type " + type + " of case " + golden.name()
                + " is unknown: circular, hexagonal and obscured are understood");
    }
}
