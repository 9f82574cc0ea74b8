// SPDX-License-Identifier: Apache-2.0
package fizeau.kernels;

import java.util.List;

/**
 * How kernels are compiled, by NVRTC as by nvcc, which share these options.
 *
 * @param architecture what to compile for
 * @param product machine code for exactly this architecture, or PTX that runs on it and on newer ones
 */
public record CompileOptions(Architecture architecture, Product product) {

    public enum Product {
        CUBIN,
        PTX
    }

    public static CompileOptions cubin(Architecture architecture) {
        return new CompileOptions(architecture, Product.CUBIN);
    }

    public static CompileOptions ptx(Architecture architecture) {
        return new CompileOptions(architecture, Product.PTX);
    }

    /**
     * Arguments in the order given to the compiler. Fused multiply-add is on and fast mathematics off: denormals, divisions
     * and roots are IEEE, as the double-precision references assume. Machine code carries line information, which costs no
     * run time and lets profilers name source lines; PTX does not, because that of inlined functions asks for PTX 7.0 and
     * would keep the text from older drivers (see {@link PortablePtx}).
     */
    public List<String> arguments() {
        return switch (product) {
            case CUBIN ->
                List.of(
                        "--gpu-architecture=" + architecture.real(),
                        "--std=c++17",
                        "--fmad=true",
                        "--generate-line-info");
            case PTX -> List.of("--gpu-architecture=" + architecture.virtual(), "--std=c++17", "--fmad=true");
        };
    }
}
