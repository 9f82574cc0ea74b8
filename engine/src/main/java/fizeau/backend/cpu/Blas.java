// SPDX-License-Identifier: Apache-2.0
package fizeau.backend.cpu;

import org.bytedeco.javacpp.FloatPointer;
import org.bytedeco.openblas.global.openblas;

/** Single-precision matrix products by OpenBLAS on row-major matrices outside the heap. */
final class Blas {

    private Blas() {}

    /**
     * Lets OpenBLAS compute on the calling thread only. Work is split over threads by {@link WorkerPool}; a second pool
     * that spins between calls would fight it for the cores.
     */
    static void useCallingThreadOnly() {
        openblas.blas_set_num_threads(1);
    }

    /** C (m x n) = A (m x k) B (k x n) + beta C. */
    static void multiply(
            int m,
            int n,
            int k,
            FloatPointer a,
            int lda,
            FloatPointer b,
            int ldb,
            float beta,
            FloatPointer c,
            int ldc) {
        gemm(openblas.CblasNoTrans, openblas.CblasNoTrans, m, n, k, a, lda, b, ldb, beta, c, ldc);
    }

    /** C (m x n) = A' (A is k x m) B (k x n) + beta C. */
    static void multiplyTransposedLeft(
            int m,
            int n,
            int k,
            FloatPointer a,
            int lda,
            FloatPointer b,
            int ldb,
            float beta,
            FloatPointer c,
            int ldc) {
        gemm(openblas.CblasTrans, openblas.CblasNoTrans, m, n, k, a, lda, b, ldb, beta, c, ldc);
    }

    /** C (m x n) = A (m x k) B' (B is n x k) + beta C. */
    static void multiplyTransposedRight(
            int m,
            int n,
            int k,
            FloatPointer a,
            int lda,
            FloatPointer b,
            int ldb,
            float beta,
            FloatPointer c,
            int ldc) {
        gemm(openblas.CblasNoTrans, openblas.CblasTrans, m, n, k, a, lda, b, ldb, beta, c, ldc);
    }

    private static void gemm(
            int transA,
            int transB,
            int m,
            int n,
            int k,
            FloatPointer a,
            int lda,
            FloatPointer b,
            int ldb,
            float beta,
            FloatPointer c,
            int ldc) {
        openblas.cblas_sgemm(openblas.CblasRowMajor, transA, transB, m, n, k, 1f, a, lda, b, ldb, beta, c, ldc);
    }
}
