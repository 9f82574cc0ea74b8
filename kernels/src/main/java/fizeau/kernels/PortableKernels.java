// SPDX-License-Identifier: Apache-2.0
package fizeau.kernels;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/**
 * The kernels as {@link PortablePtx}, made when Fizeau was built where a compiler was at hand, and compiled for the card by
 * its driver: for machines without NVRTC. Immutable.
 *
 * <pre>
 * file SOURCE.ptx, ASCII
 * line 1   // Portable PTX of SOURCE.cu, made by Fizeau's build; do not edit.
 * line 2   // digest: 64 hexadecimal digits over the source, its header and the compiler's options
 * line 3   // compiler: name and version
 * then     the PTX
 * </pre>
 */
public final class PortableKernels implements KernelImages {

    /** Stands in the digest for the compiler, any of which is as good as another. */
    private static final String ANY_COMPILER = "any";

    private static final String ENDING = ".ptx";
    private static final String DIGEST = "// digest: ";
    private static final String COMPILER = "// compiler: ";
    private static final CompileOptions OPTIONS = CompileOptions.ptx(Architecture.OLDEST);

    private final Map<String, byte[]> images;
    private final String compiler;

    private PortableKernels(Map<String, byte[]> images, String compiler) {
        this.images = images;
        this.compiler = compiler;
    }

    /** Reads one source's file; empty where there is none. */
    @FunctionalInterface
    private interface Place {

        Optional<byte[]> read(String fileName) throws IOException;
    }

    /**
     * Those that this build holds; empty where it was made without a compiler.
     *
     * @throws IllegalArgumentException where they belong to other sources than those of this build
     */
    public static Optional<PortableKernels> ofBuild() {
        return read(
                name -> {
                    try (InputStream stream = PortableKernels.class.getResourceAsStream("portable/" + name)) {
                        return stream == null ? Optional.empty() : Optional.of(stream.readAllBytes());
                    }
                },
                "this build's resources");
    }

    /** Those in a folder; empty where it has none. Otherwise as {@link #ofBuild}. */
    public static Optional<PortableKernels> in(Path folder) {
        return read(
                name -> {
                    Path file = folder.resolve(name);
                    return Files.isRegularFile(file) ? Optional.of(Files.readAllBytes(file)) : Optional.empty();
                },
                folder.toString());
    }

    private static Optional<PortableKernels> read(Place place, String where) {
        Map<String, byte[]> images = new LinkedHashMap<>();
        String compiler = "";
        for (String source : KernelCatalog.sources()) {
            try {
                Optional<byte[]> found = place.read(source + ENDING);
                if (found.isEmpty()) {
                    return Optional.empty(); // a set that is not whole is of no use
                }
                byte[] content = found.get();
                if (!isCurrent(content, KernelSource.load(source))) {
                    throw new IllegalArgumentException("the portable kernels in " + where + " are not those of this"
                            + " build's " + source + ".cu: build Fizeau again where nvcc or NVRTC is");
                }
                compiler = line(content, COMPILER).orElse("an unknown compiler");
                images.put(source, content);
            } catch (IOException failure) {
                throw new UncheckedIOException("cannot read the portable kernels in " + where, failure);
            }
        }
        return Optional.of(new PortableKernels(images, compiler));
    }

    /**
     * Compiles every source whose file in the folder is not there or not current; each appears at once or not at all.
     *
     * @return how many were compiled
     */
    public static int write(Path folder, KernelCompiler compiler) throws IOException {
        Files.createDirectories(folder);
        int written = 0;
        for (String name : KernelCatalog.sources()) {
            KernelSource source = KernelSource.load(name);
            Path file = folder.resolve(name + ENDING);
            if (Files.isRegularFile(file) && isCurrent(Files.readAllBytes(file), source)) {
                continue;
            }
            byte[] content = text(source, compiler).getBytes(StandardCharsets.US_ASCII);
            Path temporary = Files.createTempFile(folder, name, ".tmp");
            try {
                Files.write(temporary, content);
                Files.move(temporary, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
            } finally {
                Files.deleteIfExists(temporary);
            }
            written++;
        }
        return written;
    }

    /** Deletes what belongs to other sources, so that a build without a compiler does not carry it on. */
    static void removeStale(Path folder) throws IOException {
        for (String name : KernelCatalog.sources()) {
            Path file = folder.resolve(name + ENDING);
            if (Files.isRegularFile(file) && !isCurrent(Files.readAllBytes(file), KernelSource.load(name))) {
                Files.delete(file);
            }
        }
    }

    private static String text(KernelSource source, KernelCompiler compiler) {
        String ptx = new String(compiler.compile(source, OPTIONS), StandardCharsets.US_ASCII);
        return "// Portable PTX of " + source.fileName() + ", made by Fizeau's build; do not edit.\n"
                + DIGEST + digest(source) + "\n"
                + COMPILER + compiler.version() + "\n"
                + PortablePtx.lower(ptx);
    }

    private static boolean isCurrent(byte[] content, KernelSource source) {
        return line(content, DIGEST).equals(Optional.of(digest(source)));
    }

    private static String digest(KernelSource source) {
        return CubinKey.of(source, OPTIONS, ANY_COMPILER).hex();
    }

    /** The rest of the first line that begins so, among the lines before the PTX. */
    private static Optional<String> line(byte[] content, String beginning) {
        return new String(content, StandardCharsets.US_ASCII)
                .lines()
                .limit(3)
                .filter(line -> line.startsWith(beginning))
                .map(line -> line.substring(beginning.length()))
                .findFirst();
    }

    @Override
    public KernelImage image(KernelSource source) {
        String name = source.fileName().substring(0, source.fileName().lastIndexOf('.'));
        byte[] content = images.get(name);
        if (content == null) {
            throw new IllegalArgumentException(
                    "no portable PTX of " + source.fileName() + ": the catalog has " + KernelCatalog.sources());
        }
        return new KernelImage(CompileOptions.Product.PTX, content);
    }

    @Override
    public String description() {
        return "kernels from portable PTX (" + compiler + "), compiled by the driver";
    }
}
