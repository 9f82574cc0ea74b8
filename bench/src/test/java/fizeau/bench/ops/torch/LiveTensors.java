// SPDX-License-Identifier: Apache-2.0
package fizeau.bench.ops.torch;

import fizeau.bench.ops.Algebra;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.Set;
import org.bytedeco.pytorch.Tensor;

/** Watches an algebra and counts the results that it has not given back to libtorch. */
public final class LiveTensors {
    private final Set<Tensor> results = Collections.newSetFromMap(new IdentityHashMap<>());
    private int made;
    private int most;

    /** The same algebra, watched. */
    @SuppressWarnings("unchecked") // the proxy implements exactly this interface and passes values through
    public Algebra<Tensor> around(Algebra<Tensor> algebra) {
        return (Algebra<Tensor>) Proxy.newProxyInstance(
                Algebra.class.getClassLoader(), new Class<?>[] {Algebra.class}, (proxy, method, arguments) -> {
                    try {
                        Tensor result = (Tensor) method.invoke(algebra, arguments);
                        results.add(result); // once, where an operation in place returns its operand
                        results.removeIf(one -> one.isNull());
                        made++;
                        most = Math.max(most, results.size());
                        return result;
                    } catch (InvocationTargetException e) {
                        throw e.getCause();
                    }
                });
    }

    /** Most results alive after any operation. */
    public int most() {
        return most;
    }

    /** Operations so far. */
    public int made() {
        return made;
    }
}
