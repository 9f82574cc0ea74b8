// SPDX-License-Identifier: Apache-2.0
package fizeau.kernels;

import fizeau.nativeconfig.Settings;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * A machine with a GPU that does not exist: a folder that stands for the root of its file system, with a driver whose kernels
 * run on the CPU, a run-time compiler for it and libraries for transforms, matrices and convolutions. What is found, chosen,
 * bound and called is the real code. A library stays loaded until the process ends, so there is one such machine per process.
 */
public final class PretendCuda {

    /** Bytes of device memory of the pretend card. */
    public static final long MEMORY_BYTES = 1L << 30;

    /** Device attribute that answers how many things the process has not given back yet. */
    public static final int LIVE_OBJECTS_ATTRIBUTE = 9001;

    /** What its kernel shows: the oldest that runs CUDA 13. */
    public static final String DRIVER_VERSION = "580.65.06";

    /** Folder in which processes of one build keep the libraries for each other. */
    private static final String KEPT_PROPERTY = "fizeau.pretend";

    private static final List<String> OPTIONS = List.of(
            "-std=c++17",
            "-O2",
            "-Wall",
            "-Wextra",
            "-Werror",
            "-Wno-unknown-pragmas",
            "-fno-strict-aliasing",
            "-ffp-contract=off",
            "-fvisibility=hidden",
            "-fPIC",
            "-shared");

    private final Path root;
    private final Path libraries;

    private PretendCuda(Path root, Path libraries) {
        this.root = root;
        this.libraries = libraries;
    }

    /** Why there cannot be one here; empty where there can. */
    public static Optional<String> obstacle() {
        if (!System.getProperty("os.name").startsWith("Linux")
                || !System.getProperty("os.arch").equals("amd64")) {
            return Optional.of("the pretend driver is for Linux on x86-64, where JCuda has natives");
        }
        return Tools.find("g++").isPresent()
                ? Optional.empty()
                : Optional.of("g++ is not on the path: the pretend driver is not built");
    }

    /** Builds the libraries below an existing, empty folder, which the caller owns. */
    public static PretendCuda build(Path root) {
        try {
            Path libraries = Files.createDirectories(root.resolve("usr/lib/x86_64-linux-gnu"));
            Path sources = Files.createDirectories(root.resolve("sources"));
            Emulator.writeSources(
                    sources,
                    "pretend_driver.cpp",
                    "pretend_nvrtc.cpp",
                    "pretend_library.h",
                    "pretend_cufft.cpp",
                    "pretend_cublas.cpp",
                    "pretend_cudnn.cpp",
                    "pretend_activity.h",
                    "pretend_cupti.cpp");
            Files.writeString(sources.resolve("builtins.cpp"), "");
            PretendCuda machine = new PretendCuda(root, libraries);
            Optional<Path> kept =
                    Optional.ofNullable(System.getProperty(KEPT_PROPERTY)).map(Path::of);
            if (kept.isPresent()) {
                machine.compileOnce(sources, kept.get());
            } else {
                machine.compile(sources);
            }
            writeDriverVersion(root, DRIVER_VERSION);
            return machine;
        } catch (IOException failure) {
            throw new UncheckedIOException("cannot build the pretend driver in " + root, failure);
        }
    }

