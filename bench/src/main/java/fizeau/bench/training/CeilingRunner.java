// SPDX-License-Identifier: Apache-2.0
package fizeau.bench.training;

import fizeau.backend.DeviceLatencies;
import fizeau.backend.DeviceRates;
import fizeau.backend.cuda.CudaBackend;
import fizeau.bench.files.Json;
import fizeau.bench.protocol.Job;
import fizeau.bench.protocol.JobReport;
import fizeau.bench.protocol.JobRunner;
import java.util.function.DoubleConsumer;

/** Measures in this process what a GPU can copy and compute and what a kernel costs, for the floor of trainings on it. */
public final class CeilingRunner implements JobRunner {

    /** The family's word in jobs. */
    static final String FAMILY = "device-ceilings";

    /** What a job holds: a variant that runs on the device. */
    record Settings(VariantSpec variant) {}

    /** What a job gives. */
    public record Ceilings(DeviceRates rates, DeviceLatencies latencies) {}

    @Override
    public String family() {
        return FAMILY;
    }

    @Override
    public JobReport run(Job job, double startSeconds, DoubleConsumer progress) {
        long began = System.nanoTime();
        Settings settings = Json.value(job.settings(), Settings.class);
        Ceilings found;
        try (CudaBackend gpu = EngineSessions.openCuda(settings.variant())) {
            DeviceLatencies latencies = gpu.latencies();
            found = new Ceilings(gpu.rates(), latencies);
        }
        return JobReport.ofWork(job, startSeconds, began, found);
    }
}
