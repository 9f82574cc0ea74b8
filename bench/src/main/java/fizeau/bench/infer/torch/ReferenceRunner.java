// SPDX-License-Identifier: Apache-2.0
package fizeau.bench.infer.torch;

import fizeau.bench.eager.EagerThreads;
import fizeau.bench.files.Json;
import fizeau.bench.infer.InferJob;
import fizeau.bench.infer.Network;
import fizeau.bench.infer.TensorFile;
import fizeau.bench.ops.torch.EagerAlgebra;
import fizeau.bench.protocol.Job;
import fizeau.bench.protocol.JobReport;
import fizeau.bench.protocol.JobRunner;
import java.nio.file.Path;
import java.util.function.DoubleConsumer;
import org.bytedeco.pytorch.global.torch;

/** Computes the right answer in double precision; tells its shape. */
public final class ReferenceRunner implements JobRunner {

    @Override
    public String family() {
        return InferJob.REFERENCE;
    }

    @Override
    public JobReport run(Job job, double startSeconds, DoubleConsumer progress) {
        InferJob settings = Json.value(job.settings(), InferJob.class);
        long began = System.nanoTime();
        TensorFile weights = TensorFile.open(Path.of(settings.weights()));
        float[] pictures = TensorFile.open(Path.of(settings.input())).array(InferJob.INPUT);
        Network network = settings.network();
        EagerThreads.Setting all = new EagerThreads.Setting(settings.threads(), 1);
        try (LibtorchSession exact =
                new LibtorchSession(network, weights, torch.ScalarType.Double, EagerAlgebra::new, all)) {
            exact.input(pictures);
            exact.run();
            TensorFile.write(Path.of(settings.expected()), InferJob.OUTPUT, network.outputDims(), exact.output());
        }
        return JobReport.ofWork(job, startSeconds, began, network.outputDims());
    }
}
