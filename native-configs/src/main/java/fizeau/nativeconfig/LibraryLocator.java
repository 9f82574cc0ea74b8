// SPDX-License-Identifier: Apache-2.0
package fizeau.nativeconfig;

import fizeau.nativeconfig.elf.ElfHeader;
import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * Walks the search steps in order and reports, step by step, which CUDA libraries it found. Reads folder listings and
 * the first 64 bytes of each candidate; loads nothing.
 */
public final class LibraryLocator {

    private final List<SearchStep> steps;

    /** @param steps from the most to the least preferred */
    public LibraryLocator(List<SearchStep> steps) {
        this.steps = List.copyOf(steps);
    }

    /** One report per step, in order. A folder that several steps name is read by the first of them. */
    public List<StepReport> locate(Settings settings) {
        List<StepReport> reports = new ArrayList<>();
        Set<Path> seen = new HashSet<>();
        Optional<NativePlatform> platform = NativePlatform.of(settings);
        for (SearchStep step : steps) {
            reports.add(report(step, new LinkedHashSet<>(step.folders().apply(settings)), platform, seen));
        }
        return reports;
    }

    private static StepReport report(
            SearchStep step, Set<Path> folders, Optional<NativePlatform> platform, Set<Path> seen) {
        List<Path> searched = new ArrayList<>();
        List<Path> absent = new ArrayList<>();
        List<Path> repeated = new ArrayList<>();
        List<NativeLibrary> found = new ArrayList<>();
        List<StepReport.Rejection> rejected = new ArrayList<>();
        for (Path folder : folders) {
            if (!Files.isDirectory(folder)) {
                absent.add(folder);
            } else if (!seen.add(real(folder))) {
                repeated.add(folder);
            } else {
                searched.add(folder);
                examine(folder, platform, found, rejected);
            }
        }
        return new StepReport(
                step.name(), folders.isEmpty() ? step.whenNothing() : "", searched, absent, repeated, found, rejected);
    }

    private static void examine(
            Path folder,
            Optional<NativePlatform> platform,
            List<NativeLibrary> found,
            List<StepReport.Rejection> rejected) {
        for (Path file : FolderListing.matching(folder, "lib{cu,nvrtc}*.so.*")) {
            String name = file.getFileName().toString();
            CudaLibrary.ofFileName(name).ifPresent(library -> {
                Optional<String> objection = objection(file, platform);
                if (objection.isEmpty()) {
                    found.add(new NativeLibrary(library, name, file));
                } else {
                    rejected.add(new StepReport.Rejection(file, objection.get()));
                }
            });
        }
    }

    private static Optional<String> objection(Path file, Optional<NativePlatform> platform) {
        if (Files.notExists(file)) {
            return Optional.of("a link that points nowhere");
        }
        if (!Files.isRegularFile(file)) {
            return Optional.of("not a file");
        }
        if (platform.isEmpty()) {
            return Optional.of("CUDA is used on Linux with x86-64 or 64-bit ARM only");
        }
        try {
            int machine = ElfHeader.read(file).machine();
            return machine == platform.get().elfMachine()
                    ? Optional.empty()
                    : Optional.of("made for another processor (ELF machine " + machine + ", here "
                            + platform.get().elfMachine() + ")");
        } catch (IOException unusable) {
            return Optional.of(
                    unusable instanceof AccessDeniedException
                            ? "may not be read by this user"
                            : String.valueOf(unusable.getMessage()));
        }
    }

    private static Path real(Path folder) {
        try {
            return folder.toRealPath();
        } catch (IOException unresolvable) {
            return folder.toAbsolutePath().normalize();
        }
    }
}
