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
 * @param version for example {@code 580.65.06}; empty when nothing tells it
 * @param devices models of the cards the kernel module drives, in bus order; empty when it does not say
 * @param library the user-mode driver {@code libcuda.so.1}; empty when no system folder has it
 */
public record NvidiaDriver(Optional<String> version, List<String> devices, Optional<Path> library) {

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

    private static final Pattern MODULE_VERSION = Pattern.compile("NVRM version:.*?\\s(\\d{3,}\\.\\d+(?:\\.\\d+)?)\\s");
    private static final Pattern FILE_VERSION = Pattern.compile("libcuda\\.so\\.(\\d{3,}\\.\\d+(?:\\.\\d+)?)");
    private static final Pattern MODEL = Pattern.compile("(?m)^Model:\\s*(.+?)\\s*$");

    public NvidiaDriver {
        devices = List.copyOf(devices);
    }

    /** Reads what the files of this machine say. Never throws for a file that is absent or unreadable. */
    public static NvidiaDriver read(Settings settings) {
        Optional<Path> library = findLibrary(settings);
        Optional<String> version = settings.text("proc/driver/nvidia/version")
                .flatMap(text -> firstGroup(MODULE_VERSION, text + "\n"))
                .or(() -> library.flatMap(NvidiaDriver::versionInName));
        return new NvidiaDriver(version, models(settings), library);
    }

    /** Whether anything of a driver is here, in the kernel or as a library. */
    public boolean present() {
        return version.isPresent() || library.isPresent();
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
