// SPDX-License-Identifier: Apache-2.0
package fizeau.kernels;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * A recorded sequence of launches over emulated device memory. {@link #execute} runs it with threads and blocks forward,
 * reversed and shuffled, and fails unless all orders give the same bits. Used for one sequence, by one thread.
 */
final class Emulation {

    /** The orders every sequence runs in; a number is the seed of a shuffle. */
    static final List<String> ORDERS = List.of("forward", "reversed", "20261");

    private static final int BUFFER_SHIFT = 32;
    private static final byte GARBAGE = (byte) 0xff; // NaN as float and double

    private record Launch(Kernel kernel, Record parameters, LaunchShape shape) {}

    private final Emulator emulator;
    private final List<byte[]> buffers = new ArrayList<>();
    private final List<Launch> launches = new ArrayList<>();

    Emulation(Emulator emulator) {
        this.emulator = emulator;
    }

    DeviceAddress upload(float... values) {
        ByteBuffer bytes = buffer(values.length, Float.BYTES);
        bytes.asFloatBuffer().put(values);
        return add(bytes.array());
    }

    DeviceAddress upload(double... values) {
        ByteBuffer bytes = buffer(values.length, Double.BYTES);
        bytes.asDoubleBuffer().put(values);
        return add(bytes.array());
    }

    DeviceAddress upload(int... values) {
        ByteBuffer bytes = buffer(values.length, Integer.BYTES);
        bytes.asIntBuffer().put(values);
        return add(bytes.array());
    }

    DeviceAddress upload(Record struct) {
        ByteBuffer bytes = StructLayout.of(struct.getClass()).toBytes(struct);
        byte[] copy = new byte[bytes.remaining()];
        bytes.get(copy);
        return add(copy);
    }

    /** Memory whose every float is NaN, so that a result nobody wrote is seen. */
    DeviceAddress allocateFloats(int count) {
        return allocate(count * Float.BYTES);
    }

    DeviceAddress allocateDoubles(int count) {
        return allocate(count * Double.BYTES);
    }

    private DeviceAddress allocate(int bytes) {
        byte[] garbage = new byte[bytes];
        Arrays.fill(garbage, GARBAGE);
        return add(garbage);
    }

    void launch(KernelParameters parameters) {
        launch(parameters, parameters.launchShape());
    }

    void launch(KernelParameters parameters, LaunchShape shape) {
        launch(KernelCatalog.kernelFor(parameters.getClass()), parameters, shape);
    }

    void launch(Kernel kernel, KernelParameters parameters, LaunchShape shape) {
        launches.add(new Launch(kernel, (Record) parameters, shape));
    }

    /** Runs everything recorded so far, from the memory as uploaded; the buffers then hold the results. */
    void execute() {
        byte[] response = emulator.run(request(), ORDERS);
        int bytes = buffers.stream().mapToInt(buffer -> buffer.length).sum();
        for (int order = 1; order < ORDERS.size(); order++) {
            int difference = Arrays.mismatch(response, 0, bytes, response, order * bytes, (order + 1) * bytes);
            if (difference >= 0) {
                throw new Emulator.Found("order " + ORDERS.get(order) + " gives another result than "
                        + ORDERS.get(0) + " at " + place(difference) + " after "
                        + launches.stream()
                                .map(launch -> launch.kernel().function())
                                .toList());
            }
        }
        int offset = 0;
        for (byte[] buffer : buffers) {
            System.arraycopy(response, offset, buffer, 0, buffer.length);
            offset += buffer.length;
        }
        launches.clear();
    }

    float[] floats(DeviceAddress address) {
        float[] values = new float[content(address).length / Float.BYTES];
        view(address).asFloatBuffer().get(values);
        return values;
    }

    double[] doubles(DeviceAddress address) {
        double[] values = new double[content(address).length / Double.BYTES];
        view(address).asDoubleBuffer().get(values);
        return values;
    }

    int[] ints(DeviceAddress address) {
        int[] values = new int[content(address).length / Integer.BYTES];
        view(address).asIntBuffer().get(values);
        return values;
    }

    private byte[] content(DeviceAddress address) {
        return buffers.get((int) (address.value() >>> BUFFER_SHIFT) - 1);
    }

    private ByteBuffer view(DeviceAddress address) {
        return ByteBuffer.wrap(content(address)).order(ByteOrder.nativeOrder());
    }

    private DeviceAddress add(byte[] content) {
        buffers.add(content);
        return new DeviceAddress((long) buffers.size() << BUFFER_SHIFT);
    }

    private static ByteBuffer buffer(int count, int elementBytes) {
        return ByteBuffer.allocate(count * elementBytes).order(ByteOrder.nativeOrder());
    }

    private String place(int offset) {
        int start = 0;
        for (int i = 0; i < buffers.size(); i++) {
            if (offset < start + buffers.get(i).length) {
                return "byte " + (offset - start) + " of buffer " + i;
            }
            start += buffers.get(i).length;
        }
        return "byte " + offset;
    }

    /** The layout is described in {@code emulator.cpp}. */
    private byte[] request() {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        writeInts(out, buffers.size());
        for (byte[] buffer : buffers) {
            out.writeBytes(ByteBuffer.allocate(Long.BYTES)
                    .order(ByteOrder.nativeOrder())
                    .putLong(buffer.length)
                    .array());
            out.writeBytes(buffer);
        }
        writeInts(out, launches.size());
        for (Launch launch : launches) {
            byte[] name = launch.kernel().function().getBytes(StandardCharsets.UTF_8);
            writeInts(out, name.length);
            out.writeBytes(name);
            LaunchShape shape = launch.shape();
            StructLayout layout = launch.kernel().layout();
            writeInts(out, shape.gridX(), shape.gridY(), shape.threads(), shape.sharedBytes(), layout.size());
            ByteBuffer struct = layout.toBytes(launch.parameters());
            byte[] bytes = new byte[struct.remaining()];
            struct.get(bytes);
            out.writeBytes(bytes);
        }
        return out.toByteArray();
    }

    private static void writeInts(ByteArrayOutputStream out, int... values) {
        ByteBuffer bytes = buffer(values.length, Integer.BYTES);
        bytes.asIntBuffer().put(values);
        out.writeBytes(bytes.array());
    }
}
