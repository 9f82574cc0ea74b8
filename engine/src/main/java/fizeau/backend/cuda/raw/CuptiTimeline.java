// SPDX-License-Identifier: Apache-2.0
package fizeau.backend.cuda.raw;

import static org.bytedeco.cuda.global.cupti.CUPTI_SUCCESS;
import static org.bytedeco.cuda.global.cupti.cuptiActivityDisable;
import static org.bytedeco.cuda.global.cupti.cuptiActivityEnable;
import static org.bytedeco.cuda.global.cupti.cuptiActivityFlushAll;
import static org.bytedeco.cuda.global.cupti.cuptiActivityGetNextRecord;
import static org.bytedeco.cuda.global.cupti.cuptiActivityGetNumDroppedRecords;
import static org.bytedeco.cuda.global.cupti.cuptiActivityRegisterCallbacks;
import static org.bytedeco.cuda.global.cupti.cuptiGetResultString;
import static org.bytedeco.cuda.global.cupti.cuptiGetTimestamp;
import static org.bytedeco.cuda.global.cupti.cuptiGetVersion;

import fizeau.nativeconfig.ProfilerLibraries;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.Deque;
import java.util.List;
import java.util.function.LongUnaryOperator;
import org.bytedeco.cuda.cudart.CUctx_st;
import org.bytedeco.cuda.cupti.CUpti_Activity;
import org.bytedeco.cuda.cupti.CUpti_BuffersCallbackCompleteFunc;
import org.bytedeco.cuda.cupti.CUpti_BuffersCallbackRequestFunc;
import org.bytedeco.javacpp.BytePointer;
import org.bytedeco.javacpp.LongPointer;
import org.bytedeco.javacpp.PointerPointer;
import org.bytedeco.javacpp.SizeTPointer;

/**
 * Records what the devices of this process do, by CUPTI's activity interface. One at a time in a process, and none under
 * nsys or ncu, which use the same interface. CUPTI calls back on a thread of its own; everything else is for one thread.
 */
public final class CuptiTimeline implements AutoCloseable {

    /** CUPTI's guide asks for 1 to 10 MB; a kernel's record takes 216 bytes. */
    private static final int BUFFER_BYTES = 2 << 20;

    private static final int FLUSH_FORCED = 1; // CUPTI_ACTIVITY_FLAG_FLUSH_FORCED
    private static final int[] KINDS = {
        ActivityRecords.CONCURRENT_KERNEL, ActivityRecords.MEMCPY, ActivityRecords.MEMSET
    };

    /** CUPTI keeps the callbacks' addresses until the process ends, so what stands behind them has to live as long. */
    private static final List<CuptiTimeline> REGISTERED = new ArrayList<>();

    private final Deque<BytePointer> free = new ArrayDeque<>();
    private final List<DeviceActivity> raw = new ArrayList<>();
    private final Request request = new Request();
    private final Complete complete = new Complete();
    private long dropped;
    private String problem;
    private ClockMatch began;
    private boolean recording;

    private CuptiTimeline() {}

    /**
     * Loads CUPTI and gets ready.
     *
     * @throws IllegalArgumentException where it is not here or refuses, with the reason
     */
    public static CuptiTimeline open(ProfilerLibraries libraries) {
        ProfilerBinding.load(libraries);
        return register(libraries);
    }

    private static synchronized CuptiTimeline register(ProfilerLibraries libraries) {
        try {
            int[] version = new int[1];
            require("cuptiGetVersion", cuptiGetVersion(version));
            CuptiTimeline timeline = new CuptiTimeline();
            require(
                    "cuptiActivityRegisterCallbacks",
                    cuptiActivityRegisterCallbacks(timeline.request, timeline.complete));
            REGISTERED.add(timeline);
            return timeline;
        } catch (LinkageError unusable) {
            throw new IllegalArgumentException(
                    "no timeline of kernels: " + libraries.cupti().orElseThrow() + " cannot be loaded: "
                            + unusable.getMessage(),
                    unusable);
        }
    }

    /** Forgets what was recorded and records from now on. */
    public void start() {
        synchronized (this) {
            raw.clear();
            dropped = 0;
            problem = null;
        }
        began = ClockMatch.of(CuptiTimeline::timestamp);
        for (int i = 0; i < KINDS.length; i++) {
            int status = cuptiActivityEnable(KINDS[i]);
            if (status != CUPTI_SUCCESS) {
                for (int j = 0; j < i; j++) {
                    cuptiActivityDisable(KINDS[j]);
                }
                require("cuptiActivityEnable", status);
            }
        }
        recording = true;
    }

