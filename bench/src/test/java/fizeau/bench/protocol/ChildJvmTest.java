// SPDX-License-Identifier: Apache-2.0
package fizeau.bench.protocol;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import fizeau.bench.files.Json;
import fizeau.bench.protocol.JobFailure.JobFailedException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

@Tag("alone")
class ChildJvmTest {
    private static final long HEAP = 64L << 20;

    /** What the children of this test run instead of the bench: the job's variant says what to do. */
    public static final class Child {

        private Child() {}

        public static void main(String[] arguments) throws Exception {
            Job job = Json.read(Path.of(arguments[3]), Job.class);
            switch (job.variant()) {
                case "good" -> {
                    System.out.println(ChildJvm.PROGRESS_MARK + 0.5);
                    Json.write(
                            Path.of(arguments[4]),
                            new JobReport(
                                    job.variant(),
                                    job.round(),
                                    new JobReport.Phases(0, 0, 0, 0, true, 1),
                                    MemoryUse.ofThisProcess(0),
                                    Interference.NONE,
                                    JsonNodeFactory.instance.textNode(Long.toString(
                                            ProcessHandle.current().pid()))));
                }
                case "slow" -> Thread.sleep(60_000);
                case "refusing" -> {
                    System.err.println("--samples 0 is not possible: use 1 or more");
                    System.exit(ChildJvm.BAD_INPUT);
                }
                default -> {
                    System.err.println("out of luck");
                    Runtime.getRuntime().halt(77);
                }
            }
        }
    }

    @Test
    void aJobRunsInAProcessOfItsOwn() {
        List<Double> shares = new ArrayList<>();
        JobReport report = children(60).run(job("good"), shares::add);
        assertThat(report.variant()).isEqualTo("good");
        assertThat(report.round()).isEqualTo(3);
        assertThat(report.outcome().asText())
                .isNotEqualTo(Long.toString(ProcessHandle.current().pid()));
        assertThat(shares).containsExactly(0.5);
    }

    @Test
    void aProcessThatDiesIsReportedWithItsLastWords() {
        assertThatThrownBy(() -> children(60).run(job("dying"), share -> {}))
                .isInstanceOf(JobFailedException.class)
                .hasMessageContaining("variant dying in round 3")
                .hasMessageContaining("exit code 77")
                .hasMessageContaining("out of luck");
    }

    @Test
    void badInputKeepsItsSentence() {
        assertThatThrownBy(() -> children(60).run(job("refusing"), share -> {}))
                .isInstanceOfSatisfying(JobFailedException.class, failed -> {
                    assertThat(failed.failure().badInput()).isTrue();
                    assertThat(failed).hasMessage("--samples 0 is not possible: use 1 or more");
                });
    }

    @Test
    void aProcessThatHangsIsEnded() {
        assertThatThrownBy(() -> children(0.5).run(job("slow"), share -> {}))
                .isInstanceOf(JobFailedException.class)
                .hasMessageContaining("did not end within");
    }

    private static ChildJvm children(double timeout) {
        return new ChildJvm(Child.class.getName(), HEAP, timeout);
    }

    private static Job job(String variant) {
        return new Job("any", variant, 3, JsonNodeFactory.instance.objectNode());
    }
}
