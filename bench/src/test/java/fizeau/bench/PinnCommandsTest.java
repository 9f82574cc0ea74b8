// SPDX-License-Identifier: Apache-2.0
package fizeau.bench;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What {@code pinn} refuses, and what {@code latex} changes, leaves alone and refuses. */
class PinnCommandsTest {
    private static final String RESULTS = """
            {"schema": "fizeau.pinn-benchmark/1",
             "allen_cahn": {"it_per_sec_mean": 12.5, "it_per_sec_std": 0.304,
                            "wall_time_1000_mean": 80.04, "wall_time_1000_std": 3.0,
                            "variants": {"shared": {"it_per_sec_mean": 99, "it_per_sec_std": 1,
                                                    "wall_time_1000_mean": 10.1, "wall_time_1000_std": 0.1}}},
             "helmholtz2D": {"it_per_sec_mean": 7, "it_per_sec_std": 0,
                             "wall_time_1000_mean": 142.857, "wall_time_1000_std": 1}}
            """;

    /** Declares eight columns for seven cells, mixes raw and commanded signs, comments and line ends, as published. */
    private static final String TABLE = """
            % it/s & Wall Time in a comment is no header \\\\
            \\begin{table}[t]
            \\caption{Errors \u00b1 deviation}\\label{tab:interpolation_results}
            \\begin{tabular}{lccccccc}
            \\toprule
            \\textbf{Model} & Zero-shot & Epoch 50 & Epoch 500 & Epoch 1000 & \\textbf{it/s} & Wall Time (s) \\\\
            \\midrule
            \\multicolumn{7}{l}{\\textit{Allen--Cahn}} \\\\
            U-Net & $1.0 \u00b1 0.1$ & a & b & c & $87.6 \\pm 1$ & 11 \\\\
            Hyper-LR-PINN & $0.2743 \\pm 0.014$ & {x & y} & 5\\% & \\&   &N/A&  $4544.0 ± 23.5$ \\\\ % kept
            \\midrule\r
            \\multicolumn{7}{l}{Helmholtz} \\\\
            Hyper-LR-PINN & 2.50 & . & . & . & & \\\\
            \\bottomrule
            \\end{tabular}
            \\end{table}
            """;

    @TempDir
    private Path folder;

    private final ByteArrayOutputStream out = new ByteArrayOutputStream();
    private final ByteArrayOutputStream err = new ByteArrayOutputStream();

    @Test
    void onlyTheTwoCellsOfEachRowChange() throws IOException {
        Path table = write("t.tex", TABLE);
        assertThat(latex(table)).as(err()).isZero();
        String expected = TABLE.replace("&N/A&  $4544.0 ± 23.5$ ", "&$12.50 \\pm 0.30$&  $80.0 \\pm 3.0$ ")
                .replace("2.50 & . & . & . & & \\\\", "2.50 & . & . & . & $7.00 \\pm 0.00$& $142.9 \\pm 1.0$\\\\");
        assertThat(Files.readString(table)).isEqualTo(expected);
        assertThat(out())
                .contains("- Hyper-LR-PINN")
                .contains("+ Hyper-LR-PINN")
                .contains("line 10");

        byte[] once = Files.readAllBytes(table);
        out.reset();
        assertThat(latex(table)).isZero();
        assertThat(Files.readAllBytes(table)).isEqualTo(once);
        assertThat(out()).startsWith("nothing to change");
    }

    @Test
    void bytesThatAreNoTextSurvive() throws IOException {
        byte[] latin = TABLE.replace("Errors", "Fehler f\u00fcr").getBytes(StandardCharsets.ISO_8859_1);
        Path table = Files.write(folder.resolve("latin.tex"), latin);
        assertThat(latex(table)).isZero();
        String after = Files.readString(table, StandardCharsets.ISO_8859_1);
        assertThat(after).contains("Fehler f\u00fcr").contains("$12.50 \\pm 0.30$");
    }

    @Test
    void aDryRunChangesNothingAndAVariantCanBeNamed() throws IOException {
        Path table = write("t.tex", TABLE);
        assertThat(latex(table, "--dry-run", "--variant", "shared")).as(err()).isZero();
        assertThat(Files.readString(table)).isEqualTo(TABLE);
        assertThat(out()).contains("$99.00 \\pm 1.00$").doesNotContain("$7.00");
    }

