// SPDX-License-Identifier: Apache-2.0
package fizeau.testkit;

import static org.assertj.core.api.Assertions.assertThat;

import fizeau.backend.Backend;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;

/**
 * What every conformance suite does around each test: opens the backend, closes it, and asks whether any native memory of
 * its stages is left. A backend takes part by one small subclass per suite.
 */
public abstract class BackendConformance {
    private static final int THREADS = 2;

    private Backend backend;
    private long bytesBefore;

    /**
     * Opens the backend under test. A backend that this machine lacks aborts the test with the reason (an assumption).
     *
     * @param threads host threads, for backends that have a choice
     */
    protected abstract Backend open(int threads);

    /** Native bytes that open stages of this kind of backend hold now. */
    protected abstract long nativeBytes();

    @BeforeEach
    void openBackend() {
        bytesBefore = nativeBytes();
        backend = open(THREADS);
    }

    @AfterEach
    void closeBackend() {
        if (backend != null) {
            backend.close();
        }
        assertThat(nativeBytes()).as("native bytes after the test").isEqualTo(bytesBefore);
    }

    /** The backend of this test. */
    protected final Backend backend() {
        return backend;
    }
}
