// SPDX-License-Identifier: Apache-2.0
package fizeau.nativeconfig;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** The places where CUDA's libraries are found on the machines that have them, from the most to the least explicit. */
public final class SearchSteps {

    /** Java property that names folders with CUDA libraries or roots of toolkits, separated as in PATH. */
    public static final String PATH_PROPERTY = "fizeau.cuda.path";

    /** Environment variable with the same meaning; the property wins. */
    public static final String PATH_VARIABLE = "FIZEAU_CUDA_PATH";

    private SearchSteps() {}

    /** All steps in order. */
    public static List<SearchStep> standard() {
        return List.of(
                new SearchStep(
                        "-D" + PATH_PROPERTY + " or " + PATH_VARIABLE, "neither is set", SearchSteps::explicitPath),
                new SearchStep("CUDA_PATH, CUDA_HOME", "neither is set", SearchSteps::toolkitVariables),
                new SearchStep(
                        "LD_LIBRARY_PATH",
                        "not set",
                        settings -> settings.variable("LD_LIBRARY_PATH")
                                .map(Settings::folders)
                                .orElse(List.of())),
                new SearchStep("Python wheels", "no NVIDIA wheel in any Python found", SearchSteps::pythonWheels),
                new SearchStep("installed toolkits", "no /usr/local/cuda*", SearchSteps::installedToolkits),
                new SearchStep(
                        "container runtime",
                        "no folder",
                        settings -> List.of(settings.system("usr/local/nvidia/lib64"))),
                new SearchStep(
                        "Bytedeco redistributables in the JavaCPP cache",
                        "none unpacked",
                        SearchSteps::bytedecoRedistributables),
                new SearchStep("system folders", "no folder", SearchSteps::systemFolders));
    }

    private static List<Path> explicitPath(Settings settings) {
        List<Path> folders = new ArrayList<>();
        Optional<String> given = settings.property(PATH_PROPERTY).or(() -> settings.variable(PATH_VARIABLE));
        for (Path folder : given.map(Settings::folders).orElse(List.of())) {
            folders.add(folder);
            folders.addAll(toolkit(settings, folder));
        }
        return folders;
    }

    private static List<Path> toolkitVariables(Settings settings) {
        List<Path> folders = new ArrayList<>();
        for (String name : List.of("CUDA_PATH", "CUDA_HOME")) {
            for (Path root : settings.variable(name).map(Settings::folders).orElse(List.of())) {
                folders.addAll(toolkit(settings, root));
            }
        }
        return folders;
    }

    private static List<Path> installedToolkits(Settings settings) {
        List<Path> folders = new ArrayList<>();
        for (Path root : FolderListing.matching(settings.system("usr/local"), "cuda*")) {
            folders.addAll(toolkit(settings, root)); // plain "cuda", the site's own choice, sorts first
        }
        return folders;
    }

    private static List<Path> toolkit(Settings settings, Path root) {
        List<Path> folders = new ArrayList<>(List.of(root.resolve("lib64")));
        NativePlatform.of(settings)
                .ifPresent(platform -> folders.add(root.resolve("targets")
                        .resolve(platform.toolkitTarget())
                        .resolve("lib")));
        folders.add(root.resolve("lib"));
        return folders;
    }

    /** Both layouts: one folder per library, {@code nvidia/cufft/lib}, and one per CUDA major, {@code nvidia/cu13/lib}. */
    private static List<Path> pythonWheels(Settings settings) {
        List<Path> folders = new ArrayList<>();
        settings.variable("CONDA_PREFIX")
                .map(Settings::folders)
                .ifPresent(prefixes -> prefixes.forEach(prefix -> folders.add(prefix.resolve("lib"))));
        for (Path prefix : pythonPrefixes(settings)) {
            for (Path lib : FolderListing.matching(prefix, "lib*")) {
                for (Path python : FolderListing.matching(lib, "python3*")) {
                    for (String site : List.of("site-packages", "dist-packages")) {
                        for (Path wheel : FolderListing.of(python.resolve(site).resolve("nvidia"))) {
                            folders.add(wheel.resolve("lib"));
                        }
                    }
                }
            }
        }
        return folders.stream().filter(Files::isDirectory).toList();
    }

    private static Set<Path> pythonPrefixes(Settings settings) {
        Set<Path> prefixes = new LinkedHashSet<>();
        for (String name : List.of("VIRTUAL_ENV", "CONDA_PREFIX")) {
            settings.variable(name).map(Settings::folders).ifPresent(prefixes::addAll);
        }
        for (Path folder : settings.variable("PATH").map(Settings::folders).orElse(List.of())) {
            if (Files.isExecutable(folder.resolve("python3"))) {
                // the link is not followed: the python3 of a virtual environment is a link out of it
                Path prefix = folder.toAbsolutePath().normalize().getParent();
                if (prefix != null) {
                    prefixes.add(prefix);
                    if (folder.endsWith("shims")) { // pyenv starts the real one from here
                        prefixes.addAll(FolderListing.of(prefix.resolve("versions")));
                    }
                }
            }
        }
        settings.home().map(home -> home.resolve(".local")).ifPresent(prefixes::add); // pip install --user
        prefixes.add(settings.system("usr/local")); // pip of Debian's python3 installs here
        return prefixes;
    }

    private static List<Path> bytedecoRedistributables(Settings settings) {
        List<Path> folders = new ArrayList<>();
        Optional<NativePlatform> platform = NativePlatform.of(settings);
        for (Path cache : JavaCppCache.candidates(settings)) {
            for (Path jar : FolderListing.matching(cache, "cuda*.jar")) {
                for (Path preset : FolderListing.of(jar.resolve("org/bytedeco"))) {
                    platform.ifPresent(known -> folders.add(preset.resolve(known.javaCppName())));
                }
            }
        }
        return folders;
    }

    private static List<Path> systemFolders(Settings settings) {
        List<Path> folders = new ArrayList<>();
        NativePlatform.of(settings)
                .ifPresent(platform -> folders.add(settings.system("usr/lib/" + platform.multiarchName())));
        folders.add(settings.system("usr/lib64"));
        folders.add(settings.system("usr/lib"));
        folders.add(settings.system("usr/lib/wsl/lib"));
        return folders;
    }
}