    @Test
    void theFirstPhaseIsAdded() throws IOException {
        Path table = write("t.tex", TABLE);
        Path csv =
                write("m.csv", "equation,seed,wall_time_s\nallen_cahn,0,100\nallen_cahn,1,108\nhelmholtz2D,0,1000\n");
        assertThat(latex(table, "--phase1-wall", csv.toString())).as(err()).isZero();
        assertThat(Files.readString(table)).contains("$184.0 \\pm 5.0$").contains("$1142.9 \\pm 1.0$");
    }

    @Test
    void whatIsNotClearIsRefusedInWords() throws IOException {
        refused(TABLE + TABLE, "there are 2 tables");
        refused(TABLE.replace("Wall Time (s)", "Seconds"), "there are 0 tables");
        refused(TABLE.replace("Zero-shot &", "it/s &"), "in 2 columns");
        refused(TABLE.replace("Helmholtz}", "Laplace}"), "has 0 blocks for Helmholtz");
        refused(TABLE.replace("Helmholtz}", "Allen-Cahn}"), "has 2 blocks for Allen--Cahn");
        refused(TABLE.replace("U-Net", "Hyper-LR-PINN"), "has 2 rows for Hyper-LR-PINN");
        refused(TABLE.replace("2.50 & . & . & . & &", "2.50 & . &"), "has 4 cells");
        Path table = write("t.tex", TABLE);
        assertThat(latex(table, "--variant", "jit")).isEqualTo(Main.BAD_INPUT);
        assertThat(err()).contains("of variant jit");
        assertThat(latex(table, "--label", "tab:none")).isEqualTo(Main.BAD_INPUT);
        assertThat(latex(folder.resolve("none.tex"))).isEqualTo(Main.BAD_INPUT);
        assertThat(Files.readString(table)).isEqualTo(TABLE);
    }

    private void refused(String text, String words) throws IOException {
        err.reset();
        Path table = write("bad.tex", text);
        assertThat(latex(table)).as(words).isEqualTo(Main.BAD_INPUT);
        assertThat(err()).contains(words);
        assertThat(err().lines()).hasSize(1);
        assertThat(Files.readString(table)).isEqualTo(text);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "--equation heat | equation heat is unknown: use allen_cahn, burgers, convection, helmholtz2D",
                "--variant magic | variant magic is unknown: use eager, jit, fused, shared, compile",
                "--samples 0 | --samples 0 is not possible",
                "--grid 3 | --grid 3 is not possible",
                "--num-runs 0 | --rounds 0 is not possible",
                "--benchmark-epochs 0 | --benchmark-epochs 0 is not possible",
                "--benchmark-epochs 200 --full | contradicts --full",
                "--all --equation burgers | leave --equation out",
                "--device cuda:0 | --device cuda:0 cannot be used",
                "--python /nowhere/python | is no program that can be run",
                "--checkpoint /nowhere.json | is no file that can be read"
            })
    void pinnRefusesInOneSentence(String options, String words) {
        List<String> arguments = new ArrayList<>(List.of("pinn"));
        arguments.addAll(List.of(options.strip().split(" ")));
        arguments.addAll(List.of("--out", folder.resolve("results").toString()));
        assertThat(run(arguments)).isEqualTo(Main.BAD_INPUT);
        assertThat(err()).contains(words);
        assertThat(err().lines()).hasSize(1);
    }

    private int latex(Path table, String... more) throws IOException {
        List<String> arguments = new ArrayList<>(List.of(
                "latex",
                "--table",
                table.toString(),
                "--results",
                write("r.json", RESULTS).toString()));
        arguments.addAll(List.of(more));
        return run(arguments);
    }

    private int run(List<String> arguments) {
        return Main.run(new Surroundings(
                new PrintStream(out, true, StandardCharsets.UTF_8),
                new PrintStream(err, true, StandardCharsets.UTF_8),
                false,
                folder.resolve("results"),
                arguments));
    }

    private Path write(String name, String content) throws IOException {
        return Files.writeString(folder.resolve(name), content);
    }

    private String out() {
        return out.toString(StandardCharsets.UTF_8);
    }

    private String err() {
        return err.toString(StandardCharsets.UTF_8);
    }
}
