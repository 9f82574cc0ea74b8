// SPDX-License-Identifier: Apache-2.0
package fizeau.bench.verify;

import com.fasterxml.jackson.databind.JsonNode;
import fizeau.optics.PixelPosition;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * One case of a set of reference vectors. Accessors refuse what the case does not hold in one sentence.
 *
 * @param group which feature it exercises
 * @param name unique within the set
 * @param description what it is, for readers; may be empty
 * @param parameters what to compute, by name
 * @param scalars expected numbers, by name, possibly nested
 * @param arrays inputs and expected arrays, by name, in the order of the index
 */
record GoldenCase(
        String group,
        String name,
        String description,
        JsonNode parameters,
        JsonNode scalars,
        Map<String, GoldenArray> arrays) {

    boolean hasArray(String array) {
        return arrays.containsKey(array);
    }

    GoldenArray array(String array) {
        GoldenArray found = arrays.get(array);
        if (found == null) {
            throw new IllegalArgumentException("case " + name + " holds no array " + array);
        }
        return found;
    }

    boolean hasParameter(String parameter) {
        return parameters.hasNonNull(parameter);
    }

    JsonNode parameter(String parameter) {
        if (!hasParameter(parameter)) {
            throw new IllegalArgumentException("case " + name + " holds no parameter " + parameter);
        }
        return parameters.get(parameter);
    }

    double number(String parameter) {
        return number(parameter, parameter(parameter));
    }

    double number(String parameter, double whenAbsent) {
        return hasParameter(parameter) ? number(parameter) : whenAbsent;
    }

    int integer(String parameter) {
        double number = number(parameter);
        if (number != Math.rint(number) || Math.abs(number) > Integer.MAX_VALUE) {
            throw new IllegalArgumentException(
                    "parameter " + parameter + " = " + number + " of case " + name + " must be an integer");
        }
        return (int) number;
    }

    boolean flag(String parameter) {
        JsonNode node = parameter(parameter);
        if (!node.isBoolean()) {
            throw new IllegalArgumentException(
                    "parameter " + parameter + " = " + node + " of case " + name + " must be true or false");
        }
        return node.booleanValue();
    }

    String text(String parameter, String whenAbsent) {
        return hasParameter(parameter) ? parameter(parameter).asText() : whenAbsent;
    }

    /** A list of (y, x) pairs. */
    List<PixelPosition> positions(String parameter) {
        List<PixelPosition> positions = new ArrayList<>();
        for (JsonNode pair : parameter(parameter)) {
            positions.add(position(parameter, pair));
        }
        return positions;
    }

    /** One (y, x) pair. */
    PixelPosition position(String parameter) {
        return position(parameter, parameter(parameter));
    }

    private PixelPosition position(String parameter, JsonNode pair) {
        if (!pair.isArray() || pair.size() != 2) {
            throw new IllegalArgumentException(
                    "parameter " + parameter + " of case " + name + " must hold (y, x) pairs, not " + pair);
        }
        return new PixelPosition(number(parameter, pair.get(0)), number(parameter, pair.get(1)));
    }

    private double number(String parameter, JsonNode node) {
        if (!node.isNumber()) {
            throw new IllegalArgumentException(
                    "parameter " + parameter + " of case " + name + " must be a number, not " + node);
        }
        return node.doubleValue();
    }
}
