// SPDX-License-Identifier: Apache-2.0
package fizeau.bench.infer.torch;

import fizeau.bench.eager.EagerThreads;
import fizeau.bench.files.Json;
import fizeau.bench.infer.InferJob;
import fizeau.bench.infer.Network;
import fizeau.bench.infer.NumberFormat;
import fizeau.bench.infer.PoolThreads;
import fizeau.bench.infer.Room;
import fizeau.bench.infer.TensorFile;
import fizeau.bench.protocol.Job;
import fizeau.bench.protocol.JobReport;
import fizeau.bench.protocol.JobRunner;
import java.nio.file.Path;
import java.util.function.DoubleConsumer;

/** Finds on how many threads eager libtorch runs a network fastest, in a process of its own: pools are the process's. */
public final class ThreadsRunner implements JobRunner {

    @Override
    public String family() {
        return InferJob.THREADS;
    }

    @Override
    public JobReport run(Job job, double startSeconds, DoubleConsumer progress) {
        InferJob settings = Json.value(job.settings(), InferJob.class);
        long began = System.nanoTime();
        EagerThreads.Setting best = best(settings);
        return JobReport.ofWork(job, startSeconds, began, new PoolThreads(best.openMp(), best.openBlas()));
    }

    private static EagerThreads.Setting best(InferJob settings) {
        Room.requireFor(settings);
        Network network = settings.network();
        TensorFile weights = TensorFile.open(Path.of(settings.weights()));
        NumberFormat format = NumberFormat.parse(settings.dtype());
        try (LibtorchSession session = new LibtorchSession(network, weights, format, settings.threads(), 1)) {
            session.input(TensorFile.open(Path.of(settings.input())).array(InferJob.INPUT));
            return EagerThreads.best(settings.threads(), iterations -> {
                        for (int i = 0; i < iterations; i++) {
                            session.run();
                        }
                    })
                    .setting();
        }
    }
}
