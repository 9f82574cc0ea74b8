// SPDX-License-Identifier: Apache-2.0
package fizeau.bench.evidence;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import fizeau.bench.files.RunFolder;
import fizeau.nativeconfig.Settings;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

/** Steps by programs that a test wrote: how they end, what they leave, and what the sanitizer's logs add up to. */
@EnabledOnOs(OS.LINUX)
class EvidenceRunTest {

    @TempDir
    private Path place;

    private RunFolder folder;

    @BeforeEach
    void open() {
        folder = RunFolder.create(place.resolve("results"), "evidence", Instant.now());
    }

    private Path script(String name, String text) throws IOException {
        Path file = place.resolve(name);
        Files.createDirectories(file.getParent());
        Files.writeString(file, "#!/bin/sh\n" + text);
        return Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rwxr-xr-x"));
    }

    private EvidenceRun run(Path fizeau, EvidenceRun.Tests tests) {
        return new EvidenceRun(
                new EvidenceRun.Programs(
                        List.of(fizeau.toString()),
                        "bench/run",
                        tests,
                        place,
                        Map.of(),
                        new Settings(Map.of("PATH", place.resolve("tools").toString()), Map.of(), place),
                        Duration.ofMinutes(1)),
                folder);
    }

    private static EvidenceRun.Tests noTests() {
        return new EvidenceRun.Tests(List.of(), "no tests here");
    }

    /** A command that writes a record as the bench's do. */
    private Path writer(String record, int code) throws IOException {
        return script("fizeau", """
                echo "out of $1"
                echo "  10 %% of something" >&2
                echo "the last word" >&2
                out=
                while [ $# -gt 0 ]; do
                    if [ "$1" = --out ]; then out=$2; fi
                    shift
                done
                mkdir -p "$out/compare/run-1"
                cat >"$out/compare/run-1/result.json" <<'END'
                %s
                END
                exit %d
                """.formatted(record, code));
    }

    private EvidenceRow compare(String record, int code) throws IOException {
        return run(writer(record, code), noTests())
                .run(
                        EvidenceStep.COMPARE,
                        List.of("compare", "--out", folder.path().toString()));
    }

    @Test
    void aRecordIsReadAndItsMissingRowsAreNamed() throws IOException {
        EvidenceRow row = compare("""
                {"variants": {"optimized": {"name": "optimized", "kind": "measured", "trainingSeconds": 0.25,
                  "medianIterationMs": 0.0625, "nativeBytes": 1000}},
                 "peers": [
                  {"name": "python-eager", "kind": "measured", "medianIterationMs": 1.5, "peerOverOptimized": {"ratio": 24}},
                  {"name": "python-compile", "kind": "unavailable", "reason": "no torch"},
                  {"name": "python-max-autotune", "kind": "unavailable", "reason": "no torch"}],
                 "targets": [
                  {"what": "20 times eager", "verdict": "met", "value": 24, "reason": "python-eager takes 1.5 ms"},
                  {"what": "3 times compile", "verdict": "unavailable", "value": null, "reason": "no torch"}],
                 "onDevice": {
                  "unavailable": [{"variant": "library-level", "level": "library", "reason": "no cuDNN"}],
                  "floor": {"millis": 0.03, "boundBy": "latency", "shares": {"optimized": 0.48}}},
                 "checks": [{"name": "speedup", "status": "pass"}]}
                """, 0);
        assertThat(row.state()).isEqualTo(EvidenceRow.DONE);
        assertThat(row.reason()).isEmpty();
        assertThat(row.command()).startsWith("bench/run compare --out");
        assertThat(row.files()).containsExactly("logs/compare.txt", "compare/run-1");
        assertThat(row.said())
                .containsExactly(
                        "optimized: 0.2500 s a training, 0.06250 ms an iteration, 1000 bytes on the device at most",
                        "python-eager: 1.500 ms an iteration, 24 times ours",
                        "library-level: unavailable, no cuDNN",
                        "floor: 0.03000 ms an iteration, bound by latency",
                        "optimized: 0.4800 of the floor",
                        "speedup: pass",
                        "20 times eager: met, python-eager takes 1.5 ms",
                        "3 times compile: unavailable, no torch");
        assertThat(row.missing()).containsExactly("python-compile, python-max-autotune, 3 times compile: no torch");
        assertThat(Files.readString(folder.resolve("logs/compare.txt"))).isEqualTo("out of compare\n");
    }

