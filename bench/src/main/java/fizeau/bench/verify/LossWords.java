// SPDX-License-Identifier: Apache-2.0
package fizeau.bench.verify;

import com.fasterxml.jackson.databind.JsonNode;
import fizeau.reconstruct.loss.ImageLoss;
import fizeau.reconstruct.loss.LossSpec;
import fizeau.reconstruct.loss.LossType;
import java.util.EnumMap;
import java.util.Map;

/** The names under which cases store training losses: {@code l1}, {@code l1_raw}, {@code ms_ssim}, {@code composite} ... */
final class LossWords {

    private static final String RAW = "_raw";

    private LossWords() {}

    /** The loss of a name; a composite takes its weights from the case where it names them. */
    static ImageLoss loss(String name, GoldenCase golden) {
        boolean normalised = !name.endsWith(RAW);
        String word = normalised ? name : name.substring(0, name.length() - RAW.length());
        LossType type = LossType.parse(word.replace('_', '-'));
        Map<LossType, Double> weights = type == LossType.COMPOSITE ? weights(golden) : Map.of();
        return new LossSpec(type, normalised, weights).loss();
    }

    private static Map<LossType, Double> weights(GoldenCase golden) {
        if (!golden.hasParameter("composite_weights")) {
            return LossSpec.DEFAULT_WEIGHTS;
        }
        Map<LossType, Double> weights = new EnumMap<>(LossType.class);
        for (Map.Entry<String, JsonNode> part :
                golden.parameter("composite_weights").properties()) {
            weights.put(
                    LossType.parse(part.getKey().replace('_', '-')),
                    part.getValue().doubleValue());
        }
        return weights;
    }
}
