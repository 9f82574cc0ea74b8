// SPDX-License-Identifier: Apache-2.0
package fizeau.nativeconfig;

import fizeau.nativeconfig.elf.ElfWriter;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;

/** A machine made of folders below a temporary one: x86-64 Linux with whatever libraries a test puts there. */
final class FakeTree {

    private final Path root;
    private final Map<String, String> environment = new HashMap<>();
    private final Map<String, String> properties =
            new HashMap<>(Map.of("os.name", "Linux", "os.arch", "amd64", "user.home", "/nowhere"));

    FakeTree(Path root) {
        this.root = root;
    }

    /** An absolute path of the machine, as a variable would hold it. */
    String path(String below) {
        return root.resolve(below).toString();
    }

    FakeTree variable(String name, String value) {
        environment.put(name, value);
        return this;
    }

    FakeTree property(String name, String value) {
        properties.put(name, value);
        return this;
    }

    /** Small but valid shared objects. */
    FakeTree libraries(String folder, String... names) {
        for (String name : names) {
            file(folder + "/" + name, new ElfWriter().soname(name).build());
        }
        return this;
    }

    /** Everything a toolkit of the release has in one folder. */
    FakeTree cuda130(String folder) {
        return libraries(
                folder,
                "libnvrtc-builtins.so.13.0",
                "libnvrtc.so.13",
                "libcufft.so.12",
                "libcublasLt.so.13",
                "libcublas.so.13",
                "libcudnn.so.9");
    }

    FakeTree cuda126(String folder) {
        return libraries(
                folder,
                "libnvrtc-builtins.so.12.6",
                "libnvrtc.so.12",
                "libcufft.so.11",
                "libcublasLt.so.12",
                "libcublas.so.12");
    }

    /** Kernel module and user-mode library of a driver. */
    FakeTree driver(String version) {
        file(
                "proc/driver/nvidia/version",
                ("NVRM version: NVIDIA UNIX x86_64 Kernel Module  " + version + "  Sat\n")
                        .getBytes(StandardCharsets.US_ASCII));
        return libraries("usr/lib/x86_64-linux-gnu", "libcuda.so.1");
    }

    FakeTree executable(String name) {
        file(name, "#!/bin/sh\n".getBytes(StandardCharsets.US_ASCII));
        if (!root.resolve(name).toFile().setExecutable(true)) {
            throw new IllegalStateException("the temporary folder keeps no executable files");
        }
        return this;
    }

    FakeTree file(String name, byte[] content) {
        try {
            Path file = root.resolve(name);
            Files.createDirectories(file.getParent());
            Files.write(file, content);
            return this;
        } catch (IOException failure) {
            throw new UncheckedIOException(failure);
        }
    }

    FakeTree link(String name, String target) {
        try {
            Path link = root.resolve(name);
            Files.createDirectories(link.getParent());
            Files.createSymbolicLink(link, Path.of(target));
            return this;
        } catch (IOException failure) {
            throw new UncheckedIOException(failure);
        }
    }

    Settings settings() {
        return new Settings(environment, properties, root);
    }
}
