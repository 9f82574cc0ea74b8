// SPDX-License-Identifier: Apache-2.0
package fizeau.bench.infer;

import fizeau.bench.ops.Algebra;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Adds up what each operation of an algebra takes; right for those that compute at once. */
public final class MeteredAlgebra {
    private final Map<String, Session.Part> parts = new LinkedHashMap<>();

    /** The same algebra, watched. */
    @SuppressWarnings("unchecked") // the proxy implements exactly this interface and passes values through
    public <V> Algebra<V> around(Algebra<V> algebra) {
        return (Algebra<V>) Proxy.newProxyInstance(
                Algebra.class.getClassLoader(), new Class<?>[] {Algebra.class}, (proxy, method, arguments) -> {
                    long began = System.nanoTime();
                    try {
                        return method.invoke(algebra, arguments);
                    } catch (InvocationTargetException e) {
                        throw e.getCause();
                    } finally {
                        add(method.getName(), (System.nanoTime() - began) * 1e-6);
                    }
                });
    }

    /** Adds one call. */
    public void add(String name, double millis) {
        parts.merge(
                name,
                new Session.Part(name, 1, millis),
                (all, one) -> new Session.Part(name, all.calls() + 1, all.millis() + one.millis()));
    }

    /** Largest first. */
    public List<Session.Part> parts() {
        return parts.values().stream()
                .sorted(Comparator.comparingDouble(Session.Part::millis).reversed())
                .toList();
    }
}
