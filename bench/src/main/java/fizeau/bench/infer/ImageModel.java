// SPDX-License-Identifier: Apache-2.0
package fizeau.bench.infer;

import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;

/** The models of the family. The tiny ones are the same code at sizes that run in milliseconds, to check an installation. */
public enum ImageModel {
    RESNET50(ResNet.resnet50(1), 25_557_032),
    VIT_B_16(VisionTransformer.vitB16(1), 86_567_656),
    RESNET_TINY(new ResNet(1, 32, 8, List.of(1, 2), 10), 13_906),
    VIT_TINY(new VisionTransformer(1, 32, 8, 2, 32, 4, 64, 10), 24_234);

    /** The original's word for its two models. */
    private static final String BOTH = "both";

    private final Network network;
    private final long weights;

    /** @param weights of the published model, or counted by hand */
    ImageModel(Network network, long weights) {
        this.network = network;
        this.weights = weights;
    }

    /** The word in options and records, torchvision's where it has one. */
    public String word() {
        return name().toLowerCase(Locale.ROOT);
    }

    /** The network for a number of pictures at once; one that has not the weights of its name is never measured. */
    public Network network(int batch) {
        long counted = network.weightCount();
        if (counted != weights) {
            throw new IllegalStateException(word() + " has " + counted + " weights and should have " + weights);
        }
        return network.withBatch(batch);
    }

    /** @throws IllegalArgumentException in one sentence for a word that is none */
    public static ImageModel named(String word) {
        return parse(List.of(word)).get(0);
    }

    /** Models by their words, or {@code both}. */
    public static List<ImageModel> parse(List<String> words) {
        if (words.equals(List.of(BOTH))) {
            return List.of(RESNET50, VIT_B_16);
        }
        return words.stream()
                .map(word -> Arrays.stream(values())
                        .filter(model -> model.word().equals(word.strip().toLowerCase(Locale.ROOT)))
                        .findFirst()
                        .orElseThrow(() -> new IllegalArgumentException("model " + word + " is unknown: use "
                                + Arrays.stream(values()).map(ImageModel::word).collect(Collectors.joining(", "))
                                + " or " + BOTH)))
                .distinct()
                .toList();
    }
}
