// SPDX-License-Identifier: Apache-2.0
package fizeau.kernels;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;

/**
 * Everything that decides what a compiler makes of a source, as one SHA-256: the text with its headers, the options in their
 * order (the architecture among them), the compiler's version and the version of the cache's file format.
 *
 * @param hex 64 lower-case hexadecimal digits
 */
public record CubinKey(String hex) {

    static final int DIGEST_BYTES = 32;

    public CubinKey {
        if (!hex.matches("[0-9a-f]{64}")) {
            throw new IllegalArgumentException("key " + hex + " must be 64 lower-case hexadecimal digits");
        }
    }

    /** @param compilerVersion name and version of the compiler, such as {@code nvrtc 13.0} */
    public static CubinKey of(KernelSource source, CompileOptions options, String compilerVersion) {
        MessageDigest digest = sha256();
        update(digest, String.valueOf(CubinCache.FORMAT_VERSION));
        update(digest, compilerVersion);
        update(digest, String.valueOf(options.arguments().size()));
        options.arguments().forEach(argument -> update(digest, argument));
        update(digest, source.fileName());
        update(digest, source.text());
        source.headers().forEach((name, text) -> {
            update(digest, name);
            update(digest, text);
        });
        return new CubinKey(HexFormat.of().formatHex(digest.digest()));
    }

    byte[] bytes() {
        return HexFormat.of().parseHex(hex);
    }

    /** Length first, so that no two lists of texts run together into the same bytes. */
    private static void update(MessageDigest digest, String text) {
        byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
        digest.update(ByteBuffer.allocate(Integer.BYTES).putInt(bytes.length).array());
        digest.update(bytes);
    }

    static MessageDigest sha256() {
        try {
            return MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException impossible) {
            throw new IllegalStateException("every Java platform has SHA-256", impossible);
        }
    }
}
