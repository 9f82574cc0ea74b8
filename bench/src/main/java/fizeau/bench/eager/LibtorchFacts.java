// SPDX-License-Identifier: Apache-2.0
package fizeau.bench.eager;

import fizeau.bench.doctor.LibtorchInfo;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.bytedeco.pytorch.global.torch;

/** Asks libtorch about itself, loading it if need be. */
public final class LibtorchFacts {

    private LibtorchFacts() {}

    /** Throws whatever loading a native library throws. */
    public static LibtorchInfo ask() {
        String config = torch.show_config().getString();
        return new LibtorchInfo(
                find(config, "TORCH_VERSION=([^,\\s]+)"),
                torch.get_num_threads(),
                find(config, "CPU capability usage: (\\S+)"));
    }

    private static String find(String text, String pattern) {
        Matcher matcher = Pattern.compile(pattern).matcher(text);
        return matcher.find() ? matcher.group(1) : "unknown";
    }
}
