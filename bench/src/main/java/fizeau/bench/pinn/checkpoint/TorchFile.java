// SPDX-License-Identifier: Apache-2.0
package fizeau.bench.pinn.checkpoint;

import fizeau.bench.pinn.checkpoint.Pickle.Call;
import fizeau.bench.pinn.checkpoint.Pickle.Global;
import fizeau.bench.pinn.checkpoint.Pickle.Persistent;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.zip.ZipEntry;
import java.util.zip.ZipException;
import java.util.zip.ZipFile;

/**
 * All tensors of a file that {@code torch.save} or {@code torch.jit.save} wrote since torch 1.6: a zip archive with one pickle,
 * {@code data.pkl}, and the storages it refers to, {@code data/KEY}. Names are those of the dictionaries and modules on the
 * way to a tensor, joined by dots.
 */
public final class TorchFile {
    private static final String REBUILD = "torch._utils._rebuild_tensor_v2";
    private static final String PARAMETER = "torch._utils._rebuild_parameter";

    private final ZipFile zip;
    private final String root;
    private final ByteOrder order;
    private final Map<String, StoredTensor> tensors = new LinkedHashMap<>();

    private TorchFile(ZipFile zip, String root) throws IOException {
        this.zip = zip;
        this.root = root;
        ZipEntry named = zip.getEntry(root + "byteorder");
        boolean big = named != null
                && new String(content(named), StandardCharsets.US_ASCII).strip().equals("big");
        this.order = big ? ByteOrder.BIG_ENDIAN : ByteOrder.LITTLE_ENDIAN;
    }

    /** Reads a file; what is no such file, or damaged, is refused in one sentence. */
    public static Map<String, StoredTensor> read(Path file) {
        try (ZipFile zip = new ZipFile(file.toFile())) {
            String pickle = Collections.list(zip.entries()).stream()
                    .map(ZipEntry::getName)
                    .filter(name -> name.equals("data.pkl") || name.endsWith("/data.pkl"))
                    .findFirst()
                    .orElseThrow(() -> new IOException("it holds no data.pkl"));
            TorchFile torch = new TorchFile(zip, pickle.substring(0, pickle.length() - "data.pkl".length()));
            torch.collect("", Pickle.read(torch.content(zip.getEntry(pickle))));
            return torch.tensors;
        } catch (ZipException noArchive) {
            throw new IllegalArgumentException(
                    file
                            + " is neither a JSON checkpoint nor an archive of torch.save since torch 1.6: load it in Python"
                            + " and save it again",
                    noArchive);
        } catch (IOException | RuntimeException damaged) {
            throw new IllegalArgumentException(
                    file + " cannot be read as a checkpoint of torch (" + damaged.getMessage()
                            + "): save the network's state_dict() with torch.save",
                    damaged);
        }
    }

    private void collect(String name, Object value) throws IOException {
        if (value instanceof Map<?, ?> entries) {
            for (Map.Entry<?, ?> entry : entries.entrySet()) {
                collect(joined(name, String.valueOf(entry.getKey())), entry.getValue());
            }
        } else if (value instanceof Call call) {
            String target = call.target.full();
            if (target.equals(REBUILD)) {
                tensors.put(name, tensor(call.arguments));
            } else if (target.equals(PARAMETER)) {
                collect(name, call.arguments.get(0));
            } else {
                collect(name, call.state); // a module
            }
        }
    }

    private static String joined(String name, String more) {
        return name.isEmpty() ? more : name + "." + more;
    }

    /** From storage, offset, sizes and strides. */
    private StoredTensor tensor(List<?> arguments) throws IOException {
        List<?> storage = (List<?>) ((Persistent) arguments.get(0)).id();
        String type = ((Global) storage.get(1)).name();
        ByteBuffer bytes = ByteBuffer.wrap(content(zip.getEntry(root + "data/" + storage.get(2))))
                .order(order);
        List<Integer> shape = integers(arguments.get(2));
        List<Integer> strides = integers(arguments.get(3));
        int count = shape.stream().reduce(1, Math::multiplyExact);
        float[] values = new float[count];
        for (int i = 0; i < count; i++) {
            int at = ((Long) arguments.get(1)).intValue();
            int rest = i;
            for (int axis = shape.size() - 1; axis >= 0; axis--) {
                at += rest % shape.get(axis) * strides.get(axis);
                rest /= shape.get(axis);
            }
            values[i] = number(bytes, type, at);
        }
        return new StoredTensor(shape, values);
    }

    private static float number(ByteBuffer bytes, String type, int at) throws IOException {
        return switch (type) {
            case "FloatStorage" -> bytes.getFloat(at * Float.BYTES);
            case "DoubleStorage" -> (float) bytes.getDouble(at * Double.BYTES);
            case "BFloat16Storage" -> Float.intBitsToFloat(bytes.getShort(at * Short.BYTES) << 16);
            case "LongStorage" -> bytes.getLong(at * Long.BYTES);
            default -> throw new IOException("it holds a " + type + ", floats are needed");
        };
    }

    private static List<Integer> integers(Object list) {
        List<Integer> numbers = new ArrayList<>();
        for (Object number : (List<?>) list) {
            numbers.add(Math.toIntExact((Long) number));
        }
        return numbers;
    }

    private byte[] content(ZipEntry entry) throws IOException {
        if (entry == null) {
            throw new IOException("a storage is missing");
        }
        try (var stream = zip.getInputStream(entry)) {
            return stream.readAllBytes();
        }
    }
}
