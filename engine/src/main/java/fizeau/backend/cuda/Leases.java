// SPDX-License-Identifier: Apache-2.0
package fizeau.backend.cuda;

import fizeau.backend.Closing;
import fizeau.cache.BoundedCache;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;

/** Values of the caches that are used together and go back together, the newest first. */
final class Leases implements AutoCloseable {

    private final List<AutoCloseable> leases = new ArrayList<>();

    /** Takes a lease over and answers its value. */
    <K, V> V keep(BoundedCache<K, V>.Lease lease) {
        leases.add(lease);
        return lease.value();
    }

    @Override
    public void close() {
        List<AutoCloseable> newestFirst = new ArrayList<>(leases);
        Collections.reverse(newestFirst);
        leases.clear();
        Closing.all(newestFirst);
    }
}
