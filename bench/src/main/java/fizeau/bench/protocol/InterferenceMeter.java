// SPDX-License-Identifier: Apache-2.0
package fizeau.bench.protocol;

import fizeau.bench.environment.BusyTime;
import fizeau.bench.environment.ProcessorFrequency;
import fizeau.bench.environment.StealTime;
import java.lang.management.GarbageCollectorMXBean;
import java.lang.management.ManagementFactory;
import java.lang.management.OperatingSystemMXBean;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.function.Supplier;

/**
 * Watches timed windows from just outside: {@link #open} before the clock is read the first time, {@link #close} after it
 * was read the last time. Costs nothing inside a window; what it costs around it is part of {@link ProtocolCost}. Confined
 * to the thread that reads the clock, whose processor's frequency it watches.
 */
public final class InterferenceMeter {
    /** Below, one tick of the kernel's clock is more than the share that counts. */
    private static final long SHORTEST_JUDGED_NANOS = 400_000_000;

    private final double stealLimit;
    private final Supplier<OptionalDouble> megahertz;
    private final List<GarbageCollectorMXBean> collectors = ManagementFactory.getGarbageCollectorMXBeans();
    private final OperatingSystemMXBean system = ManagementFactory.getOperatingSystemMXBean();

    private Optional<StealTime> stealAtOpen = Optional.empty();
    private long collectionsAtOpen;
    private long millisAtOpen;
    private long processorNanosAtOpen;
    private long wallNanosAtOpen;
    private Optional<BusyTime> busyAtOpen = Optional.empty();
    private OptionalDouble megahertzAtOpen = OptionalDouble.empty();

    private long stolenTicks;
    private long allTicks;
    private boolean stealKnown;
    private long collections;
    private long collectionMillis;
    private boolean processorTimeKnown;
    private long processorNanos;
    private long wallNanos;
    private long othersNanos;
    private long allNanos;
    private int windows;
    private int disturbed;
    private double leastMegahertz = Double.POSITIVE_INFINITY;
    private double mostMegahertz;
    private int frequencyChanges;

    /**
     * What one window saw.
     *
     * @param stealShare null where no clock tick fell into the window or the system does not tell
     * @param frequencyChange clock frequency at its end over that at its beginning, minus 1; null where unknown
     */
    public record Window(
            Double stealShare, long collections, long collectionMillis, Double frequencyChange, boolean disturbed) {}

    /** @param stealLimit share of stolen time above which a window counts as disturbed */
    public InterferenceMeter(double stealLimit) {
        this(stealLimit, ProcessorFrequency.ofProcess()::megahertz);
    }

    /** @param megahertz tells the frequency of the processor that runs the calling thread */
    InterferenceMeter(double stealLimit, Supplier<OptionalDouble> megahertz) {
        this.stealLimit = stealLimit;
        this.megahertz = megahertz;
    }

    public void open() {
        collectionsAtOpen = collections();
        millisAtOpen = collectionMillis();
        stealAtOpen = StealTime.now();
        processorNanosAtOpen = processorNanos();
        processorTimeKnown = processorNanosAtOpen > 0;
        busyAtOpen = BusyTime.now();
        megahertzAtOpen = megahertz.get();
        wallNanosAtOpen = System.nanoTime();
    }

    public Window close() {
        wallNanos += System.nanoTime() - wallNanosAtOpen;
        Double frequencyChange = closeFrequency(); // first, before a processor at rest slows down
        long own = processorNanos() - processorNanosAtOpen;
        processorNanos += own;
        boolean crowded = closeBusy(own);
        Double share = closeSteal();
        long newCollections = collections() - collectionsAtOpen;
        long newMillis = collectionMillis() - millisAtOpen;
        collections += newCollections;
        collectionMillis += newMillis;
        boolean changed = frequencyChange != null && Math.abs(frequencyChange) > ProtocolSpec.FREQUENCY_LIMIT;
        frequencyChanges += changed ? 1 : 0;
        boolean bad = crowded || changed || newCollections > 0 || (share != null && share > stealLimit);
        windows++;
        disturbed += bad ? 1 : 0;
        return new Window(share, newCollections, newMillis, frequencyChange, bad);
    }

    /** All windows so far. */
    public Interference total() {
        return new Interference(
                stealKnown && allTicks > 0 ? (double) stolenTicks / allTicks : null,
                collections,
                collectionMillis,
                processorTimeKnown && wallNanos > 0 ? (double) processorNanos / wallNanos : null,
                processorTimeKnown && allNanos > 0 ? Math.max(0, (double) othersNanos / allNanos) : null,
                windows,
                disturbed,
                mostMegahertz > 0 ? leastMegahertz : null,
                mostMegahertz > 0 ? mostMegahertz : null,
                mostMegahertz > 0 ? frequencyChanges : null);
    }

    private Double closeFrequency() {
        OptionalDouble now = megahertz.get();
        if (megahertzAtOpen.isEmpty() || now.isEmpty()) {
            return null;
        }
        double before = megahertzAtOpen.getAsDouble();
        double after = now.getAsDouble();
        leastMegahertz = Math.min(leastMegahertz, Math.min(before, after));
        mostMegahertz = Math.max(mostMegahertz, Math.max(before, after));
        return after / before - 1;
    }

    /** Adds what others computed; whether it was too much for this window, as far as ticks of 10 ms can tell. */
    private boolean closeBusy(long own) {
        Optional<BusyTime> now = BusyTime.now();
        if (busyAtOpen.isEmpty() || now.isEmpty()) {
            return false;
        }
        long all = now.get().totalNanos() - busyAtOpen.get().totalNanos();
        long others = now.get().busyNanos() - busyAtOpen.get().busyNanos() - own;
        allNanos += all;
        othersNanos += others;
        return all >= SHORTEST_JUDGED_NANOS && others > ProtocolSpec.OTHERS_LIMIT * all;
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
