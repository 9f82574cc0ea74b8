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

/** What {@code latex} changes, leaves alone and refuses. */
class LatexCommandTest {
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
    void theFirstPhaseIsFoundInTheFolderOfOutputs() throws IOException {
        Path table = write("t.tex", TABLE);
        for (int seed = 0; seed < 2; seed++) {
            runs(seed, "allen_cahn", "id,wall_time_sec,epoch\na," + (100 + 8 * seed) + ".0,20000.0\n");
            runs(seed, "helmholtz2D", "id,wall_time_sec,epoch\nb,1000,20000.0\n");
        }
        assertThat(latex(table, "--phase1-wall", folder.toString())).as(err()).isZero();
        assertThat(Files.readString(table)).contains("$184.0 \\pm 5.0$").contains("$1142.9 \\pm 1.0$");
    }

    @Test
    void signsBecomeCommandsOnlyOnRequestAndOnlyInTheTablesFormulas() throws IOException {
        Path table = write("t.tex", TABLE);
        assertThat(latex(table, "--plus-minus")).as(err()).isZero();
        assertThat(Files.readString(table))
                .contains("Errors \u00b1 deviation")
                .contains("$1.0 \\pm 0.1$")
                .contains("$80.0 \\pm 3.0$");
        byte[] once = Files.readAllBytes(table);
        assertThat(latex(table, "--plus-minus")).isZero();
        assertThat(Files.readAllBytes(table)).isEqualTo(once);

        byte[] latin = TABLE.getBytes(StandardCharsets.ISO_8859_1);
        Path other = Files.write(folder.resolve("latin.tex"), latin);
        assertThat(latex(other, "--plus-minus")).isZero();
        assertThat(Files.readString(other, StandardCharsets.ISO_8859_1))
                .contains("$1.0 \\pm 0.1$")
                .contains("Errors \u00b1 deviation");
    }

    @Test
    void aLabelChoosesAmongTables() throws IOException {
        String two = TABLE + TABLE.replace("interpolation", "extrapolation");
        Path table = write("t.tex", two);
        assertThat(latex(table, "--label", "tab:extrapolation_results"))
                .as(err())
                .isZero();
        String after = Files.readString(table);
        assertThat(after).startsWith(TABLE);
        assertThat(after.substring(TABLE.length())).contains("$12.50 \\pm 0.30$");
    }

    @Test
    void anotherRowCanBeNamed() throws IOException {
        Path table =
                write("t.tex", TABLE.replace("Helmholtz} \\\\", "Helmholtz} \\\\\nU-Net & 1 & . & . & . & & \\\\"));
        assertThat(latex(table, "--row", "U-Net")).as(err()).isZero();
        assertThat(Files.readString(table)).contains("& c & $12.50 \\pm 0.30$ & $80.0 \\pm 3.0$ \\\\");
    }

    @Test
    void tablesThatAreNotClearAreRefusedInWords() throws IOException {
        refused(TABLE + TABLE, "there are 2 tables");
        refused(TABLE.replace("Wall Time (s)", "Seconds"), "there are 0 tables");
        refused("no table at all", "there are 0 tables");
        refused("", "there are 0 tables");
        refused(TABLE.replace("\\end{tabular}\n", ""), "there are 0 tables");
        refused(TABLE.replace("Zero-shot &", "it/s &"), "names it/s in 2 columns");
        refused(TABLE.replace("Zero-shot &", "Wall Time &"), "names wall time in 2 columns");
        refused(
                TABLE.replace("\\bottomrule", "Model & & & & & it/s & Wall Time (s) \\\\ \\bottomrule"),
                "has 2 header rows");
        refused(TABLE.replace("Helmholtz}", "Laplace}"), "has 0 blocks for Helmholtz");
        refused(TABLE.replace("\\multicolumn{7}{l}{Helmholtz} \\\\", ""), "block Allen--Cahn has 2 rows");
        refused(TABLE.replace("Helmholtz}", "Allen-Cahn}"), "has 2 blocks for Allen--Cahn");
        refused(TABLE.replace("U-Net", "Hyper-LR-PINN"), "has 2 rows for Hyper-LR-PINN");
        refused(TABLE.replace("Hyper-LR-PINN & 2.50", "Other & 2.50"), "block Helmholtz has 0 rows for Hyper-LR-PINN");
        refused(TABLE.replace("2.50 & . & . & . & &", "2.50 & . &"), "has 4 cells");
        refused(TABLE.replace("&N/A&", "& % not yet\n N/A &"), "holds a comment");
    }

    @Test
    void whatTheOptionsNameMustBeThere() throws IOException {
        Path table = write("t.tex", TABLE);
        refused(table, "of variant jit", "--variant", "jit");
        refused(table, "label tab:none stands in 0 tables", "--label", "tab:none");
        refused(table, "has 0 rows for FNO", "--row", "FNO");
        refused(folder.resolve("none.tex"), "does not exist");
        refused(write("two.tex", TABLE + TABLE), "stands in 2 tables", "--label", "tab:interpolation_results");

        refused(
                table,
                "cannot be read",
                "--phase1-wall",
                folder.resolve("none.csv").toString());
        Files.createDirectories(folder.resolve("empty"));
        refused(
                table,
                "holds no seed_S",
                "--phase1-wall",
                folder.resolve("empty").toString());
        csv(table, "", "needs a column equation");
        csv(table, "equation,seconds\nallen_cahn,1\n", "one column with wall in its name");
        csv(table, "equation,wall_a,wall_b\nallen_cahn,1,2\n", "one column with wall in its name");
        csv(table, "equation,wall\nallen_cahn,soon\n", "line 2 has no number of seconds");
        csv(table, "equation,wall\nallen_cahn\n", "line 2 has no number of seconds");
        csv(table, "equation,wall\nallen_cahn,-3\n", "line 2 has no number of seconds");
        csv(table, "equation,wall\nallen_cahn,3\n", "has no row for helmholtz2D");

        results(table, "{}", "holds no it_per_sec_mean");
        results(table, "not JSON", "r.json");
        results(
                table,
                RESULTS.replace("\"it_per_sec_mean\": 12.5", "\"it_per_sec_mean\": -12.5"),
                "allen_cahn has it_per_sec of -12.5");
        assertThat(Files.readString(table)).isEqualTo(TABLE);
    }

    private void refused(String text, String words) throws IOException {
        Path table = write("bad.tex", text);
        refused(table, words);
        assertThat(Files.readString(table)).isEqualTo(text);
    }

    private void refused(Path table, String words, String... options) throws IOException {
        err.reset();
        assertThat(latex(table, options)).as(words).isEqualTo(Main.BAD_INPUT);
        assertThat(err()).contains(words);
        assertThat(err().lines()).hasSize(1);
    }

    private void csv(Path table, String content, String words) throws IOException {
        refused(table, words, "--phase1-wall", write("m.csv", content).toString());
    }

    private void results(Path table, String content, String words) throws IOException {
        err.reset();
        Path file = write("r.json", content);
        assertThat(run(List.of("latex", "--table", table.toString(), "--results", file.toString())))
                .as(words)
                .isEqualTo(Main.BAD_INPUT);
        assertThat(err()).contains(words);
        assertThat(err().lines()).hasSize(1);
    }

    private void runs(int seed, String equation, String content) throws IOException {
        Path metrics =
                folder.resolve("seed_" + seed).resolve(equation + "_phase1").resolve("metrics");
        Files.createDirectories(metrics);
        Files.writeString(metrics.resolve("metrics_runs.csv"), content);
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
