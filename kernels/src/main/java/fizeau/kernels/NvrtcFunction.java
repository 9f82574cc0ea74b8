// SPDX-License-Identifier: Apache-2.0
package fizeau.kernels;

import java.util.Arrays;
import java.util.List;

/**
 * Every function of NVRTC that is called here, by its symbol, those included that JCuda's binding calls for one of its own: so
 * that a library which lacks one is refused before it is loaded.
 */
enum NvrtcFunction {
    VERSION("nvrtcVersion"),
    ERROR_STRING("nvrtcGetErrorString"),
    CREATE_PROGRAM("nvrtcCreateProgram"),
    COMPILE_PROGRAM("nvrtcCompileProgram"),
    CUBIN_SIZE("nvrtcGetCUBINSize"),
    CUBIN("nvrtcGetCUBIN"),
    PTX_SIZE("nvrtcGetPTXSize"),
    PTX("nvrtcGetPTX"),
    LOG_SIZE("nvrtcGetProgramLogSize"),
    LOG("nvrtcGetProgramLog"),
    DESTROY_PROGRAM("nvrtcDestroyProgram");

    private final String symbol;

    NvrtcFunction(String symbol) {
        this.symbol = symbol;
    }

    String symbol() {
        return symbol;
    }

    static List<String> symbols() {
        return Arrays.stream(values()).map(NvrtcFunction::symbol).toList();
    }
}
