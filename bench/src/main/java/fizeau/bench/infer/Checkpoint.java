// SPDX-License-Identifier: Apache-2.0
package fizeau.bench.infer;

import fizeau.bench.ops.Parameter;
import fizeau.bench.ops.SafeTensors;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.FloatBuffer;
import java.nio.MappedByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Weights of a model that come from a file of tensors, under torchvision's names, instead of being seeded. */
public final class Checkpoint {
    private static final String OPTION = "--checkpoint ";

    private final Path file;
    private final ImageModel model;
    private final TensorFile tensors;
    private final List<Parameter> weights;

    private Checkpoint(Path file, ImageModel model, TensorFile tensors, List<Parameter> weights) {
        this.file = file;
        this.model = model;
        this.tensors = tensors;
        this.weights = weights;
    }

    /** @throws IllegalArgumentException in one sentence where the file has not all weights of the model, in their sizes */
    public static Checkpoint open(Path file, ImageModel model) {
        if (!Files.isReadable(file) || Files.isDirectory(file)) {
            throw new IllegalArgumentException(OPTION + file + " is no file that can be read");
        }
        List<Parameter> weights = model.network(1).weights(0);
        TensorFile tensors;
        try {
            tensors = TensorFile.open(file);
            for (Parameter weight : weights) {
                List<Long> dims = tensors.dims(weight.name());
                if (!dims.equals(weight.dims())) {
                    throw new IllegalArgumentException("array " + weight.name() + " has the sizes " + dims + " and "
                            + model.word() + " needs " + weight.dims());
                }
                tensors.values(weight.name());
            }
        } catch (IllegalArgumentException unusable) {
            throw new IllegalArgumentException(
                    OPTION + file + " has not the weights of " + model.word() + ": " + unusable.getMessage()
                            + "; use a safetensors file of float32 arrays under torchvision's names",
                    unusable);
        }
        return new Checkpoint(file, model, tensors, weights);
    }

    /** Writes the model's weights, and nothing else that the file may hold, into another file. */
    void copy(Path target) {
        Map<String, SafeTensors.Array> arrays = new LinkedHashMap<>();
        for (Parameter weight : weights) {
            FloatBuffer values = tensors.values(weight.name());
            SafeTensors.Values source = (to, from, count) -> values.get(Math.toIntExact(from), to, 0, count);
            arrays.put(weight.name(), new SafeTensors.Array(weight.dims(), source));
        }
        SafeTensors.write(target, arrays);
    }

    /** Which weights these are, for the record. */
    String remark() {
        return "the weights of " + model.word() + " are those of " + file.getFileName() + " (SHA-256 " + digest() + ")";
    }

    private String digest() {
        try (FileChannel channel = FileChannel.open(file)) {
            MessageDigest digest = MessageDigest.getInstance("SHA-256");
            for (long from = 0; from < channel.size(); from += Integer.MAX_VALUE) {
                MappedByteBuffer part = channel.map(
                        FileChannel.MapMode.READ_ONLY, from, Math.min(Integer.MAX_VALUE, channel.size() - from));
                digest.update(part);
            }
            return HexFormat.of().formatHex(digest.digest());
        } catch (IOException e) {
            throw new UncheckedIOException("cannot read " + file + ": " + e.getMessage(), e);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java has SHA-256", e);
        }
    }
}
