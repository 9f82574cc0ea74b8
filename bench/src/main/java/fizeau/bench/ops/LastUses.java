// SPDX-License-Identifier: Apache-2.0
package fizeau.bench.ops;

import java.lang.reflect.Proxy;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;

/**
 * Which operation of a computation is the last to use the result of another. A Python program holds a result about that
 * long: until its name is given to the next one. Found by walking through the computation once without computing.
 */
public final class LastUses {
    private final Map<Object, Integer> makers = new IdentityHashMap<>();
    private final List<Integer> last = new ArrayList<>();
    private final List<List<Integer>> endings = new ArrayList<>();

    private LastUses() {}

    /** Operations are counted from 0 in the order in which {@code computation} asks for them. */
    public static LastUses of(Computation computation) {
        LastUses uses = new LastUses();
        List<Object> parameters = new ArrayList<>();
        computation.parameters(0).forEach(parameter -> parameters.add(new Object()));
        Object output = computation.forward(uses.recorder(), parameters);
        for (int operation = 0; operation < uses.last.size(); operation++) {
            uses.endings.add(new ArrayList<>());
        }
        uses.makers.remove(output);
        for (int maker : uses.makers.values()) {
            if (uses.last.get(maker) > maker) {
                uses.endings.get(uses.last.get(maker)).add(maker);
            }
        }
        return uses;
    }

    /** How many operations there are. */
    public int operations() {
        return endings.size();
    }

    /** The operations whose results no one uses after this one; never the one that makes the output. */
    public List<Integer> endingAt(int operation) {
        return endings.get(operation);
    }

    @SuppressWarnings("unchecked") // the proxy implements exactly this interface, and makes plain objects only
    private Algebra<Object> recorder() {
        return (Algebra<Object>) Proxy.newProxyInstance(
                Algebra.class.getClassLoader(),
                new Class<?>[] {Algebra.class},
                (proxy, method, operands) -> record(Arrays.asList(operands)));
    }

    private Object record(List<?> operands) {
        int operation = last.size();
        note(operands, operation);
        last.add(operation);
        Object result = new Object();
        makers.put(result, operation);
        return result;
    }

    /** Operands may come in lists; what no operation made is a parameter or a number. */
    private void note(List<?> operands, int operation) {
        for (Object operand : operands) {
            if (operand instanceof List<?> several) {
                note(several, operation);
            } else if (makers.containsKey(operand)) {
                last.set(makers.get(operand), operation);
            }
        }
    }
}
