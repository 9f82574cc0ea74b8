// SPDX-License-Identifier: Apache-2.0
package fizeau.bench.eager;

import fizeau.backend.TrainingSpec;
import fizeau.optics.PixelPosition;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.openblas.global.openblas;
import org.bytedeco.pytorch.global.torch;

/**
 * Finds the thread counts at which eager libtorch runs fastest. OpenMP (libtorch, oneDNN) and OpenBLAS keep a pool each,
 * and on few cores the two compete, so the best pair is measured, not assumed. Counts hold for the whole process.
 */
public final class EagerThreads {

    private static final int ROUNDS = 3;
    private static final int WARM_UP = 1;
    private static final int TIMED = 4;

    /** Slow work differs by more than a disturbance does: fewer calls of a setting, and fewer rounds, are enough. */
    private static final long ENOUGH_OF_A_SETTING_NANOS = 2_000_000_000L;

    private static final long ENOUGH_NANOS = 20_000_000_000L;

    private EagerThreads() {}

    /** Work to time: runs the given number of iterations. */
    public interface Trial {
        void run(int iterations);
    }

    /** Threads of the two pools. */
    public record Setting(int openMp, int openBlas) {

        public Setting {
            if (openMp < 1 || openBlas < 1) {
                throw new IllegalArgumentException(
                        "thread counts " + openMp + " (OpenMP) and " + openBlas + " (OpenBLAS) must be at least 1");
            }
        }

        /** Sets both pools. */
        public void apply() {
            try (PointerScope scope = new PointerScope()) { // the call below makes a native function pointer each time
                torch.set_num_threads(openMp);
                openblas.blas_set_num_threads(openBlas);
            }
        }
    }

    /**
     * A setting and what it took.
     *
     * @param fastestNanos the fastest single iteration seen; others on the machine can only slow an iteration down
     */
    public record Timing(Setting setting, long fastestNanos) {}

    /** Times every pair worth trying, in rounds so that a passing disturbance meets all, and applies the best. */
    public static Timing best(int coresAllowed, Trial trial) {
        Timing best = measure(coresAllowed, trial).stream()
                .min(Comparator.comparingLong(Timing::fastestNanos))
                .orElseThrow();
        best.setting().apply();
        return best;
    }

    /** The same for a training: times later-sample iterations of a session that is then thrown away. */
    public static Timing best(
            int coresAllowed, TrainingSpec spec, float[] object, float[] initialParameters, boolean measureOnce) {
        float[] losses = new float[Math.max(WARM_UP, TIMED)];
        try (EagerTrainingSession session =
                new EagerTrainingSession(spec, object, initialParameters, measureOnce, coresAllowed)) {
            session.beginSample(PixelPosition.CENTRE);
            session.iterate(1, losses);
            session.endSample();
            session.beginSample(new PixelPosition(spec.aperture().extent() / 2, 0));
            return best(coresAllowed, iterations -> session.iterate(iterations, losses));
        }
    }

    /** All timings: OpenMP with 1, 2, 4, .. and {@code coresAllowed}, OpenBLAS with one thread and with as many as OpenMP. */
    public static List<Timing> measure(int coresAllowed, Trial trial) {
        List<Setting> settings = settings(coresAllowed);
        long[] fastest = new long[settings.size()];
        Arrays.fill(fastest, Long.MAX_VALUE);
        long began = System.nanoTime();
        for (int round = 0; round < ROUNDS && System.nanoTime() - began < ENOUGH_NANOS; round++) {
            for (int i = 0; i < fastest.length; i++) {
                settings.get(i).apply();
                trial.run(WARM_UP);
                long from = System.nanoTime();
                for (int k = 0; k < TIMED && (k == 0 || System.nanoTime() - from < ENOUGH_OF_A_SETTING_NANOS); k++) {
                    long start = System.nanoTime();
                    trial.run(1);
                    fastest[i] = Math.min(fastest[i], System.nanoTime() - start);
                }
            }
        }
        List<Timing> timings = new ArrayList<>();
        for (int i = 0; i < fastest.length; i++) {
            timings.add(new Timing(settings.get(i), fastest[i]));
        }
        return List.copyOf(timings);
    }

    private static List<Setting> settings(int coresAllowed) {
        if (coresAllowed < 1) {
            throw new IllegalArgumentException("cores allowed " + coresAllowed + " must be at least 1");
        }
        List<Setting> settings = new ArrayList<>();
        settings.add(new Setting(1, 1));
        for (int threads = 2;
                threads <= coresAllowed;
                threads = threads == coresAllowed ? threads + 1 : Math.min(2 * threads, coresAllowed)) {
            settings.add(new Setting(threads, 1));
            settings.add(new Setting(threads, threads));
        }
        return settings;
    }
}
