// SPDX-License-Identifier: Apache-2.0
package fizeau.nativeconfig;

import fizeau.nativeconfig.CudaAvailability.Available;
import fizeau.nativeconfig.CudaAvailability.MissingLibrary;
import fizeau.nativeconfig.CudaAvailability.Unavailable;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Chooses one CUDA release from what was found. All libraries of a choice belong to that release's major version: each
 * brings a CUDA runtime of its own, and those of two majors in one process do not share a context safely. A release has
 * to be in the table of tested combinations, run on the driver that is here, and have NVRTC, which compiles the kernels.
 * Among several the one with the most libraries wins, then the newest.
 */
public final class CudaChooser {

    private static final String BUILTINS_PREFIX = CudaLibrary.NVRTC_BUILTINS.stem() + ".so.";

    private final TestedCombinations tested;

    public CudaChooser(TestedCombinations tested) {
        this.tested = tested;
    }

    /**
     * Decides.
     *
     * @param steps what the search found; earlier steps are preferred
     */
    public CudaAvailability choose(Settings settings, NvidiaDriver driver, List<StepReport> steps) {
        Optional<String> obstacle = obstacle(settings, driver);
        if (obstacle.isPresent()) {
            return new Unavailable(List.of(obstacle.get()));
        }
        List<NativeLibrary> found =
                steps.stream().flatMap(step -> step.found().stream()).toList();
        List<String> refusals = new ArrayList<>();
        Available best = null;
        for (String release : releasesHere(found)) {
            Optional<String> refusal = refusal(release, driver);
            if (refusal.isPresent()) {
                refusals.add(refusal.get());
                continue;
            }
            Available candidate = assemble(release, found, remarks(settings, driver, refusals));
            if (!candidate.libraries().containsKey(CudaLibrary.NVRTC)) {
                refusals.add("CUDA " + release + ": "
                        + reallyMissing(candidate, found).sentence());
            } else if (best == null
                    || candidate.libraries().size() > best.libraries().size()) {
                best = candidate;
            }
        }
        if (best != null) {
            return best;
        }
        if (refusals.isEmpty()) {
            refusals.add(nothingFound(found));
        }
        return new Unavailable(refusals, true);
    }

    private static Optional<String> obstacle(Settings settings, NvidiaDriver driver) {
        if (NativePlatform.of(settings).isEmpty()) {
            return Optional.of("CUDA is used on Linux with x86-64 or 64-bit ARM only, this is "
                    + settings.property("os.name").orElse("an unknown system") + " on "
                    + settings.property("os.arch").orElse("an unknown processor"));
        }
        if (driver.library().isEmpty()) {
            return Optional.of(driver.kernelVersion()
                    .map(version -> "the kernel has the NVIDIA driver " + version + " but " + NvidiaDriver.LIBRARY_NAME
                            + " is not here: install the driver's user-mode libraries, or give the container the"
                            + " driver capability \"compute\"")
                    .orElse("no NVIDIA driver: " + NvidiaDriver.LIBRARY_NAME
                            + " is in no system folder; install the driver of a card if there is one"));
        }
        String visible = settings.environment().get("CUDA_VISIBLE_DEVICES");
        if (visible != null && (visible.isBlank() || visible.strip().startsWith("-1"))) {
            return Optional.of(
                    "CUDA_VISIBLE_DEVICES=\"" + visible + "\" hides every card: unset it, or list the cards to use");
        }
        return Optional.empty();
    }

    /** NVRTC's builtins alone tell the release in their name; newest first. */
    private static List<String> releasesHere(List<NativeLibrary> found) {
        return found.stream()
                .filter(library -> library.library() == CudaLibrary.NVRTC_BUILTINS)
                .map(library -> library.soname().substring(BUILTINS_PREFIX.length()))
                .distinct()
                .sorted((one, other) -> VersionNumber.parse(other).compareTo(VersionNumber.parse(one)))
                .toList();
    }

    private Optional<String> refusal(String release, NvidiaDriver driver) {
        if (tested.libraries(release).isEmpty()) {
            return Optional.of("CUDA " + release + " is not used because it has not been tested: install one of "
                    + String.join(", ", tested.releases()));
        }
        String oldest = tested.oldestDriver(release);
        Optional<String> here = driver.cudaVersion();
        if (here.isPresent() && VersionNumber.parse(here.get()).compareTo(VersionNumber.parse(oldest)) < 0) {
            return Optional.of("CUDA " + release + " needs driver " + oldest + " or newer, this machine has "
                    + here.get() + ": update the driver or install an older CUDA");
        }
        return Optional.empty();
    }

