// SPDX-License-Identifier: Apache-2.0
package fizeau.kernels;

/**
 * One entry of the catalog.
 *
 * @param function name of the kernel, an {@code extern "C"} function
 * @param source name of its source file without the ending
 * @param parameters the record that mirrors its parameter struct
 */
public record Kernel(String function, String source, Class<? extends KernelParameters> parameters) {

    public Kernel {
        if (!parameters.isRecord()) {
            throw new IllegalArgumentException("parameters of " + function + " must be a record, not " + parameters);
        }
    }

    /** Layout of the parameter struct; built anew on each call, so keep it with the launcher. */
    public StructLayout layout() {
        return StructLayout.of(parameters.asSubclass(Record.class));
    }
}
