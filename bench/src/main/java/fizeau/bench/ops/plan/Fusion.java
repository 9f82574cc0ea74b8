// SPDX-License-Identifier: Apache-2.0
package fizeau.bench.ops.plan;

import fizeau.bench.ops.plan.Node.Kind;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Decides which operations become one: a convolution or a linear layer takes along the normalisation, the sum and the
 * activation that follow it, as long as nobody else looks at what lies between. Where results replace the other operand of a
 * sum, a sum is taken along only where that is not needed any more.
 */
public final class Fusion {
    /** Results that only look at another one's memory. */
    private static final Set<Kind> VIEWS = Set.of(Kind.RESHAPE, Kind.PERMUTE, Kind.SLICE, Kind.EXPAND);

    private final boolean inPlace;
    private final Map<Node, List<Node>> users = new HashMap<>();
    private final Map<Node, Group> groups = new HashMap<>();
    private final Set<Node> taken = new HashSet<>();

    /**
     * A convolution or linear layer and what it takes along; each part may be null.
     *
     * @param residual the other operand of the sum
     * @param last whose result this is
     */
    public record Group(Node layer, Node norm, Node residual, Node activation, Node last) {

        /** {@code convolution 3x3 + norm + sum + activation (jit:avx512_core)}. */
        public String label(String kind, String implementation) {
            StringBuilder label = new StringBuilder(kind);
            Node weight = layer.operand(1);
            if (weight.dims().size() == 4) {
                label.append(' ').append(weight.dim(2)).append('x').append(weight.dim(3));
            }
            label.append(norm == null ? "" : " + norm").append(residual == null ? "" : " + sum");
            label.append(activation == null ? "" : " + activation");
            return label.append(" (").append(implementation).append(')').toString();
        }
    }

    /** @param inPlace whether the result of a sum replaces one of its operands */
    public Fusion(List<Node> nodes, boolean inPlace) {
        this.inPlace = inPlace;
        for (Node node : nodes) {
            for (Node operand : node.operands()) {
                users.computeIfAbsent(operand, key -> new ArrayList<>()).add(node);
            }
        }
        for (Node node : nodes) {
            if (node.kind() == Kind.CONVOLUTION || node.kind() == Kind.LINEAR) {
                Group group = group(node);
                groups.put(group.last(), group);
            }
        }
    }

    /** The group whose result a node is; null when it is none's. */
    public Group endingAt(Node node) {
        return groups.get(node);
    }

    /** Whether a node is computed within a group that ends later. */
    public boolean inside(Node node) {
        return taken.contains(node) && !groups.containsKey(node);
    }

    private Group group(Node layer) {
        taken.add(layer);
        Node last = layer;
        Node norm = next(last, Kind.BATCH_NORM);
        last = norm == null ? last : norm;
        Node sum = next(last, Kind.ADD);
        Node residual = sum == null ? null : sum.operand(sum.operand(0).equals(last) ? 1 : 0);
        if (sum != null && !replaceable(residual, sum)) {
            taken.remove(sum);
            sum = null;
            residual = null;
        }
        last = sum == null ? last : sum;
        Node activation = next(last, layer.kind() == Kind.CONVOLUTION ? Kind.RELU : Kind.GELU);
        last = activation == null ? last : activation;
        return new Group(layer, norm, residual, activation, last);
    }

    /** The only user of a result, if it is of this kind and still free; it is taken then. */
    private Node next(Node node, Kind kind) {
        List<Node> all = users.getOrDefault(node, List.of());
        Node user = all.size() == 1 ? all.get(0) : null;
        boolean free = user != null
                && user.kind() == kind
                && !taken.contains(user)
                && (kind != Kind.BATCH_NORM || user.operand(0).equals(node));
        if (free) {
            taken.add(user);
            return user;
        }
        return null;
    }

    /** Whether a sum may be taken along: in place, whether it may be written over this one of its operands. */
    private boolean replaceable(Node residual, Node sum) {
        if (!inPlace) {
            return residual.dims().equals(sum.dims());
        }
        return residual.kind() != Kind.PARAMETER
                && !VIEWS.contains(residual.kind())
                && residual.dims().equals(sum.dims())
                && users.get(residual).stream()
                        .allMatch(user -> user.index() <= sum.index() && !VIEWS.contains(user.kind()));
    }
}
