// SPDX-License-Identifier: Apache-2.0
package fizeau.backend.cuda.raw;

/**
 * Something of the driver's that one object owns and gives back once. It belongs to a context, which gives it back at the
 * latest. Confined to the context's thread.
 */
public abstract class CudaResource implements AutoCloseable {

    private final CudaContext context;
    private boolean open = true;

    CudaResource(CudaContext context) {
        this.context = context;
        context.register(this);
    }

    final CudaContext context() {
        return context;
    }

    final void requireOpen() {
        if (!open) {
            throw new IllegalStateException(describe() + " is closed");
        }
    }

    /** Gives it back; a second call does nothing. */
    @Override
    public final void close() {
        if (open) {
            open = false;
            context.forget(this);
            release();
        }
    }

    /** A noun phrase for messages. */
    abstract String describe();

    /** Calls the driver once. */
    abstract void release();
}
