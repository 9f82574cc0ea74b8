// SPDX-License-Identifier: Apache-2.0
package fizeau.backend;

import java.util.List;

/** Closes several things, whatever each of them throws. */
public final class Closing {

    private Closing() {}

    /** Closes all in order; throws the first failure at the end, the others suppressed in it. */
    public static void all(List<? extends AutoCloseable> resources) {
        RuntimeException first = null;
        for (AutoCloseable resource : resources) {
            try {
                resource.close();
            } catch (Exception failure) {
                RuntimeException unchecked =
                        failure instanceof RuntimeException known ? known : new IllegalStateException(failure);
                if (first == null) {
                    first = unchecked;
                } else {
                    first.addSuppressed(unchecked);
                }
            }
        }
        if (first != null) {
            throw first;
        }
    }

    /** Closes all after a failure and answers that failure; what closing throws is suppressed in it. */
    public static <T extends Throwable> T afterFailure(T failure, AutoCloseable... resources) {
        try {
            all(List.of(resources));
        } catch (RuntimeException second) {
            failure.addSuppressed(second);
        }
        return failure;
    }
}