    private Available assemble(String release, List<NativeLibrary> found, List<String> remarks) {
        Map<CudaLibrary, TestedCombinations.Entry> wanted =
                tested.libraries(release).orElseThrow();
        Map<CudaLibrary, NativeLibrary> chosen = new EnumMap<>(CudaLibrary.class);
        List<NativeLibrary> usable = found.stream()
                .filter(library -> !belongsToAnother(release, library, found))
                .toList();
        wanted.forEach(
                (library, entry) -> firstOf(usable, entry.soname()).ifPresent(file -> chosen.put(library, file)));
        keepTogether(chosen, CudaLibrary.NVRTC, CudaLibrary.NVRTC_BUILTINS, usable, wanted);
        keepTogether(chosen, CudaLibrary.CUBLAS, CudaLibrary.CUBLAS_LT, usable, wanted);
        List<MissingLibrary> missing = new ArrayList<>();
        wanted.forEach((library, entry) -> {
            if (!chosen.containsKey(library)) {
                missing.add(
                        new MissingLibrary(library, entry.soname(), "python3 -m pip install '" + entry.wheel() + "'"));
            }
        });
        return new Available(release, Collections.unmodifiableMap(chosen), missing, remarks);
    }

    /** Of the compiler and its builtins one may be here and be missing for lack of the other. */
    private static MissingLibrary reallyMissing(Available candidate, List<NativeLibrary> found) {
        return candidate.missing().stream()
                .filter(missing ->
                        missing.library() == CudaLibrary.NVRTC || missing.library() == CudaLibrary.NVRTC_BUILTINS)
                .filter(missing ->
                        found.stream().noneMatch(library -> library.soname().equals(missing.soname())))
                .findFirst()
                .orElse(candidate.missing().get(0));
    }

    /** Sonames tell the major version only; builtins in the same folder tell that the folder is of another release. */
    private static boolean belongsToAnother(String release, NativeLibrary library, List<NativeLibrary> found) {
        List<String> releases = releasesHere(found.stream()
                .filter(other -> library.file().resolveSibling(other.soname()).equals(other.file()))
                .toList());
        return !releases.isEmpty() && !releases.contains(release);
    }

    /**
     * Two libraries that are built as one have to come from one folder: the first folder that has both. Otherwise neither
     * is used.
     */
    private static void keepTogether(
            Map<CudaLibrary, NativeLibrary> chosen,
            CudaLibrary one,
            CudaLibrary other,
            List<NativeLibrary> found,
            Map<CudaLibrary, TestedCombinations.Entry> wanted) {
        chosen.remove(one);
        chosen.remove(other);
        for (NativeLibrary library : found) {
            if (library.soname().equals(wanted.get(one).soname())) {
                Path sibling = library.file().resolveSibling(wanted.get(other).soname());
                Optional<NativeLibrary> partner = found.stream()
                        .filter(candidate -> candidate.file().equals(sibling))
                        .findFirst();
                if (partner.isPresent()) {
                    chosen.put(one, library);
                    chosen.put(other, partner.get());
                    return;
                }
            }
        }
    }

    private static Optional<NativeLibrary> firstOf(List<NativeLibrary> found, String soname) {
        return found.stream().filter(library -> library.soname().equals(soname)).findFirst();
    }

    private static List<String> remarks(Settings settings, NvidiaDriver driver, List<String> refusals) {
        List<String> remarks = new ArrayList<>(refusals);
        if (driver.kernelVersion().isEmpty() && Files.notExists(settings.system("dev/dxg"))) { // dxg: WSL's own way
            remarks.add(
                    "the kernel does not show the NVIDIA driver: whether a card answers is known when it is called");
        }
        if (driver.cudaVersion().isEmpty()) {
            remarks.add("the version of the driver cannot be told from its files");
        }
        if (settings.variable("LD_BIND_NOW").isPresent()) {
            remarks.add("LD_BIND_NOW is set: JCuda's libraries import functions that newer CUDA releases have dropped,"
                    + " and would not load; unset it");
        }
        return remarks;
    }

    private String nothingFound(List<NativeLibrary> found) {
        String newest = tested.releases().get(0);
        String wheel =
                tested.libraries(newest).orElseThrow().get(CudaLibrary.NVRTC).wheel();
        String others = found.isEmpty()
                ? "no CUDA libraries were found"
                : "libraries of CUDA were found but NVRTC with its builtins, which compiles the kernels, was not";
        return others + ": install CUDA " + String.join(" or ", tested.releases())
                + ", for example python3 -m pip install '" + wheel + "', or name its folder with -D"
                + SearchSteps.PATH_PROPERTY;
    }
}
