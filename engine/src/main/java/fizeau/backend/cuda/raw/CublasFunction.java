// SPDX-License-Identifier: Apache-2.0
package fizeau.backend.cuda.raw;

import java.util.Arrays;
import java.util.List;

/** Every function of cuBLAS that is called here, by its symbol. */
enum CublasFunction {
    CREATE("cublasCreate_v2"),
    GET_VERSION("cublasGetVersion_v2"),
    SET_STREAM("cublasSetStream_v2"),
    SET_WORKSPACE("cublasSetWorkspace_v2"),
    SET_POINTER_MODE("cublasSetPointerMode_v2"),
    SET_MATH_MODE("cublasSetMathMode"),
    MULTIPLY_VECTOR("cublasSgemv_v2"),
    MULTIPLY("cublasSgemm_v2"),
    MULTIPLY_EACH("cublasSgemmBatched"),
    DESTROY("cublasDestroy_v2");

    private final String symbol;

    CublasFunction(String symbol) {
        this.symbol = symbol;
    }

    String symbol() {
        return symbol;
    }

    static List<String> symbols() {
        return Arrays.stream(values()).map(CublasFunction::symbol).toList();
    }
}
