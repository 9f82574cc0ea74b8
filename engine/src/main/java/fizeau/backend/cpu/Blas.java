// SPDX-License-Identifier: Apache-2.0
package fizeau.backend.cpu;

import org.bytedeco.javacpp.FloatPointer;
import org.bytedeco.openblas.global.openblas;

/** Single-precision matrix products by OpenBLAS on row-major matrices outside the heap. */
final class Blas {

    /** OpenBLAS multiplies without packing up to this product of the three sizes. */
    private static final long LARGEST_UNPACKED = 1_000_000;

    private static final int BLOCK_ROWS = 128;
    private static final int BLOCK_COLUMNS = 32;
    private static final int BLOCK_SUM = 512;

    /** Below this length of sum, blocks with a transposed right factor are no faster than one call. */
    private static final int THIN_SUM = 128;

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
        multiply(m, n, k, 1, a, lda, b, ldb, beta, c, ldc);
    }

    /** C (m x n) = alpha A (m x k) B (k x n) + beta C. */
    static void multiply(
            int m,
            int n,
            int k,
            float alpha,
            FloatPointer a,
            int lda,
            FloatPointer b,
            int ldb,
            float beta,
            FloatPointer c,
            int ldc) {
        gemm(openblas.CblasNoTrans, openblas.CblasNoTrans, m, n, k, alpha, a, lda, b, ldb, beta, c, ldc);
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
        gemm(openblas.CblasTrans, openblas.CblasNoTrans, m, n, k, 1, a, lda, b, ldb, beta, c, ldc);
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
        gemm(openblas.CblasNoTrans, openblas.CblasTrans, m, n, k, 1, a, lda, b, ldb, beta, c, ldc);
    }

    /**
     * Splits a product into blocks that OpenBLAS multiplies without packing. Packing costs a fifth to a half of the time
     * at the sizes of a decoder layer; measured on AVX-512, blocks run at 105 to 115 GFLOPS where one call runs at 30 to
     * 90. Thin sums with a transposed right factor are the exception.
     */
    private static void gemm(
            int transA,
            int transB,
            int m,
            int n,
            int k,
            float alpha,
            FloatPointer a,
            int lda,
            FloatPointer b,
            int ldb,
            float beta,
            FloatPointer c,
            int ldc) {
        boolean thin = transB == openblas.CblasTrans && k < THIN_SUM;
        if (thin || (long) m * n * k <= LARGEST_UNPACKED) {
            call(transA, transB, m, n, k, alpha, a, lda, b, ldb, beta, c, ldc);
            return;
        }
        int blockK = Math.min(k, BLOCK_SUM);
        int blockM = Math.min(m, BLOCK_ROWS);
        int least = Math.min(n, BLOCK_COLUMNS);
        while ((long) blockM * least * blockK > LARGEST_UNPACKED) {
            blockM /= 2;
        }
        int wanted = (int) (LARGEST_UNPACKED / 4 / ((long) blockM * blockK)) / BLOCK_COLUMNS * BLOCK_COLUMNS;
        int blockN = Math.min(n, Math.max(least, wanted));
        FloatPointer left = a.getPointer();
        FloatPointer right = b.getPointer();
        FloatPointer result = c.getPointer();
        for (int i = 0; i < m; i += blockM) {
            int rows = Math.min(blockM, m - i);
            for (int j = 0; j < n; j += blockN) {
                int columns = Math.min(blockN, n - j);
                result.position((long) i * ldc + j);
                for (int l = 0; l < k; l += blockK) {
                    int sum = Math.min(blockK, k - l);
                    left.position(transA == openblas.CblasTrans ? (long) l * lda + i : (long) i * lda + l);
                    right.position(transB == openblas.CblasTrans ? (long) j * ldb + l : (long) l * ldb + j);
                    call(
                            transA,
                            transB,
                            rows,
                            columns,
                            sum,
                            alpha,
                            left,
                            lda,
                            right,
                            ldb,
                            l == 0 ? beta : 1,
                            result,
                            ldc);
                }
            }
        }
    }

    private static void call(
            int transA,
            int transB,
            int m,
            int n,
            int k,
            float alpha,
            FloatPointer a,
            int lda,
            FloatPointer b,
            int ldb,
            float beta,
            FloatPointer c,
            int ldc) {
        openblas.cblas_sgemm(openblas.CblasRowMajor, transA, transB, m, n, k, alpha, a, lda, b, ldb, beta, c, ldc);
    }
}
