// SPDX-License-Identifier: Apache-2.0
package fizeau.backend.cuda.raw;

import fizeau.backend.Closing;
import fizeau.kernels.DeviceAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.function.IntSupplier;
import jcuda.jcublas.JCublas2;
import jcuda.jcublas.cublasHandle;
import jcuda.jcublas.cublasMath;
import jcuda.jcublas.cublasOperation;
import jcuda.jcublas.cublasPointerMode;
import jcuda.runtime.cudaStream_t;

/**
 * cuBLAS at work in one stream. Its workspace is memory of ours, so that it is counted and nothing is allocated behind a
 * capture's back. Owns handle and workspace, borrows the stream. Matrices are row-major, as everywhere else.
 */
public final class CublasHandle extends CudaResource {

    /** What NVIDIA recommends for Hopper and later, and for the cards before. */
    private static final long LARGE_WORKSPACE_BYTES = 32L << 20;

    private static final long SMALL_WORKSPACE_BYTES = 4L << 20;
    private static final int HOPPER = 9;

    private final Cublas cublas;
    private final cublasHandle handle = new cublasHandle();
    private DeviceMemory workspace;

    private CublasHandle(CudaContext context, Cublas cublas) {
        super(context);
        this.cublas = cublas;
    }

    /** @param tf32 whether matrix products may be rounded to 10 bits of mantissa; otherwise they are single precision's own */
    public static CublasHandle open(CudaContext context, Cublas cublas, CudaStream stream, boolean tf32) {
        CublasHandle opened = new CublasHandle(context, cublas);
        try {
            opened.call(CublasFunction.CREATE, () -> JCublas2.cublasCreate(opened.handle));
        } catch (RuntimeException failure) {
            context.forget(opened);
            throw failure;
        }
        try {
            opened.prepare(stream, tf32);
            return opened;
        } catch (RuntimeException failure) {
            throw Closing.afterFailure(failure, opened);
        }
    }

    private void prepare(CudaStream stream, boolean tf32) {
        // Setting the stream resets the workspace, so the stream comes first.
        call(CublasFunction.SET_STREAM, () -> JCublas2.cublasSetStream(handle, new cudaStream_t(stream.handle())));
        long bytes = context().device().computeMajor() >= HOPPER ? LARGE_WORKSPACE_BYTES : SMALL_WORKSPACE_BYTES;
        workspace = DeviceMemory.allocate(context(), bytes, "the workspace of cuBLAS");
        call(CublasFunction.SET_WORKSPACE, () -> JCublas2.cublasSetWorkspace(handle, workspace.handle(), bytes));
        call(
                CublasFunction.SET_POINTER_MODE,
                () -> JCublas2.cublasSetPointerMode(handle, cublasPointerMode.CUBLAS_POINTER_MODE_HOST));
        call(
                CublasFunction.SET_MATH_MODE,
                () -> JCublas2.cublasSetMathMode(
                        handle, tf32 ? cublasMath.CUBLAS_TF32_TENSOR_OP_MATH : cublasMath.CUBLAS_DEFAULT_MATH));
    }

    /** The library's own number, such as {@code 130101} for 13.1.1. */
    public int version() {
        int[] version = new int[1];
        call(CublasFunction.GET_VERSION, () -> JCublas2.cublasGetVersion(handle, version));
        return version[0];
    }

    /**
     * Queues {@code result = vector matrix}.
     *
     * @param vector {@code rows} values
     * @param matrix {@code rows x columns}
     * @param result {@code columns} values
     */
    public void vectorTimesMatrix(
            DeviceAddress vector, DeviceAddress matrix, DeviceAddress result, int rows, int columns) {
        multiply(cublasOperation.CUBLAS_OP_N, vector, matrix, result, rows, columns);
    }

    /**
     * Queues {@code result = matrix vector}.
     *
     * @param matrix {@code rows x columns}
     * @param vector {@code columns} values
     * @param result {@code rows} values
     */
    public void matrixTimesVector(
            DeviceAddress matrix, DeviceAddress vector, DeviceAddress result, int rows, int columns) {
        multiply(cublasOperation.CUBLAS_OP_T, vector, matrix, result, rows, columns);
    }

