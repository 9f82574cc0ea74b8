// SPDX-License-Identifier: Apache-2.0
package fizeau.bench.pinn;

import java.util.Arrays;
import java.util.Locale;

/** The ways to train. */
public enum PinnVariant {
    EAGER("libtorch, operation by operation, derivatives by double backward: the reference"),
    JIT("the same with the network as TorchScript, compiled by libtorch"),
    FUSED("Taylor jets in one pass and a gradient by hand, every point of every sample"),
    SHARED(
            "the same, jets of a grid point computed once for all samples: they share the grid, the network knows no sample"),
    COMPILE("torch.compile in a Python process"),
    PYTHON_EAGER("the same steps as eager by torch in a Python process: the reference on a GPU");

    private final String meaning;

    PinnVariant(String meaning) {
        this.meaning = meaning;
    }

    public static PinnVariant parse(String word) {
        return Arrays.stream(values())
                .filter(variant -> variant.word().equalsIgnoreCase(word))
                .findFirst()
                .orElseThrow(() -> new IllegalArgumentException("variant " + word + " is unknown: use "
                        + String.join(
                                ", ",
                                Arrays.stream(values()).map(PinnVariant::word).toList())));
    }

    public String word() {
        return name().toLowerCase(Locale.ROOT).replace('_', '-');
    }

    /** Whether a process of Python computes it. */
    public boolean inPython() {
        return this == COMPILE || this == PYTHON_EAGER;
    }

    /** Whether libtorch computes it in this process, which it can on a CPU only: the bundled build knows no GPU. */
    public boolean inLibtorch() {
        return this == EAGER || this == JIT;
    }

    public String meaning() {
        return meaning;
    }
}
