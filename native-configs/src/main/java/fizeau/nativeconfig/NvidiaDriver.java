// SPDX-License-Identifier: Apache-2.0
package fizeau.nativeconfig;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The NVIDIA driver as its files describe it. Read from {@code /proc} and from the name of {@code libcuda.so.1}, so that
 * asking needs no native call and cannot fail where there is no GPU.
 *
 * @param kernelVersion of the kernel module, for example {@code 580.65.06}; empty when the kernel does not show one
 * @param devices models of the cards the kernel module drives, in bus order; empty when it does not say
 * @param library the user-mode driver {@code libcuda.so.1}; empty when no system folder has it
 * @param libraryVersion of that library, from the name of the file it points to; empty when the name does not tell
 */
public record NvidiaDriver(
        Optional<String> kernelVersion, List<String> devices, Optional<Path> library, Optional<String> libraryVersion) {

    static final String LIBRARY_NAME = "libcuda.so.1";

    /** Where distributions, container runtimes and WSL put the driver's own libraries, below the root. */
    private static final List<String> LIBRARY_FOLDERS = List.of(
            "usr/lib/x86_64-linux-gnu",
            "usr/lib/aarch64-linux-gnu",
            "usr/lib64",
            "usr/lib",
            "lib/x86_64-linux-gnu",
            "usr/local/nvidia/lib64",
            "usr/local/cuda/compat",
            "usr/lib/wsl/lib");

    private static final Pattern MODULE_VERSION =
            Pattern.compile("NVRM version:.*?\\s(\\d{3,6}\\.\\d{1,6}(?:\\.\\d{1,6})?)\\s");
    private static final Pattern FILE_VERSION = Pattern.compile("libcuda\\.so\\.(\\d{3,6}\\.\\d{1,6}(?:\\.\\d{1,6})?)");
    private static final Pattern MODEL = Pattern.compile("(?m)^Model:\\s*(.+?)\\s*$");

    public NvidiaDriver {
        devices = List.copyOf(devices);
    }

    /** Reads what the files of this machine say. Never throws for a file that is absent or unreadable. */
    public static NvidiaDriver read(Settings settings) {
        Optional<Path> library = findLibrary(settings);
        Optional<String> kernel =
                settings.text("proc/driver/nvidia/version").flatMap(text -> firstGroup(MODULE_VERSION, text + "\n"));
        return new NvidiaDriver(kernel, models(settings), library, library.flatMap(NvidiaDriver::versionInName));
    }

    /** Whether anything of a driver is here, in the kernel or as a library. */
    public boolean present() {
        return kernelVersion.isPresent() || library.isPresent();
    }

    /** The version a user knows: the kernel module's, or the library's where the kernel does not show it. */
    public Optional<String> version() {
        return kernelVersion.or(() -> libraryVersion);
    }

    /** The version that decides which CUDA runs: a compatibility package has a library newer than the kernel module. */
    Optional<String> cudaVersion() {
        return libraryVersion.or(() -> kernelVersion);
    }

    /** One phrase for reports. */
    public String describe() {
        if (!present()) {
            return "none";
        }
        String cards = devices.isEmpty() ? "" : ", " + String.join(", ", devices);
        String file = library.map(path -> ", " + path).orElse(", without " + LIBRARY_NAME);
        return version().map(version -> "NVIDIA " + version).orElse("NVIDIA, version unknown") + cards + file;
    }

    private static Optional<Path> findLibrary(Settings settings) {
        List<Path> folders = new ArrayList<>();
        settings.variable("LD_LIBRARY_PATH").map(Settings::folders).ifPresent(folders::addAll);
        LIBRARY_FOLDERS.forEach(folder -> folders.add(settings.system(folder)));
        return folders.stream()
                .map(folder -> folder.resolve(LIBRARY_NAME))
                .filter(Files::isRegularFile)
                .findFirst();
    }

    /** {@code libcuda.so.1} is a link to a file that carries the version; inside containers that is often all there is. */
    private static Optional<String> versionInName(Path library) {
        try {
            Path target = library.toRealPath().getFileName();
            return firstGroup(FILE_VERSION, target.toString());
        } catch (IOException unreadable) {
            return Optional.empty();
        }
    }

    private static List<String> models(Settings settings) {
        List<String> models = new ArrayList<>();
        for (Path card : FolderListing.of(settings.system("proc/driver/nvidia/gpus"))) {
            settings.text("proc/driver/nvidia/gpus/" + card.getFileName() + "/information")
                    .flatMap(text -> firstGroup(MODEL, text))
                    .ifPresent(models::add);
        }
        return models;
    }

    private static Optional<String> firstGroup(Pattern pattern, String text) {
        Matcher matcher = pattern.matcher(text);
        return matcher.find() ? Optional.of(matcher.group(1)) : Optional.empty();
    }
}
