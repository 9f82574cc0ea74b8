// SPDX-License-Identifier: Apache-2.0
package fizeau.bench.pinn.eager;

import java.util.ArrayList;
import java.util.List;
import org.bytedeco.javacpp.Pointer;

/** Native objects that outlive the pointer scope they were made in; released together, last made first. */
final class OwnedPointers implements AutoCloseable {
    private final List<Pointer> pointers = new ArrayList<>();

    <P extends Pointer> P own(P pointer) {
        pointer.retainReference();
        pointers.add(pointer);
        return pointer;
    }

    @Override
    public void close() {
        for (int i = pointers.size() - 1; i >= 0; i--) {
            pointers.get(i).releaseReference();
        }
        pointers.clear();
    }
}