    @Test
    void stepsEndDoneFailedOrUnavailable() throws IOException {
        EvidenceRow failed = compare("{}", 1);
        assertThat(failed.state()).isEqualTo(EvidenceRow.FAILED);
        assertThat(failed.reason()).isEqualTo("it ended with exit code 1: the last word");
        EvidenceRow refused = compare("{}", 2);
        assertThat(refused.state()).isEqualTo(EvidenceRow.UNAVAILABLE);
        assertThat(refused.reason()).isEqualTo("the last word");
        EvidenceRow killed = compare("{}", 134);
        assertThat(killed.state()).isEqualTo(EvidenceRow.FAILED);
        EvidenceRow nothing =
                run(place.resolve("not-there"), noTests()).run(EvidenceStep.COMPARE, List.of("compare", "--out", "x"));
        assertThat(nothing.state()).isEqualTo(EvidenceRow.FAILED);
        assertThat(nothing.reason()).startsWith("it cannot be started");
    }

    @Test
    void testsAreCounted() throws IOException {
        Path suite = script(
                "suite", "echo '[        12 tests successful      ]'\necho '[         0 tests failed          ]'\n");
        EvidenceRow done = run(suite, new EvidenceRun.Tests(List.of(suite.toString()), null))
                .run(EvidenceStep.TESTS, List.of());
        assertThat(done.state()).isEqualTo(EvidenceRow.DONE);
        assertThat(done.said())
                .containsExactly("[        12 tests successful      ]", "[         0 tests failed          ]");
        EvidenceRow absent = run(suite, noTests()).run(EvidenceStep.TESTS, List.of());
        assertThat(absent.state()).isEqualTo(EvidenceRow.UNAVAILABLE);
        assertThat(absent.reason()).isEqualTo("no tests here");
    }

    /** A sanitizer that writes the log it was told to, then runs the tests it was given. */
    private EvidenceRow sanitize(EvidenceStep tool, String log) throws IOException {
        script("tools/compute-sanitizer", """
                while [ "$1" != --log-file ]; do shift; done
                printf '%%s\\n' '%s' >"$(echo "$2" | sed s/%%p/77/)"
                shift 2
                exec "$@"
                """.formatted(log));
        Path suite = script("suite", "echo ran\n");
        return run(suite, new EvidenceRun.Tests(List.of(suite.toString()), null))
                .run(tool, List.of());
    }

    @Test
    void theSanitizersSummariesAddUp() throws IOException {
        EvidenceRow clean = sanitize(EvidenceStep.MEMCHECK, "========= ERROR SUMMARY: 0 errors");
        assertThat(clean.state()).isEqualTo(EvidenceRow.DONE);
        assertThat(clean.said()).containsExactly("memcheck-77.txt: 0 errors");
        assertThat(clean.files()).containsExactly("logs/memcheck.txt", "logs/memcheck-77.txt");
        assertThat(clean.command()).startsWith("compute-sanitizer --tool memcheck --target-processes all");
        EvidenceRow races = sanitize(
                EvidenceStep.RACECHECK, "========= RACECHECK SUMMARY: 2 hazards displayed (2 errors, 0 warnings)");
        assertThat(races.state()).isEqualTo(EvidenceRow.FAILED);
        assertThat(races.reason()).isEqualTo("racecheck found 2 things");
        EvidenceRow silent = sanitize(EvidenceStep.INITCHECK, "========= COMPUTE-SANITIZER");
        assertThat(silent.state()).isEqualTo(EvidenceRow.FAILED);
        assertThat(silent.reason()).contains("no summary");
    }

    @Test
    void withoutTheSanitizerItsRowsSaySo() throws IOException {
        Path suite = script("suite", "exit 0\n");
        List<String> states = new ArrayList<>();
        for (EvidenceStep step : EvidenceStep.parse(List.of(EvidenceStep.SANITIZER))) {
            EvidenceRow row = run(suite, new EvidenceRun.Tests(List.of(suite.toString()), null))
                    .run(step, List.of());
            assertThat(row.reason()).contains("compute-sanitizer is neither on the path");
            states.add(row.step() + " " + row.state());
        }
        assertThat(states)
                .containsExactly(
                        "memcheck unavailable",
                        "racecheck unavailable",
                        "initcheck unavailable",
                        "synccheck unavailable");
    }

    @Test
    void unknownStepsAreRefused() {
        assertThatThrownBy(() -> EvidenceStep.parse(List.of("compare", "magic")))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContainingAll("magic", "compare", "sanitizer");
        assertThat(EvidenceStep.parse(List.of("profile", "doctor")))
                .containsExactly(EvidenceStep.DOCTOR, EvidenceStep.PROFILE);
    }
}
