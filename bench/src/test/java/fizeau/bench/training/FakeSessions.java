// SPDX-License-Identifier: Apache-2.0
package fizeau.bench.training;

import fizeau.backend.SessionReport;
import fizeau.backend.TrainingSession;
import fizeau.backend.TrainingSpec;
import fizeau.cache.CacheStatistics;
import fizeau.optics.PixelPosition;
import java.util.Map;
import java.util.concurrent.CompletableFuture;

/**
 * Made-up implementations that the laboratory must see through. All but the wrong one follow the same recursion: the
 * estimate moves a tenth of the way to the object in every iteration, starting from the first weights.
 */
public final class FakeSessions implements SessionProvider {
    static final String NAME = "fake";

    static final String HONEST = "honest";
    static final String SLEEPING = "sleeping";
    static final String FORGETFUL = "forgetful";
    static final String LATE = "late";
    static final String BIMODAL = "bimodal";
    static final String WRONG = "wrong";
    static final String BROKEN = "broken";
    static final String DYING = "dying";
    static final String REFUSING = "refusing";

    private static final int WORK = 40_000;

    static VariantSpec variant(String name) {
        return new VariantSpec(name, NAME, "cpu", false, true, true, true, "auto", true, true, 1, 1);
    }

    @Override
    public String name() {
        return NAME;
    }

    @Override
    public SessionFactory open(VariantSpec variant) {
        String behaviour = variant.name().replaceAll("-.*", "");
        if (behaviour.equals(REFUSING)) {
            throw new IllegalArgumentException("--samples 7 is not what this variant likes: use 8");
        }
        return new Factory(behaviour);
    }

    private record Factory(String behaviour) implements SessionFactory {

        @Override
        public String description() {
            return "made up, " + behaviour;
        }

        @Override
        public TrainingSession openSession(TrainingSpec spec, float[] object, float[] initialParameters) {
            return new Session(behaviour, object, initialParameters);
        }

        @Override
        public void close() {
            // nothing is shared
        }
    }

    private static final class Session implements TrainingSession {
        private final String behaviour;
        private final float[] object;
        private final float[] estimate;
        private CompletableFuture<Void> unfinished = CompletableFuture.completedFuture(null);
        private int samples;
        private int iterations;
        private double burnt;
        private boolean late;

        Session(String behaviour, float[] object, float[] initialParameters) {
            this.behaviour = behaviour;
            this.object = object.clone();
            this.estimate = new float[object.length];
            System.arraycopy(initialParameters, 0, estimate, 0, estimate.length);
        }

        @Override
        public void beginSample(PixelPosition centre) {
            samples++;
        }

        @Override
        public void iterate(int count, float[] losses) {
            for (int k = 0; k < count; k++) {
                iterations++;
                losses[k] = loss();
                float share = behaviour.equals(WRONG) ? 0.2f : 0.1f;
                for (int i = 0; i < estimate.length; i++) {
                    estimate[i] += share * (object[i] - estimate[i]);
                }
                work();
            }
        }

        private float loss() {
            double sum = 0;
            for (int i = 0; i < estimate.length; i++) {
                sum += Math.abs(estimate[i] - object[i]);
            }
            return (float) (2 * sum / estimate.length);
        }

        private void work() {
            switch (behaviour) {
                case SLEEPING -> sleep(40);
                case BIMODAL -> sleep(iterations % 3 == 0 ? 20 : 2);
                case FORGETFUL -> unfinished = unfinished.thenRunAsync(() -> sleep(10));
                case BROKEN -> throw new IllegalStateException("the sixth gear is missing");
                case DYING -> Runtime.getRuntime().halt(77);
                default -> {
                    for (int i = 0; i < WORK; i++) {
                        burnt += Math.sin(i);
                    }
                }
            }
        }

        private static void sleep(long millis) {
            try {
                Thread.sleep(millis);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        }

        @Override
        public void endSample() {
            if (burnt == Double.NEGATIVE_INFINITY) {
                throw new IllegalStateException("keeps the work from being thrown away");
            }
        }

        @Override
        public float[] estimate() {
            if (behaviour.equals(LATE) && samples == 1 && !late) {
                late = true;
                sleep(400);
            }
            unfinished.join();
            return estimate.clone();
        }

        @Override
        public SessionReport report() {
            CacheStatistics once = new CacheStatistics(iterations - samples, samples, 0, 0, samples, 8L * samples);
            return new SessionReport(Map.of("measurement", once), Map.of("new 9 x 9", "matrix"), 1024);
        }

        @Override
        public void close() {
            unfinished.join();
        }
    }
}