    /** To cuBLAS, which counts by columns, our matrix is its transpose. */
    private void multiply(
            int operation, DeviceAddress vector, DeviceAddress matrix, DeviceAddress result, int rows, int columns) {
        requireOpen();
        call(
                CublasFunction.MULTIPLY_VECTOR,
                () -> JCublas2.cublasSgemv(
                        handle,
                        operation,
                        columns,
                        rows,
                        DevicePointer.ONE,
                        DevicePointer.of(matrix),
                        columns,
                        DevicePointer.of(vector),
                        1,
                        DevicePointer.ZERO,
                        DevicePointer.of(result),
                        1));
    }

    /**
     * Queues {@code matrix[i][j] = left[i] right[j]}: a product over one index, because the rank-one update adds to what is
     * there.
     *
     * @param left {@code rows} values
     * @param right {@code columns} values
     */
    public void outerProduct(DeviceAddress left, DeviceAddress right, DeviceAddress matrix, int rows, int columns) {
        multiply(new Product(rows, 1, columns, 1, columns, false, columns, 1), left, right, matrix);
    }

    /**
     * A product of row-major matrices, or many of the same sizes: {@code result = factor left right}, or
     * {@code factor left right'} where the right one lies transposed. Pitches count the floats from one row to the next.
     *
     * @param inner columns of the left matrix
     */
    public record Product(
            int rows,
            int inner,
            int columns,
            int leftPitch,
            int rightPitch,
            boolean rightTransposed,
            int resultPitch,
            float factor) {

        public Product {
            if (rows < 1 || inner < 1 || columns < 1) {
                throw new IllegalArgumentException("product of " + rows + " x " + inner + " and " + inner + " x "
                        + columns + " values: each size must be at least 1");
            }
            if (leftPitch < inner || rightPitch < (rightTransposed ? inner : columns) || resultPitch < columns) {
                throw new IllegalArgumentException("product of rows that lie " + leftPitch + " and " + rightPitch
                        + " floats apart into rows " + resultPitch + " apart: they would overlap");
            }
        }

        private int operation() {
            return rightTransposed ? cublasOperation.CUBLAS_OP_T : cublasOperation.CUBLAS_OP_N;
        }
    }

    /** Queues a product; the result is no part of the others. */
    public void multiply(Product product, DeviceAddress left, DeviceAddress right, DeviceAddress result) {
        requireOpen();
        call(
                CublasFunction.MULTIPLY,
                () -> JCublas2.cublasSgemm(
                        handle,
                        product.operation(),
                        cublasOperation.CUBLAS_OP_N,
                        product.columns(),
                        product.rows(),
                        product.inner(),
                        DevicePointer.scalar(product.factor()),
                        DevicePointer.of(right),
                        product.rightPitch(),
                        DevicePointer.of(left),
                        product.leftPitch(),
                        DevicePointer.ZERO,
                        DevicePointer.of(result),
                        product.resultPitch()));
    }

    /**
     * Queues many products.
     *
     * @param lefts {@code count} addresses on the device, as the next two
     */
    public void multiplyEach(
            Product product, DeviceAddress lefts, DeviceAddress rights, DeviceAddress results, int count) {
        requireOpen();
        call(
                CublasFunction.MULTIPLY_EACH,
                () -> JCublas2.cublasSgemmBatched(
                        handle,
                        product.operation(),
                        cublasOperation.CUBLAS_OP_N,
                        product.columns(),
                        product.rows(),
                        product.inner(),
                        DevicePointer.scalar(product.factor()),
                        DevicePointer.of(rights),
                        product.rightPitch(),
                        DevicePointer.of(lefts),
                        product.leftPitch(),
                        DevicePointer.ZERO,
                        DevicePointer.of(results),
                        product.resultPitch(),
                        count));
    }

    private void call(CublasFunction function, IntSupplier call) {
        cublas.call(context(), function, call, describe() + " was asked for");
    }

    @Override
    String describe() {
        return "a cuBLAS handle";
    }

    @Override
    void release() {
        List<AutoCloseable> all = new ArrayList<>();
        all.add(context()::synchronize); // work in flight may still use the workspace
        all.add(() -> call(CublasFunction.DESTROY, () -> JCublas2.cublasDestroy(handle)));
        if (workspace != null) {
            all.add(workspace);
        }
        Closing.all(all);
    }
}
