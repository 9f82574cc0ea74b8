// SPDX-License-Identifier: Apache-2.0
package fizeau.cache;

import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.Predicate;
import java.util.function.ToLongFunction;

/**
 * A least-recently-used cache bounded by entries and by bytes. Values are handed out as leases and released only when they
 * are neither cached nor leased, so a value in use is never freed under its user.
 *
 * <table>
 * <caption>What moves which counter</caption>
 * <tr><th>event</th><th>counter</th></tr>
 * <tr><td>look-up answered from the cache</td><td>hits</td></tr>
 * <tr><td>look-up that loads</td><td>misses</td></tr>
 * <tr><td>load that throws; nothing is kept</td><td>misses, loadFailures</td></tr>
 * <tr><td>entry dropped because a bound was passed</td><td>evictions</td></tr>
 * <tr><td>{@link #clear}, {@link #removeIf}</td><td>none</td></tr>
 * </table>
 *
 * <p>Switched off, it keeps nothing: every look-up loads and the value is released with its lease. Leased entries may
 * exceed the bounds until they are returned. One lock; loads run under it, so a key is loaded once. A cache of native
 * values is used on the thread they belong to.
 */
public final class BoundedCache<K, V> implements AutoCloseable {

    private final int maxEntries;
    private final long maxBytes;
    private final ToLongFunction<V> weigher;
    private final Consumer<V> release;
    private final Map<K, Entry<V>> entries = new LinkedHashMap<>(16, 0.75f, true);
    private long hits;
    private long misses;
    private long loadFailures;
    private long evictions;
    private long bytes;
    private boolean closed;

    /**
     * @param maxEntries most entries kept; 0 switches the cache off
     * @param weigher bytes of a value, asked once
     * @param release called once for each value that is neither cached nor leased any more
     */
    public BoundedCache(int maxEntries, long maxBytes, ToLongFunction<V> weigher, Consumer<V> release) {
        if (maxEntries < 0 || maxBytes < 0) {
            throw new IllegalArgumentException(
                    "cache bounds of " + maxEntries + " entries and " + maxBytes + " bytes cannot be negative");
        }
        this.maxEntries = maxEntries;
        this.maxBytes = maxBytes;
        this.weigher = weigher;
        this.release = release;
    }

    /** A cache for heap values, which need no release. */
    public static <K, V> BoundedCache<K, V> ofHeapValues(int maxEntries, long maxBytes, ToLongFunction<V> weigher) {
        return new BoundedCache<>(maxEntries, maxBytes, weigher, value -> {});
    }

    /** A value in use. Return it by closing; closing twice returns it once. */
    public final class Lease implements AutoCloseable {
        private final Entry<V> entry;
        private boolean open = true;

        private Lease(Entry<V> entry) {
            this.entry = entry;
        }

        public V value() {
            if (!open) {
                throw new IllegalStateException("lease was returned");
            }
            return entry.value;
        }

        @Override
        public void close() {
            synchronized (BoundedCache.this) {
                if (open) {
                    open = false;
                    entry.leases--;
                    trim();
                    releaseIfUnused(entry);
                }
            }
        }
    }

    /** The value for a key, loaded where it is missing, pinned until the lease is closed. */
    public synchronized Lease acquire(K key, Function<? super K, ? extends V> loader) {
        if (closed) {
            throw new IllegalStateException("cache is closed, it has no value for " + key);
        }
        Entry<V> entry = entries.get(key);
        if (entry != null) {
            hits++;
            entry.leases++;
            return new Lease(entry);
        }
        misses++;
        entry = load(key, loader);
        entry.leases = 1;
        if (maxEntries > 0 && entry.bytes <= maxBytes) {
            entry.cached = true;
            entries.put(key, entry);
            bytes += entry.bytes;
            trim();
        }
        return new Lease(entry);
    }

    /** The value for a key, loaded where it is missing; for heap values, which nobody frees. */
    public V get(K key, Function<? super K, ? extends V> loader) {
        try (Lease lease = acquire(key, loader)) {
            return lease.value();
        }
    }

    public synchronized CacheStatistics statistics() {
        return new CacheStatistics(hits, misses, loadFailures, evictions, entries.size(), bytes);
    }

    /** Drops every entry; leased values are released when they are returned. */
    public void clear() {
        removeIf(key -> true);
    }

    /** Drops the entries that nobody will ask for any more; leased values are released when they are returned. */
    public synchronized void removeIf(Predicate<? super K> unwanted) {
        Iterator<Map.Entry<K, Entry<V>>> all = entries.entrySet().iterator();
        while (all.hasNext()) {
            Map.Entry<K, Entry<V>> next = all.next();
            if (unwanted.test(next.getKey())) {
                all.remove();
                Entry<V> entry = next.getValue();
                entry.cached = false;
                bytes -= entry.bytes;
                releaseIfUnused(entry);
            }
        }
    }

    /** Drops every entry for good: nothing can be acquired any more. */
    @Override
    public synchronized void close() {
        closed = true;
        clear();
    }

    private Entry<V> load(K key, Function<? super K, ? extends V> loader) {
        V value = null;
        try {
            value = loader.apply(key);
            return new Entry<>(value, weigher.applyAsLong(value));
        } catch (RuntimeException | Error failure) {
            loadFailures++;
            if (value != null) { // it could not be weighed, so nobody else will release it
                release.accept(value);
            }
            throw failure;
        }
    }

    private void trim() {
        Iterator<Entry<V>> oldest = entries.values().iterator();
        while ((entries.size() > maxEntries || bytes > maxBytes) && oldest.hasNext()) {
            Entry<V> entry = oldest.next();
            if (entry.leases == 0) {
                oldest.remove();
                entry.cached = false;
                bytes -= entry.bytes;
                evictions++;
                releaseIfUnused(entry);
            }
        }
    }

    private void releaseIfUnused(Entry<V> entry) {
        if (!entry.cached && entry.leases == 0 && !entry.released) {
            entry.released = true;
            release.accept(entry.value);
        }
    }

    private static final class Entry<V> {
        private final V value;
        private final long bytes;
        private int leases;
        private boolean cached;
        private boolean released;

        Entry(V value, long bytes) {
            this.value = value;
            this.bytes = bytes;
        }
    }
}
