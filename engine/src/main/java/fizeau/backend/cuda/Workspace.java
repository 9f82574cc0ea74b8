// SPDX-License-Identifier: Apache-2.0
package fizeau.backend.cuda;

import fizeau.backend.Closing;
import fizeau.backend.cuda.raw.DeviceMemory;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;

/** Device memory for intermediate results, kept from call to call and grown where it is too small. Owns it. */
final class Workspace implements AutoCloseable {

    /** What the memory is for; contents do not survive the call that wrote them. */
    enum Role {
        SPECTRUM("box spectra"),
        ROW_ADJOINT("row adjoints"),
        COLUMN_ADJOINT("column adjoints"),
        GRADIENT("an object gradient"),
        DETECTOR_GRADIENT("gradients of measurements"),
        OBJECT_FIELDS("spectra of objects"),
        FIELDS("fields of the frame");

        private final String words;

        Role(String words) {
            this.words = words;
        }
    }

    private final CudaSession session;
    private final Map<Role, DeviceMemory> memories = new EnumMap<>(Role.class);

    Workspace(CudaSession session) {
        this.session = session;
    }

    /** At least {@code bytes}; may hold anything. */
    DeviceMemory reserve(Role role, long bytes) {
        DeviceMemory known = memories.get(role);
        if (known != null && known.bytes() >= bytes) {
            return known;
        }
        if (known != null) {
            memories.remove(role);
            known.close(); // before the larger one is there: both may not fit
        }
        DeviceMemory memory = session.allocate(bytes, role.words);
        memories.put(role, memory);
        return memory;
    }

    @Override
    public void close() {
        List<DeviceMemory> all = List.copyOf(memories.values());
        memories.clear();
        Closing.all(all);
    }
}
