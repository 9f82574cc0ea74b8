// SPDX-License-Identifier: Apache-2.0
package fizeau.kernels;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import fizeau.kernels.StructLayout.Field;
import fizeau.kernels.StructLayout.Kind;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import org.junit.jupiter.api.Test;

class StructLayoutTest {

    private record Inner(double wide, int narrow) {}

    private record Outer(int first, Inner inner, float second, DeviceAddress pointer, long last, int tail) {}

    private record Unsupported(String text) {}

    private record Empty() {}

    private static final Outer VALUE =
            new Outer(7, new Inner(2.5, -3), 1.25f, new DeviceAddress(0x1122334455667788L), -9L, 11);

    @Test
    void fieldsAreAlignedAndStructsPadded() {
        StructLayout layout = StructLayout.of(Outer.class);
        assertThat(layout.fields())
                .containsExactly(
                        new Field("first", Kind.INT, 0),
                        new Field("inner.wide", Kind.DOUBLE, 8),
                        new Field("inner.narrow", Kind.INT, 16),
                        new Field("second", Kind.FLOAT, 24),
                        new Field("pointer", Kind.POINTER, 32),
                        new Field("last", Kind.LONG, 40),
                        new Field("tail", Kind.INT, 48));
        assertThat(layout.size()).isEqualTo(56);
        assertThat(layout.structName()).isEqualTo("Outer");
    }

    @Test
    void valuesLandAtTheirOffsets() {
        ByteBuffer bytes = StructLayout.of(Outer.class).toBytes(VALUE);
        assertThat(bytes.isDirect()).isTrue();
        assertThat(bytes.remaining()).isEqualTo(56);
        assertThat(bytes.getInt(0)).isEqualTo(7);
        assertThat(bytes.getDouble(8)).isEqualTo(2.5);
        assertThat(bytes.getInt(16)).isEqualTo(-3);
        assertThat(bytes.getFloat(24)).isEqualTo(1.25f);
        assertThat(bytes.getLong(32)).isEqualTo(0x1122334455667788L);
        assertThat(bytes.getLong(40)).isEqualTo(-9L);
        assertThat(bytes.getInt(48)).isEqualTo(11);
    }

    @Test
    void refusesWhatADriverCouldNotRead() {
        StructLayout layout = StructLayout.of(Outer.class);
        ByteBuffer heap = ByteBuffer.allocate(64).order(ByteOrder.nativeOrder());
        assertThatIllegalArgumentException()
                .isThrownBy(() -> layout.write(VALUE, heap))
                .withMessageContaining("direct");
        ByteBuffer small = ByteBuffer.allocateDirect(48).order(ByteOrder.nativeOrder());
        assertThatIllegalArgumentException()
                .isThrownBy(() -> layout.write(VALUE, small))
                .withMessageContaining("56");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> layout.toBytes(new Inner(1, 2)))
                .withMessageContaining("Inner");
    }

    @Test
    void refusesRecordsThatAreNoStruct() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> StructLayout.of(Unsupported.class))
                .withMessageContaining("String");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> StructLayout.of(Empty.class))
                .withMessageContaining("Empty");
    }
}
