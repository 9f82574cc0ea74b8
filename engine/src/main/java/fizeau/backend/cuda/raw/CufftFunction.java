// SPDX-License-Identifier: Apache-2.0
package fizeau.backend.cuda.raw;

import java.util.Arrays;
import java.util.List;

/** Every function of cuFFT that is called here, by its symbol: so that a library which lacks one is refused before it is loaded. */
enum CufftFunction {
    GET_VERSION("cufftGetVersion"),
    CREATE("cufftCreate"),
    SET_AUTO_ALLOCATION("cufftSetAutoAllocation"),
    MAKE_PLAN_MANY("cufftMakePlanMany"),
    SET_WORK_AREA("cufftSetWorkArea"),
    SET_STREAM("cufftSetStream"),
    EXECUTE("cufftExecC2C"),
    DESTROY("cufftDestroy");

    private final String symbol;

    CufftFunction(String symbol) {
        this.symbol = symbol;
    }

    String symbol() {
        return symbol;
    }

    static List<String> symbols() {
        return Arrays.stream(values()).map(CufftFunction::symbol).toList();
    }
}
