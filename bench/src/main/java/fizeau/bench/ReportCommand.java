// SPDX-License-Identifier: Apache-2.0
package fizeau.bench;

import fizeau.bench.files.InterruptedRun;
import fizeau.bench.report.InterruptedText;
import fizeau.bench.report.Rendering;
import fizeau.bench.report.ReportFormat;
import fizeau.image.AtomicFile;
import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Renders a result again. */
@Command(
        name = "report",
        description = {
            "Renders the report of a result file of any command that measures (compare, baseline, optimized, ablate, caches,"
                    + " profile, all, operator, batch, ceilings, evidence, ops, infer, pinn, im2im), or of the run folder that holds it, as text, Markdown, one HTML page"
                    + " without references to anything outside, CSV or LaTeX tables.",
            "Of a run that was interrupted it tells what is there and what is missing."
        })
final class ReportCommand extends AbstractCommand {

    @Parameters(paramLabel = "FILE", description = "result.json, or its folder.")
    private Path file;

    @Option(
            names = "--format",
            split = ",",
            paramLabel = "NAME",
            description = "text, markdown, html, csv, latex; several with --out. Default: text")
    private List<String> formats = List.of("text");

    @Option(
            names = "--out",
            paramLabel = "DIR",
            description = "Folder that takes report.txt, report.md, report.html, report.csv, report.tex.")
    private Path out;

    @Override
    public Integer call() {
        List<ReportFormat> chosen =
                formats.stream().map(ReportFormat::parse).distinct().toList();
        if (chosen.size() > 1 && out == null) {
            throw new IllegalArgumentException(
                    "--format " + String.join(",", formats) + " makes several files: say with --out DIR where to");
        }
        Optional<InterruptedRun> interrupted = InterruptedRun.in(file);
        if (interrupted.isPresent()) {
            surroundings().out().print(InterruptedText.of(interrupted.get()));
            return Main.DONE;
        }
        Rendering rendering = Rendering.of(file);
        Path folder = Files.isDirectory(file) ? file : file.toAbsolutePath().getParent();
        if (out == null) {
            surroundings().out().print(chosen.get(0).render(rendering));
            return Main.DONE;
        }
        makeFolder(out);
        boolean elsewhere =
                !out.toAbsolutePath().normalize().equals(folder.toAbsolutePath().normalize());
        if (elsewhere) {
            rendering = new Rendering(rendering.text(), rendering.report().linkedBy(way(folder)));
        }
        for (ReportFormat format : chosen) {
            Path target = out.resolve(format.file());
            write(target, format.render(rendering).getBytes(StandardCharsets.UTF_8));
            surroundings().out().println(target);
        }
        if (chosen.contains(ReportFormat.MARKDOWN) && elsewhere) {
            rendering.report().figures().filter(figure -> figure.png() != null).forEach(figure -> {
                Path target = out.resolve(figure.name());
                makeFolder(target.getParent());
                write(target, figure.png());
            });
        }
        return Main.DONE;
    }

    /** From the rendered page to the files of the run. */
    private String way(Path folder) {
        Path way = out.toAbsolutePath()
                .normalize()
                .relativize(folder.toAbsolutePath().normalize());
        return way.toString().replace(File.separatorChar, '/') + "/";
    }

    private void makeFolder(Path folder) {
        try {
            Files.createDirectories(folder);
        } catch (IOException e) {
            throw new IllegalArgumentException(
                    "output folder " + out + " cannot be made (" + e.getMessage() + "): pass another one with --out",
                    e);
        }
    }

    private static void write(Path target, byte[] content) {
        try {
            AtomicFile.write(target, stream -> stream.write(content));
        } catch (UncheckedIOException full) {
            throw new UncheckedIOException(full.getMessage() + ": make room or pass another --out", full.getCause());
        }
    }
}
