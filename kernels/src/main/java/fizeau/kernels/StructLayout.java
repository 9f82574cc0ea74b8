// SPDX-License-Identifier: Apache-2.0
package fizeau.kernels;

import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.RecordComponent;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.List;

/**
 * How a record lies in memory as a C struct: fields in order, each at a multiple of its alignment, the size a multiple of the
 * largest alignment (the rule of every C ABI that CUDA supports). Components are {@code int}, {@code long} (C {@code long
 * long}), {@code float}, {@code double}, {@link DeviceAddress} (a pointer) or records of these, which become nested structs.
 * Immutable.
 */
public final class StructLayout {

    /** Kind of a field, with its size and alignment in bytes. */
    public enum Kind {
        INT(4),
        FLOAT(4),
        LONG(8),
        DOUBLE(8),
        POINTER(8);

        private final int bytes;

        Kind(int bytes) {
            this.bytes = bytes;
        }

        public int bytes() {
            return bytes;
        }

        /** Kind of a component of {@code type}, or null where it is a nested struct. */
        private static Kind of(Class<?> type) {
            if (type == int.class) {
                return INT;
            } else if (type == float.class) {
                return FLOAT;
            } else if (type == long.class) {
                return LONG;
            } else if (type == double.class) {
                return DOUBLE;
            } else if (type == DeviceAddress.class) {
                return POINTER;
            } else if (type.isRecord()) {
                return null;
            }
            throw new IllegalArgumentException("a struct cannot hold a component of type " + type.getName()
                    + ": use int, long, float, double, DeviceAddress or a record of these");
        }
    }

    /**
     * One scalar of the struct.
     *
     * @param path name, with the names of enclosing components before it, such as {@code geometry.frame.ny}
     * @param offset bytes from the start of the struct
     */
    public record Field(String path, Kind kind, int offset) {}

    private final Class<? extends Record> type;
    private final List<Field> fields;
    private final List<List<Method>> accessors;
    private final int size;
    private final int alignment;

    private StructLayout(
            Class<? extends Record> type, List<Field> fields, List<List<Method>> accessors, int size, int alignment) {
        this.type = type;
        this.fields = List.copyOf(fields);
        this.accessors = List.copyOf(accessors);
        this.size = size;
        this.alignment = alignment;
    }

    public static StructLayout of(Class<? extends Record> type) {
        List<Field> fields = new ArrayList<>();
        List<List<Method>> accessors = new ArrayList<>();
        int end = 0;
        int widest = 1;
        for (RecordComponent component : type.getRecordComponents()) {
            Kind kind = Kind.of(component.getType());
            Method accessor = component.getAccessor();
            accessor.setAccessible(true); // the record itself may be package-private, as those of tests are
            if (kind != null) {
                int offset = roundUp(end, kind.bytes());
                fields.add(new Field(component.getName(), kind, offset));
                accessors.add(List.of(accessor));
                end = offset + kind.bytes();
                widest = Math.max(widest, kind.bytes());
            } else {
                StructLayout nested = of(component.getType().asSubclass(Record.class));
                int offset = roundUp(end, nested.alignment);
                for (int i = 0; i < nested.fields.size(); i++) {
                    Field inner = nested.fields.get(i);
                    fields.add(
                            new Field(component.getName() + "." + inner.path(), inner.kind(), offset + inner.offset()));
                    List<Method> chain = new ArrayList<>(List.of(accessor));
                    chain.addAll(nested.accessors.get(i));
                    accessors.add(List.copyOf(chain));
                }
                end = offset + nested.size;
                widest = Math.max(widest, nested.alignment);
            }
        }
        if (fields.isEmpty()) {
            throw new IllegalArgumentException("record " + type.getName() + " has no components to lay out");
        }
        return new StructLayout(type, fields, accessors, roundUp(end, widest), widest);
    }

    /** Name of the C struct: the simple name of the record. */
    public String structName() {
        return type.getSimpleName();
    }

    /** All scalars in order of their offsets. */
    public List<Field> fields() {
        return fields;
    }

    /** Bytes of the struct, padding at the end included. */
    public int size() {
        return size;
    }

    /** The struct in a new direct buffer of native byte order, position 0, limit {@link #size()}. */
    public ByteBuffer toBytes(Record struct) {
        ByteBuffer bytes = ByteBuffer.allocateDirect(size).order(ByteOrder.nativeOrder());
        write(struct, bytes);
        return bytes;
    }

    /**
     * Writes the struct into the first {@link #size()} bytes of a direct buffer of native byte order. The buffer's position
     * and limit stay; bytes between fields are left as they are.
     */
    public void write(Record struct, ByteBuffer target) {
        if (!type.isInstance(struct)) {
            throw new IllegalArgumentException("the layout of " + structName() + " cannot write a "
                    + struct.getClass().getSimpleName());
        }
        if (!target.isDirect() || target.order() != ByteOrder.nativeOrder() || target.capacity() < size) {
            throw new IllegalArgumentException("struct " + structName() + " needs a direct buffer of " + size
                    + " bytes in " + ByteOrder.nativeOrder() + " order, got " + target + " in " + target.order());
        }
        for (int i = 0; i < fields.size(); i++) {
            Object value = struct;
            for (Method accessor : accessors.get(i)) {
                value = get(accessor, value);
            }
            put(target, fields.get(i), value);
        }
    }

    private static void put(ByteBuffer target, Field field, Object value) {
        int offset = field.offset();
        switch (field.kind()) {
            case INT -> target.putInt(offset, (Integer) value);
            case FLOAT -> target.putFloat(offset, (Float) value);
            case LONG -> target.putLong(offset, (Long) value);
            case DOUBLE -> target.putDouble(offset, (Double) value);
            case POINTER -> target.putLong(offset, ((DeviceAddress) value).value());
        }
    }

    private static Object get(Method accessor, Object owner) {
        try {
            return accessor.invoke(owner);
        } catch (IllegalAccessException | InvocationTargetException failure) {
            throw new IllegalStateException("cannot read " + accessor, failure);
        }
    }

    private static int roundUp(int value, int multiple) {
        return (value + multiple - 1) / multiple * multiple;
    }
}
