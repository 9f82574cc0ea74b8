// SPDX-License-Identifier: Apache-2.0
package fizeau.bench.operator;

import fizeau.backend.Plan;
import java.util.Arrays;
import java.util.List;

/** Who computes the operator, where and how. */
public enum OperatorMethod {
    CPU_MATRIX("cpu", "matrix", Plan.MATRIX, false),
    CPU_PRUNED("cpu", "pruned", Plan.PRUNED, false),
    CPU_FFT("cpu", "fft", Plan.FFT, false),
    CPU_EAGER("cpu", "eager"),
    CPU_LEAN("cpu", "lean"),
    CPU_COMPILE("cpu", "compile"),
    CPU_JAX("cpu", "jax"),
    CUDA_MATRIX("cuda", "matrix", Plan.MATRIX, false),
    CUDA_MATRIX_GRAPH("cuda", "matrix+graph", Plan.MATRIX, true),
    CUDA_FFT("cuda", "fft", Plan.FFT, false),
    CUDA_FFT_GRAPH("cuda", "fft+graph", Plan.FFT, true),
    CUDA_EAGER("cuda", "eager"),
    CUDA_LEAN("cuda", "lean"),
    CUDA_COMPILE("cuda", "compile"),
    CUDA_JAX("cuda", "jax");

    private final String device;
    private final String word;
    private final Plan plan;
    private final boolean graph;

    /** A peer. */
    OperatorMethod(String device, String word) {
        this(device, word, null, false);
    }

    OperatorMethod(String device, String word, Plan plan, boolean graph) {
        this.device = device;
        this.word = word;
        this.plan = plan;
        this.graph = graph;
    }

    /** {@code cpu} or {@code cuda}. */
    public String device() {
        return device;
    }

    /** A plan of ours, or the mode of the Python peer. */
    public String word() {
        return word;
    }

    /** In jobs and files. */
    public String id() {
        return device + "-" + word;
    }

    /** The Python library behind a peer: {@code torch} or {@code jax}. */
    public String library() {
        return word.equals("jax") ? "jax" : "torch";
    }

    /** Whether it is ours; otherwise it is a peer's. */
    public boolean ours() {
        return plan != null;
    }

    /** The plan of one of ours. */
    Plan plan() {
        if (plan == null) {
            throw new IllegalStateException(id() + " is a peer and has no plan");
        }
        return plan;
    }

    /** Whether calls are captured and replayed. */
    boolean graph() {
        return graph;
    }

    /** The method with this id. */
    static OperatorMethod of(String id) {
        return Arrays.stream(values())
                .filter(method -> method.id().equals(id))
                .findFirst()
                .orElseThrow(() -> new IllegalArgumentException("method " + id + " is unknown"));
    }

    /** Those of a device, in the order of the table. */
    public static List<OperatorMethod> on(String device) {
        return Arrays.stream(values())
                .filter(method -> method.device.equals(device))
                .toList();
    }
}
