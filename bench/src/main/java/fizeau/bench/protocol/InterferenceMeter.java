// SPDX-License-Identifier: Apache-2.0
package fizeau.bench.protocol;

import fizeau.bench.environment.StealTime;
import java.lang.management.GarbageCollectorMXBean;
import java.lang.management.ManagementFactory;
import java.lang.management.OperatingSystemMXBean;
import java.util.List;
import java.util.Optional;

/**
 * Watches timed windows from just outside: {@link #open} before the clock is read the first time, {@link #close} after it
 * was read the last time. Costs some tens of microseconds a window and nothing inside it. Confined to one thread.
 */
public final class InterferenceMeter {
    private final double stealLimit;
    private final List<GarbageCollectorMXBean> collectors = ManagementFactory.getGarbageCollectorMXBeans();
    private final OperatingSystemMXBean system = ManagementFactory.getOperatingSystemMXBean();

    private Optional<StealTime> stealAtOpen = Optional.empty();
    private long collectionsAtOpen;
    private long millisAtOpen;
    private long processorNanosAtOpen;
    private long wallNanosAtOpen;

    private long stolenTicks;
    private long allTicks;
    private boolean stealKnown;
    private long collections;
    private long collectionMillis;
    private boolean processorTimeKnown;
    private long processorNanos;
    private long wallNanos;
    private int windows;
    private int disturbed;

    /** What one window saw; the steal share is null where no clock tick fell into the window or the system does not tell. */
    public record Window(Double stealShare, long collections, long collectionMillis, boolean disturbed) {}

    /** @param stealLimit share of stolen time above which a window counts as disturbed */
    public InterferenceMeter(double stealLimit) {
        this.stealLimit = stealLimit;
    }

    public void open() {
        collectionsAtOpen = collections();
        millisAtOpen = collectionMillis();
        stealAtOpen = StealTime.now();
        processorNanosAtOpen = processorNanos();
        processorTimeKnown = processorNanosAtOpen > 0;
        wallNanosAtOpen = System.nanoTime();
    }

    public Window close() {
        wallNanos += System.nanoTime() - wallNanosAtOpen;
        processorNanos += processorNanos() - processorNanosAtOpen;
        Double share = closeSteal();
        long newCollections = collections() - collectionsAtOpen;
        long newMillis = collectionMillis() - millisAtOpen;
        collections += newCollections;
        collectionMillis += newMillis;
        boolean bad = newCollections > 0 || (share != null && share > stealLimit);
        windows++;
        disturbed += bad ? 1 : 0;
        return new Window(share, newCollections, newMillis, bad);
    }

    /** All windows so far. */
    public Interference total() {
        return new Interference(
                stealKnown && allTicks > 0 ? (double) stolenTicks / allTicks : null,
                collections,
                collectionMillis,
                processorTimeKnown && wallNanos > 0 ? (double) processorNanos / wallNanos : null,
                windows,
                disturbed);
    }

    private Double closeSteal() {
        Optional<StealTime> now = StealTime.now();
        if (stealAtOpen.isEmpty() || now.isEmpty()) {
            return null;
        }
        stealKnown = true;
        stolenTicks += now.get().stealJiffies() - stealAtOpen.get().stealJiffies();
        allTicks += now.get().totalJiffies() - stealAtOpen.get().totalJiffies();
        var share = now.get().shareSince(stealAtOpen.get());
        return share.isPresent() ? share.getAsDouble() : null;
    }

    private long collections() {
        return collectors.stream()
                .mapToLong(collector -> Math.max(0, collector.getCollectionCount()))
                .sum();
    }

    private long collectionMillis() {
        return collectors.stream()
                .mapToLong(collector -> Math.max(0, collector.getCollectionTime()))
                .sum();
    }

    private long processorNanos() {
        return system instanceof com.sun.management.OperatingSystemMXBean detailed
                ? Math.max(0, detailed.getProcessCpuTime())
                : 0;
    }
}
