// SPDX-License-Identifier: Apache-2.0
package fizeau.bench.ops;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** Who computes. Labels and file names are those of the original, so that its readers find what they know. */
public enum Method {
    /** Our schedule search; the original called its agent, which slept, by this label. */
    TUNED("RL-Optimized", "agent_output.json"),
    /** libtorch, operation by operation. */
    EAGER("PyTorch-Default", "pytorch_output.json"),
    /** libtorch's TorchScript. */
    JIT("PyTorch-JIT", "pytorch_jit_output.json"),
    /** Python's {@code torch.compile} (Inductor), by a peer process. */
    COMPILE("PyTorch-Compile", "pytorch_compile_output.json");

    private final String label;
    private final String file;

    Method(String label, String file) {
        this.label = label;
        this.file = file;
    }

    public String label() {
        return label;
    }

    public String file() {
        return file;
    }

    /** The word in options. */
    public String word() {
        return name().toLowerCase(Locale.ROOT);
    }

    /** Whether it runs in a JVM of ours. */
    public boolean inJvm() {
        return this != COMPILE;
    }

    /**
     * Methods by their words, {@code all} for all and the original's {@code agent} for {@code tuned}.
     *
     * @throws IllegalArgumentException in one sentence for a word that is none
     */
    public static List<Method> parse(List<String> words) {
        List<Method> methods = new ArrayList<>();
        for (String given : words) {
            String word = given.strip().toLowerCase(Locale.ROOT);
            if (word.equals("all")) {
                methods.addAll(List.of(values()));
                continue;
            }
            Method found = null;
            for (Method method : values()) {
                if (method.word().equals(word.equals("agent") ? "tuned" : word)) {
                    found = method;
                }
            }
            if (found == null) {
                throw new IllegalArgumentException(
                        "--method " + given + " is unknown: use tuned (or agent), eager, jit, compile or all");
            }
            methods.add(found);
        }
        return methods.stream().distinct().toList();
    }
}
