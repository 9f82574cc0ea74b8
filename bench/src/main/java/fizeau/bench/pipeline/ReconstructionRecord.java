// SPDX-License-Identifier: Apache-2.0
package fizeau.bench.pipeline;

import com.fasterxml.jackson.databind.JsonNode;
import fizeau.bench.protocol.MemoryUse;
import fizeau.bench.workload.Workload;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * A reconstruction and how it came about.
 *
 * @param schema {@link #SCHEMA}
 * @param kind of its numbers: measured
 * @param command that made it
 * @param runId name of the run's folder
 * @param folder where the run's files are
 * @param wallSeconds of the whole command
 * @param workload sizes, scan and the most iterations at each position
 * @param lossThreshold of the early stop; null when it is off
 * @param best the reconstruction that was kept
 * @param tries all seeds that were tried, the kept one included
 * @param memory of the process that trained the kept one
 * @param files what each file holds
 * @param environment machine and process, the command line included
 */
public record ReconstructionRecord(
        String schema,
        String kind,
        String command,
        String runId,
        String folder,
        String startedAt,
        double wallSeconds,
        Workload workload,
        Double lossThreshold,
        ReconstructionOutcome best,
        List<Try> tries,
        MemoryUse memory,
        Map<String, String> files,
        JsonNode environment) {

    public static final String SCHEMA = "fizeau.reconstruction/1";

    /** One seed. */
    public record Try(long seed, double dataMisfit, Double psnr, double ssim, int iterations, double trainingSeconds) {

        public static Try of(ReconstructionOutcome outcome) {
            return new Try(
                    outcome.seed(),
                    outcome.dataMisfit(),
                    outcome.quality().psnr(),
                    outcome.quality().ssim(),
                    outcome.iterations(),
                    outcome.trainingSeconds());
        }
    }

    /** What a person wants to know first. */
    public String toText() {
        StringBuilder text = new StringBuilder();
        line(
                text,
                "Reconstructed %s of %d x %d from %d positions in a frame of %d x %d",
                workload.object(),
                workload.objectSize(),
                workload.objectSize(),
                workload.samples(),
                workload.imageSize(),
                workload.imageSize());
        line(text, "  device       %s", best.description());
        line(
                text,
                "  training     %.2f s, %d iterations of at most %d (includes the warm-up of a fresh JVM)",
                best.trainingSeconds(),
                best.iterations(),
                workload.iterations());
        line(
                text,
                "  early stop   %s",
                lossThreshold == null
                        ? "off"
                        : "below a loss of " + lossThreshold + ", at " + best.earlyStops() + " of " + workload.samples()
                                + " positions");
        line(
                text,
                "  quality      PSNR %s, SSIM %.4f, correlation %.4f, RMSE %.4f",
                best.quality().psnr() == null
                        ? "infinite"
                        : String.format(Locale.ROOT, "%.2f dB", best.quality().psnr()),
                best.quality().ssim(),
                best.quality().correlation(),
                best.quality().rmse());
        line(text, "  data misfit  %.4f of what was measured", best.dataMisfit());
        for (Try one : tries) {
            line(
                    text,
                    "  seed %-6d  misfit %.4f, PSNR %s dB%s",
                    one.seed(),
                    one.dataMisfit(),
                    one.psnr() == null ? "-" : String.format(Locale.ROOT, "%.2f", one.psnr()),
                    one.seed() == best.seed() ? "  (kept)" : "");
        }
        line(text, "  files        %s", folder);
        return text.toString();
    }

    private static void line(StringBuilder text, String format, Object... values) {
        text.append(String.format(Locale.ROOT, format, values)).append('\n');
    }
}