    /** Compiles, unless another process of the same build has done so. */
    private void compileOnce(Path sources, Path kept) throws IOException {
        Path ready = Files.createDirectories(kept).resolve(fingerprint(sources));
        try (FileChannel channel =
                        FileChannel.open(kept.resolve("lock"), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
                FileLock lock = channel.lock()) {
            if (!Files.isDirectory(ready)) {
                compile(sources);
                Path fresh = Files.createTempDirectory(kept, "fresh");
                copyLibraries(libraries, fresh);
                Files.move(fresh, ready, StandardCopyOption.ATOMIC_MOVE);
            } else {
                copyLibraries(ready, libraries);
            }
        }
    }

    private static void copyLibraries(Path from, Path to) throws IOException {
        try (Stream<Path> files = Files.list(from)) {
            for (Path file : files.toList()) {
                Files.copy(file, to.resolve(file.getFileName()));
            }
        }
    }

    /** Of everything that the libraries are made of. */
    private String fingerprint(Path sources) throws IOException {
        try (Stream<Path> files = Files.list(sources)) {
            MessageDigest digest = MessageDigest.getInstance("SHA-256");
            for (Path file : files.sorted().toList()) {
                digest.update(file.getFileName().toString().getBytes(StandardCharsets.UTF_8));
                digest.update(Files.readAllBytes(file));
            }
            String compiler = Tools.runSuccessfully(List.of(compiler(), "--version"), root);
            digest.update((OPTIONS + compiler).getBytes(StandardCharsets.UTF_8));
            return HexFormat.of().formatHex(digest.digest());
        } catch (NoSuchAlgorithmException impossible) {
            throw new IllegalStateException(impossible); // every Java has it
        }
    }

    private static String compiler() {
        return Tools.find("g++").orElseThrow().toString();
    }

    private void compile(Path sources) {
        together(
                () -> compile(sources, "libcuda.so.1", "pretend_driver.cpp"),
                () -> compileVersioned(sources, "libnvrtc.so.13", "pretend_nvrtc.cpp"),
                () -> compile(sources, "libnvrtc-builtins.so.13.0", "builtins.cpp"),
                // cuBLAS asks for it by name alone.
                () -> compile(sources, "libcublasLt.so.13", "builtins.cpp"),
                // What Bytedeco's binding of CUPTI is linked with; of the runtime, no function is called.
                () -> compileVersioned(sources, "libcupti.so.13", "pretend_cupti.cpp"),
                () -> compileVersioned(sources, "libcudart.so.13", "builtins.cpp"));
        String driver = libraries.resolve("libcuda.so.1").toString();
        together( // they queue work in the driver's streams
                () -> compileVersioned(sources, "libcufft.so.12", "pretend_cufft.cpp", driver),
                () -> compileVersioned(sources, "libcublas.so.13", "pretend_cublas.cpp", driver),
                () -> compileVersioned(sources, "libcudnn.so.9", "pretend_cudnn.cpp", driver));
    }

    private static void together(Runnable... compilations) {
        Stream.of(compilations).parallel().forEach(Runnable::run);
    }

    /** With a version node of the library's name, as NVIDIA's have: JNI libraries that were linked with it ask for it. */
    private void compileVersioned(Path sources, String soname, String source, String... more) {
        try {
            Path script = Files.writeString(sources.resolve(soname + ".map"), soname + " { global: *; };\n");
            List<String> options = new ArrayList<>(List.of("-Wl,--version-script=" + script));
            options.addAll(List.of(more));
            compile(sources, soname, source, options.toArray(String[]::new));
        } catch (IOException failure) {
            throw new UncheckedIOException(failure);
        }
    }

    private void compile(Path sources, String soname, String source, String... more) {
        List<String> command = new ArrayList<>(List.of(compiler()));
        command.addAll(OPTIONS);
        command.addAll(List.of("-Wl,-soname," + soname, source));
        command.addAll(List.of("-o", libraries.resolve(soname).toString()));
        command.addAll(List.of(more));
        Tools.runSuccessfully(command, sources);
    }

    /** What a process sees that was started on this machine. */
    public Settings settings() {
        Map<String, String> properties = new HashMap<>(Settings.ofProcess().properties());
        properties.put("user.home", root.resolve("home").toString());
        return new Settings(Map.of(), properties, root);
    }

    /**
     * A machine that differs in its files only, below another existing, empty folder.
     *
     * @param driverVersion what its kernel shows
     * @param without names of libraries that it lacks
     */
    public PretendCuda variant(Path otherRoot, String driverVersion, String... without) {
        try {
            Path other = Files.createDirectories(otherRoot.resolve(root.relativize(libraries)));
            try (Stream<Path> files = Files.list(libraries)) {
                for (Path file : files.toList()) {
                    String name = file.getFileName().toString();
                    if (name.startsWith("lib") && !List.of(without).contains(name)) {
                        Files.createSymbolicLink(other.resolve(name), file);
                    }
                }
            }
            writeDriverVersion(otherRoot, driverVersion);
            return new PretendCuda(otherRoot, other);
        } catch (IOException failure) {
            throw new UncheckedIOException("cannot lay out a machine in " + otherRoot, failure);
        }
    }

    private static void writeDriverVersion(Path root, String version) throws IOException {
        Path proc = Files.createDirectories(root.resolve("proc/driver/nvidia"));
        Files.writeString(
                proc.resolve("version"), "NVRM version: NVIDIA UNIX x86_64 Kernel Module  " + version + "  pretend\n");
    }

    /** Where the libraries lie. */
    public Path libraries() {
        return libraries;
    }

    /**
     * Lets calls fail until the answer is closed.
     *
     * @param rules {@code FUNCTION CODE [AFTER [lost]]}: {@code cuMemAlloc_v2 2} for every call, or
     *     {@code cuLaunchKernel 719 3 lost} for a device that is lost by the fourth launch
     */
    public AutoCloseable failing(String... rules) {
        Path file = libraries.resolve("pretend.faults");
        try {
            Files.write(file, List.of(rules));
        } catch (IOException failure) {
            throw new UncheckedIOException(failure);
        }
        return () -> Files.delete(file);
    }
}