    /**
     * Records no more. Wait for the device first: what it still does is lost.
     *
     * @return what was recorded, in the order of its beginning
     */
    public List<DeviceActivity> stop() {
        if (!recording) {
            throw new IllegalStateException("no timeline is being recorded");
        }
        recording = false;
        for (int kind : KINDS) {
            require("cuptiActivityDisable", cuptiActivityDisable(kind));
        }
        require("cuptiActivityFlushAll", cuptiActivityFlushAll(FLUSH_FORCED));
        ClockMatch ended = ClockMatch.of(CuptiTimeline::timestamp);
        LongUnaryOperator clock = time -> began.toHost(time, ended);
        synchronized (this) {
            if (problem != null) {
                throw new IllegalStateException("CUPTI's records could not be read: " + problem);
            }
            return raw.stream()
                    .map(activity -> new DeviceActivity(
                            activity.kind(),
                            activity.name(),
                            activity.stream(),
                            activity.graph(),
                            activity.correlation(),
                            clock.applyAsLong(activity.startNanos()),
                            clock.applyAsLong(activity.endNanos()),
                            activity.bytes()))
                    .sorted(Comparator.comparingLong(DeviceActivity::startNanos))
                    .toList();
        }
    }

    /** Records that found no room in the last recording. */
    public synchronized long dropped() {
        return dropped;
    }

    /** Ends a recording that nobody stopped; the buffers stay, because CUPTI may hold one. */
    @Override
    public void close() {
        if (recording) {
            stop();
        }
    }

    private static long timestamp() {
        long[] nanos = new long[1];
        require("cuptiGetTimestamp", cuptiGetTimestamp(nanos));
        return nanos[0];
    }

    private static void require(String call, int status) {
        if (status != CUPTI_SUCCESS) {
            PointerPointer<BytePointer> text = new PointerPointer<>(1);
            cuptiGetResultString(status, text);
            BytePointer words = text.get(BytePointer.class, 0);
            throw new IllegalArgumentException("no timeline of kernels: " + call + " answered "
                    + (words == null ? "an unknown code" : words.getString()) + " (" + status
                    + "); another profiler of this process excludes it, and drivers may reserve it to administrators");
        }
    }

    private static String textAt(long address) {
        try (LongPointer cell = new LongPointer(1)) {
            BytePointer text = new PointerPointer<BytePointer>(cell.put(address)).get(BytePointer.class, 0);
            return text == null ? "?" : text.getString();
        }
    }

    private synchronized BytePointer buffer() {
        return free.isEmpty() ? new BytePointer(BUFFER_BYTES) : free.pop();
    }

    private synchronized void read(CUctx_st context, int stream, BytePointer buffer, long valid) {
        try {
            ByteBuffer bytes = new BytePointer(buffer)
                    .position(0)
                    .capacity(Math.max(valid, 1))
                    .asByteBuffer()
                    .order(ByteOrder.nativeOrder());
            CUpti_Activity record = new CUpti_Activity();
            record.setNull();
            while (valid > 0 && cuptiActivityGetNextRecord(buffer, valid, record) == CUPTI_SUCCESS) {
                int at = Math.toIntExact(record.address() - buffer.address());
                ActivityRecords.read(bytes, at, CuptiTimeline::textAt, time -> time)
                        .ifPresent(raw::add);
            }
            try (SizeTPointer lost = new SizeTPointer(1)) {
                if (cuptiActivityGetNumDroppedRecords(context, stream, lost.put(0)) == CUPTI_SUCCESS) {
                    dropped += lost.get();
                }
            }
            free.push(new BytePointer(buffer).capacity(BUFFER_BYTES));
        } catch (RuntimeException | LinkageError failure) {
            problem = failure.toString(); // an exception must not reach CUPTI's thread
        }
    }

    /** CUPTI wants room for records. */
    private final class Request extends CUpti_BuffersCallbackRequestFunc {

        @Override
        @SuppressWarnings({"rawtypes", "unchecked"}) // the binding's own signature
        public void call(PointerPointer buffer, SizeTPointer size, SizeTPointer mostRecords) {
            buffer.put(0, buffer());
            size.put(BUFFER_BYTES);
            mostRecords.put(0); // as many as fit
        }
    }

    /** CUPTI has filled a buffer, or was told to flush it. */
    private final class Complete extends CUpti_BuffersCallbackCompleteFunc {

        @Override
        public void call(CUctx_st context, int stream, BytePointer buffer, long size, long valid) {
            read(context, stream, buffer, valid);
        }
    }
}
