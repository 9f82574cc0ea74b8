// SPDX-License-Identifier: Apache-2.0
package fizeau.backend.cpu;

import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.global.torch;

/**
 * The library behind the FFTs. It is loaded when the first of them is needed, because that takes most of a second and a
 * hundred megabytes and more, and many trainings need none.
 */
final class Libtorch {

    private Libtorch() {}

    /** The version of the library and of its binding, from the archive; loads nothing. */
    static String version() {
        String version = torch.class.getPackage().getImplementationVersion();
        return version == null ? "of unknown version" : version;
    }

    /** Sets how many threads an operation takes, for the whole process; loads the library. */
    static void useThreads(int threads) {
        try (PointerScope scope = new PointerScope()) { // the call makes a native function pointer each time
            torch.set_num_threads(threads);
        }
    }
}
