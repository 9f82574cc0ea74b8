// SPDX-License-Identifier: Apache-2.0
package fizeau.bench.verify;

import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.Locale;
import java.util.stream.Collectors;

/** How one number of a stored array is encoded, little endian; complex numbers are interleaved (re, im) pairs. */
enum ElementType {
    UINT8(1, 1),
    FLOAT32(4, 1),
    FLOAT64(8, 1),
    COMPLEX64(4, 2),
    COMPLEX128(8, 2);

    private final int componentBytes;
    private final int components;

    ElementType(int componentBytes, int components) {
        this.componentBytes = componentBytes;
        this.components = components;
    }

    static ElementType parse(String word) {
        for (ElementType type : values()) {
            if (type.word().equals(word)) {
                return type;
            }
        }
        throw new IllegalArgumentException("element type " + word + " is unknown: "
                + Arrays.stream(values()).map(ElementType::word).collect(Collectors.joining(", ")) + " can be read");
    }

    String word() {
        return name().toLowerCase(Locale.ROOT);
    }

    /** Real numbers per element: 2 for complex types. */
    int components() {
        return components;
    }

    int bytesPerElement() {
        return componentBytes * components;
    }

    /** The next real number as a double, which holds every value of these types exactly. */
    double read(ByteBuffer littleEndian) {
        return switch (this) {
            case UINT8 -> Byte.toUnsignedInt(littleEndian.get());
            case FLOAT32, COMPLEX64 -> littleEndian.getFloat();
            case FLOAT64, COMPLEX128 -> littleEndian.getDouble();
        };
    }
}
