// SPDX-License-Identifier: Apache-2.0
package fizeau.bench;

import fizeau.backend.Backend;
import fizeau.backend.DeviceLatencies;
import fizeau.backend.DeviceRates;
import fizeau.backend.cpu.CpuBackend;
import fizeau.backend.cuda.CudaBackend;
import fizeau.bench.environment.Environment;
import fizeau.bench.evidence.CeilingsRecord;
import fizeau.bench.files.Json;
import fizeau.bench.files.RunFolder;
import java.nio.file.Path;
import java.time.Instant;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** What a device reaches at best. */
@Command(
        name = "ceilings",
        description = {
            "Measures what a device can copy and compute at best and, on a GPU, what it costs to begin a kernel: launched, as"
                    + " the node of a graph, and waited for. These are yardsticks for everything else."
        })
final class CeilingsCommand extends AbstractCommand {
    private static final String RESULT = "result.json";

    @Mixin
    private BackendOptions device;

    @Mixin
    private OutputOptions output;

    @Override
    public Integer call() {
        Instant startedAt = Instant.now();
        device.name();
        Path root = output.root(surroundings());
        RunFolder.requireWritable(root);
        Environment environment = Environment.capture(surroundings().arguments());
        CeilingsRecord record;
        RunFolder folder;
        try (Backend backend = device.open(surroundings())) {
            DeviceLatencies latencies = backend instanceof CudaBackend gpu ? gpu.latencies() : null;
            DeviceRates rates = backend instanceof CudaBackend gpu ? gpu.rates() : OnCpu.rates(backend);
            folder = RunFolder.create(root, "ceilings", startedAt);
            folder.expect(RESULT);
            record = new CeilingsRecord(
                    CeilingsRecord.SCHEMA,
                    "measured",
                    "ceilings",
                    folder.runId(),
                    folder.shownPath(),
                    startedAt.toString(),
                    backend.name(),
                    backend.description(),
                    CeilingsRecord.of(rates, latencies),
                    Json.tree(environment));
        }
        folder.writeJson(RESULT, record);
        folder.finish();
        surroundings().out().print(output.json() ? Json.text(record) : record.toText());
        return Main.DONE;
    }

    /** Apart, so that the CPU's libraries are not looked for where a GPU computes. */
    private static final class OnCpu {

        static DeviceRates rates(Backend backend) {
            return ((CpuBackend) backend).rates();
        }
    }
}
