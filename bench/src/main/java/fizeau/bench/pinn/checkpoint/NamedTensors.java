// SPDX-License-Identifier: Apache-2.0
package fizeau.bench.pinn.checkpoint;

import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/** Tensors of one network, wherever in a file the network lies: in a dictionary, under a wrapper's name, or alone. */
public final class NamedTensors {
    private final Path file;
    private final Map<String, StoredTensor> tensors;

    private NamedTensors(Path file, Map<String, StoredTensor> tensors) {
        this.file = file;
        this.tensors = tensors;
    }

    /**
     * Finds the network that holds a tensor.
     *
     * @param known the end of a name that every such network has
     */
    public static NamedTensors of(Path file, Map<String, StoredTensor> all, String known) {
        List<String> prefixes = all.keySet().stream()
                .filter(name -> name.equals(known) || name.endsWith("." + known))
                .map(name -> name.substring(0, name.length() - known.length()))
                .toList();
        if (prefixes.size() != 1) {
            throw new IllegalArgumentException(file + " holds " + prefixes.size() + " tensors " + known
                    + " where one is needed"
                    + (all.isEmpty() ? "" : " (it holds " + shown(all) + ")")
                    + ": name a checkpoint of one network");
        }
        String prefix = prefixes.get(0);
        Map<String, StoredTensor> own = new LinkedHashMap<>();
        all.forEach((name, tensor) -> {
            if (name.startsWith(prefix)) {
                own.put(name.substring(prefix.length()), tensor);
            }
        });
        return new NamedTensors(file, own);
    }

    private static String shown(Map<String, StoredTensor> all) {
        int most = 5;
        return all.keySet().stream().limit(most).collect(Collectors.joining(", ")) + (all.size() > most ? ", ..." : "");
    }

    public boolean has(String name) {
        return tensors.containsKey(name);
    }

    /** Sizes of a tensor. */
    public List<Integer> shape(String name) {
        return tensor(name).shape();
    }

    /** Finite numbers of a tensor whose count is known. */
    public float[] values(String name, int count) {
        StoredTensor tensor = tensor(name);
        if (tensor.values().length != count) {
            throw new IllegalArgumentException(file + " holds " + name + " with the sizes " + tensor.shape() + " where "
                    + count + " numbers are needed: use a checkpoint of this network");
        }
        for (float value : tensor.values()) {
            if (!Float.isFinite(value)) {
                throw new IllegalArgumentException(file + " holds a number in " + name
                        + " that is not finite: use a checkpoint from before the training broke");
            }
        }
        return tensor.values();
    }

    private StoredTensor tensor(String name) {
        StoredTensor tensor = tensors.get(name);
        if (tensor == null) {
            throw new IllegalArgumentException(
                    file + " holds no tensor " + name + ": use a checkpoint of the first or the second phase");
        }
        return tensor;
    }
}
