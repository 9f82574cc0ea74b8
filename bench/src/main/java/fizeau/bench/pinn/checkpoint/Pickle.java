// SPDX-License-Identifier: Apache-2.0
package fizeau.bench.pinn.checkpoint;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Python's pickle format, protocols 2 to 4, as far as torch uses it. Dictionaries become maps, lists and tuples lists. Nothing
 * is executed: a call of a function or class becomes a {@link Call} for the reader to understand or to ignore.
 */
final class Pickle {

    /** A function or class by name. */
    record Global(String module, String name) {

        String full() {
            return module + "." + name;
        }
    }

    /** What a function or class was called with; {@code state} is what an object was filled with. */
    static final class Call {
        final Global target;
        final List<?> arguments;
        Object state;

        Call(Global target, List<?> arguments) {
            this.target = target;
            this.arguments = arguments;
        }
    }

    /** A reference to something outside the pickle. */
    record Persistent(Object id) {}

    private static final Object MARK = new Object();

    private final ByteBuffer bytes;
    private final List<Object> stack = new ArrayList<>();
    private final Map<Integer, Object> memo = new HashMap<>();

    private Pickle(byte[] bytes) {
        this.bytes = ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
    }

    /** The object; throws {@link IOException} where the bytes are not such a pickle. */
    static Object read(byte[] bytes) throws IOException {
        try {
            return new Pickle(bytes).run();
        } catch (UncheckedIOException unknown) {
            throw unknown.getCause();
        } catch (RuntimeException damaged) { // too short, or an operation that does not fit what is on the stack
            throw new IOException("its pickle is damaged: " + damaged, damaged);
        }
    }

    private Object run() {
        while (true) {
            int operation = bytes.get() & 0xff;
            if (operation == '.') {
                return pop();
            }
            step(operation);
        }
    }

    private void step(int operation) {
        switch (operation) {
            case 0x80 -> bytes.get(); // protocol
            case 0x95 -> bytes.getLong(); // frame
            case '(' -> stack.add(MARK);
            case 'N' -> stack.add(null);
            case 0x88 -> stack.add(true);
            case 0x89 -> stack.add(false);
            case 'J' -> stack.add((long) bytes.getInt());
            case 'K' -> stack.add((long) (bytes.get() & 0xff));
            case 'M' -> stack.add((long) (bytes.getShort() & 0xffff));
            case 0x8a -> stack.add(longOf(bytes.get() & 0xff));
            case 'G' -> stack.add(Double.longBitsToDouble(Long.reverseBytes(bytes.getLong())));
            case 'X' -> stack.add(text(bytes.getInt()));
            case 0x8c -> stack.add(text(bytes.get() & 0xff));
            case ']' -> stack.add(new ArrayList<>());
            case '}' -> stack.add(new LinkedHashMap<>());
            case ')' -> stack.add(List.of());
            case 't' -> stack.add(sinceMark());
            case 0x85 -> stack.add(last(1));
            case 0x86 -> stack.add(last(2));
            case 0x87 -> stack.add(last(3));
            case 'q' -> memo.put(bytes.get() & 0xff, top());
            case 'r' -> memo.put(bytes.getInt(), top());
            case 0x94 -> memo.put(memo.size(), top());
            case 'h' -> stack.add(memo.get(bytes.get() & 0xff));
            case 'j' -> stack.add(memo.get(bytes.getInt()));
            case 'c' -> stack.add(new Global(line(), line()));
            case 0x93 -> {
                String name = (String) pop();
                stack.add(new Global((String) pop(), name));
            }
            case 'Q' -> stack.add(new Persistent(pop()));
            case 'R', 0x81 -> call();
            case 'b' -> build();
            case 's' -> set(last(2));
            case 'u' -> set(sinceMark());
            case 'a' -> append(last(1));
            case 'e' -> append(sinceMark());
            default ->
                throw new UncheckedIOException(new IOException(
                        String.format("its pickle has the operation 0x%02x, which tensors do not need", operation)));
        }
    }

    private void call() {
        List<?> arguments = (List<?>) pop();
        Global target = (Global) pop();
        stack.add(
                target.full().equals("collections.OrderedDict") ? new LinkedHashMap<>() : new Call(target, arguments));
    }

    /** A dictionary's own attributes, such as torch's version notes, say nothing about its entries. */
    private void build() {
        Object state = pop();
        if (top() instanceof Call call) {
            call.state = state;
        }
    }

    @SuppressWarnings("unchecked")
    private void set(List<?> pairs) {
        Map<Object, Object> target = (Map<Object, Object>) top();
        for (int i = 0; i < pairs.size(); i += 2) {
            target.put(pairs.get(i), pairs.get(i + 1));
        }
    }

    @SuppressWarnings("unchecked")
    private void append(List<?> values) {
        ((List<Object>) top()).addAll(values);
    }

    private Object pop() {
        return stack.remove(stack.size() - 1);
    }

    private Object top() {
        return stack.get(stack.size() - 1);
    }

    private List<Object> last(int count) {
        List<Object> tail = stack.subList(stack.size() - count, stack.size());
        List<Object> values = new ArrayList<>(tail);
        tail.clear();
        return values;
    }

    private List<Object> sinceMark() {
        int mark = stack.size() - 1;
        while (stack.get(mark) != MARK) {
            mark--;
        }
        List<Object> values = last(stack.size() - 1 - mark);
        pop();
        return values;
    }

    private String text(int length) {
        byte[] utf8 = new byte[length];
        bytes.get(utf8);
        return new String(utf8, StandardCharsets.UTF_8);
    }

    private String line() {
        int start = bytes.position();
        while (bytes.get() != '\n') {
            // on to the end of the line
        }
        return new String(bytes.array(), start, bytes.position() - 1 - start, StandardCharsets.UTF_8);
    }

    private long longOf(int count) {
        long value = 0;
        for (int i = 0; i < count; i++) {
            long part = i < Long.BYTES - 1 && i < count - 1 ? bytes.get() & 0xff : bytes.get(); // the last has the sign
            value |= i < Long.BYTES ? part << (8 * i) : 0;
        }
        return value;
    }
}
