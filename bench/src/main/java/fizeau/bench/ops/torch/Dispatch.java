// SPDX-License-Identifier: Apache-2.0
package fizeau.bench.ops.torch;

import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.CompilationUnit;
import org.bytedeco.pytorch.Dispatcher;
import org.bytedeco.pytorch.IValue;
import org.bytedeco.pytorch.IValueVector;
import org.bytedeco.pytorch.OperatorHandle;
import org.bytedeco.pytorch.QualifiedName;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;

/**
 * Operators of libtorch that have no Java method, among them those that keep weights in the layout of oneDNN or XNNPACK.
 * Lists of numbers can only be made by a script; Java's list types arrive as something else.
 */
final class Dispatch {
    private static final String LISTS = "def pair(a: int, b: int) -> List[int]:\n    return [a, b]\n"
            + "def four(a: int, b: int, c: int, d: int) -> List[int]:\n    return [a, b, c, d]\n"
            + "def none() -> List[Optional[number]]:\n    empty: List[Optional[number]] = []\n    return empty\n";

    private Dispatch() {}

    /** Calls {@code namespace::name}; its single result outlives the current pointer scope. */
    static IValue call(String name, IValue... arguments) {
        try (PointerScope scope = new PointerScope()) {
            OperatorHandle operator = Dispatcher.singleton().findSchemaOrThrow(name, "");
            IValueVector stack = new IValueVector(arguments);
            operator.callBoxed(stack);
            return new IValue(stack.get(0)).retainReference();
        }
    }

    /** The same for an operator that was looked up before, whose result is a tensor of the current pointer scope. */
    static Tensor tensor(OperatorHandle operator, IValue... arguments) {
        IValueVector stack = new IValueVector(arguments);
        operator.callBoxed(stack);
        return new Tensor(stack.get(0).toTensor()); // the other one dies with the stack
    }

    static OperatorHandle find(String name) {
        return find(name, "");
    }

    /** @param overload name of the variant, empty for the plain one */
    static OperatorHandle find(String name, String overload) {
        return Dispatcher.singleton().findSchemaOrThrow(name, overload);
    }

    /** An empty list of optional numbers; outlives the current pointer scope. */
    static IValue noNumbers() {
        return list("none");
    }

    /** Two or four whole numbers as a list; outlives the current pointer scope. */
    static IValue integers(long... values) {
        IValue[] boxed = new IValue[values.length];
        for (int i = 0; i < values.length; i++) {
            boxed[i] = new IValue(values[i]);
        }
        return list(values.length == 2 ? "pair" : "four", boxed);
    }

    private static IValue list(String function, IValue... arguments) {
        try (PointerScope scope = new PointerScope()) {
            CompilationUnit unit = torch.compile(LISTS);
            IValue list = unit.get_function(new QualifiedName(function)).apply(new IValueVector(arguments));
            return new IValue(list).retainReference();
        }
    }
}
