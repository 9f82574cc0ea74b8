// SPDX-License-Identifier: Apache-2.0
package fizeau.bench.caches;

import fizeau.bench.files.Json;
import fizeau.bench.protocol.InterferenceMeter;
import fizeau.bench.protocol.Job;
import fizeau.bench.protocol.JobReport;
import fizeau.bench.protocol.JobRunner;
import fizeau.bench.protocol.MemoryUse;
import fizeau.cache.CacheProbe;
import java.util.ArrayList;
import java.util.List;
import java.util.function.DoubleConsumer;
import java.util.stream.IntStream;

/** Times the caches in this process. What a cache keeps must be what making it again gives, to the bit, or nothing is timed. */
public final class CacheCostRunner implements JobRunner {

    @Override
    public String family() {
        return CacheCostJob.FAMILY;
    }

    @Override
    public JobReport run(Job job, double startSeconds, DoubleConsumer progress) {
        CacheCostJob settings = Json.value(job.settings(), CacheCostJob.class);
        long began = System.nanoTime();
        InterferenceMeter meter = new InterferenceMeter(settings.stealLimit());
        try (ProbedCaches caches = ProbedCaches.open(settings)) {
            List<CacheProbe> probes = List.of(
                    caches.measurement(),
                    caches.fft(),
                    new GridCoordinates(settings.imageSize(), settings.centres().size()),
                    caches.masks());
            double load = (System.nanoTime() - began) * 1e-9;
            long timedFrom = System.nanoTime();
            CacheCosts costs = time(probes, caches, settings, meter, progress);
            double timed = (System.nanoTime() - timedFrom) * 1e-9;
            return new JobReport(
                    job.variant(),
                    job.round(),
                    new JobReport.Phases(startSeconds, load, 0, 0, true, timed),
                    MemoryUse.ofThisProcess(0),
                    meter.total(),
                    Json.tree(costs));
        }
    }

    private static CacheCosts time(
            List<CacheProbe> probes,
            ProbedCaches caches,
            CacheCostJob settings,
            InterferenceMeter meter,
            DoubleConsumer progress) {
        List<String> plans = caches.plans();
        List<double[]> cold = new ArrayList<>();
        for (CacheProbe probe : probes) {
            CallTimer timer = new CallTimer(0, probe.keys());
            cold.add(new double[] {timer.once(probe::recompute), timer.once(probe::hit)});
        }
        List<String> wrong = probes.stream()
                .filter(probe -> !right(probe))
                .map(CacheProbe::name)
                .toList();
        if (!wrong.isEmpty()) {
            return new CacheCosts(plans, List.of(), wrong);
        }
        List<CacheCost> costs = new ArrayList<>();
        for (int i = 0; i < probes.size(); i++) {
            CacheProbe probe = probes.get(i);
            CallTimer timer = new CallTimer(settings.secondsPerCall(), probe.keys());
            System.gc(); // the values of one probe are not to be collected while another is timed
            meter.open();
            costs.add(new CacheCost(
                    probe.name(),
                    probe.keys(),
                    probe.bytes(),
                    cold.get(i)[0],
                    cold.get(i)[1],
                    timer.steady(probe::recompute),
                    timer.steady(probe::hit),
                    timer.steady(probe::missWithoutWork),
                    probe.name().equals("fft") ? timer.steady(probe::use) : 0));
            meter.close();
            progress.accept((i + 1.0) / probes.size());
        }
        return new CacheCosts(plans, costs, List.of());
    }

    private static boolean right(CacheProbe probe) {
        return IntStream.range(0, probe.keys()).allMatch(probe::keptEqualsRecomputed);
    }
}
