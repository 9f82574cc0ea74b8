// SPDX-License-Identifier: Apache-2.0
package fizeau.bench.infer;

import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** The models of the family. The tiny ones are the same code at sizes that run in milliseconds, to check an installation. */
public enum ImageModel {
    RESNET50(ResNet.resnet50(1), 25_557_032),
    VIT_B_16(VisionTransformer.vitB16(1), 86_567_656),
    RESNET_TINY(new ResNet(1, 32, 8, List.of(1, 2), 10), 13_906),
    VIT_TINY(new VisionTransformer(1, 32, 8, 2, 32, 4, 64, 10), 24_234);

    /** The original's words for all of its models, of which the first version had two. */
    private static final List<String> ALL = List.of("both", "all");

    /** Models of the original's later versions. */
    private static final List<String> LATER = List.of("mobilenet_v3_small", "efficientnet_b0");

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

    /** Models by their words; {@code both} and {@code all} are the two of published size. */
    public static List<ImageModel> parse(List<String> words) {
        return words.stream()
                .map(word -> word.strip().toLowerCase(Locale.ROOT))
                .flatMap(word -> ALL.contains(word) ? Stream.of(RESNET50, VIT_B_16) : Stream.of(one(word)))
                .distinct()
                .toList();
    }

    private static ImageModel one(String word) {
        String why = LATER.contains(word) ? "is not built here" : "is unknown";
        return Arrays.stream(values())
                .filter(model -> model.word().equals(word))
                .findFirst()
                .orElseThrow(() -> new IllegalArgumentException("model " + word + " " + why + ": use "
                        + Arrays.stream(values()).map(ImageModel::word).collect(Collectors.joining(", ")) + ", "
                        + String.join(" or ", ALL)));
    }
}
