// SPDX-License-Identifier: Apache-2.0
//
// cuBLAS for the pretend driver: products by plain loops in double precision, queued in the driver's streams. Stricter than the
// real one where that finds mistakes: the workspace must be given, and after the stream, arrays must lie on the device whole and
// results apart from what they come from, scalars come from the host, no function may run for the first time inside a
// capture. Only what the engine calls is here.
#include "pretend_library.h"

namespace {

constexpr int SUCCESS = 0, NOT_INITIALIZED = 1, INVALID_VALUE = 7, EXECUTION_FAILED = 13, NOT_SUPPORTED = 15;
constexpr int PLAIN = 0, TRANSPOSED = 1, POINTERS_ON_HOST = 0, DEFAULT_MATH = 0, TENSOR_FLOAT_MATH = 3;

struct Handle {
    void *stream = nullptr;
    char *workspace = nullptr;
    size_t workspaceBytes = 0;
    int pointers = -1;
    int math = -1;

    bool ready() const { return stream != nullptr && workspace != nullptr && pointers == POINTERS_ON_HOST && math >= 0; }
};

std::recursive_mutex lock;
std::set<Handle *> handles;

int codeOf(int fault) { return fault == pretend::LOST ? EXECUTION_FAILED : fault; }

int enqueue(const Handle *handle, const std::function<void()> &work) {
    return pretendEnqueue(handle->stream, &work) == SUCCESS ? SUCCESS : EXECUTION_FAILED;
}

}  // namespace

#define ENTER(name)                                    \
    std::lock_guard<std::recursive_mutex> guard(lock); \
    if (int fault = pretendFault(name)) {              \
        return codeOf(fault);                          \
    }
#define ENTER_WITH_HANDLE(name)        \
    ENTER(name)                        \
    if (handles.count(handle) == 0) {  \
        return NOT_INITIALIZED;        \
    }

EXPORT cublasCreate_v2(Handle **handle) {
    ENTER("cublasCreate_v2")
    if (pretendSpoilCaptures()) {
        return NOT_INITIALIZED;
    }
    *handle = new Handle;
    handles.insert(*handle);
    pretendHold(1);
    return SUCCESS;
}

// The handle goes even where the call fails, as it does on a device that is lost.
EXPORT cublasDestroy_v2(Handle *handle) {
    std::lock_guard<std::recursive_mutex> guard(lock);
    if (handles.erase(handle) == 0) {
        return NOT_INITIALIZED;
    }
    delete handle;
    pretendHold(-1);
    return codeOf(pretendFault("cublasDestroy_v2"));
}

// A version that no release has.
EXPORT cublasGetVersion_v2(Handle *handle, int *version) {
    ENTER_WITH_HANDLE("cublasGetVersion_v2")
    *version = 139999;
    return SUCCESS;
}

EXPORT cublasSetStream_v2(Handle *handle, void *stream) {
    ENTER_WITH_HANDLE("cublasSetStream_v2")
    handle->stream = stream;
    handle->workspace = nullptr;  // as the real one does
    return SUCCESS;
}

EXPORT cublasSetWorkspace_v2(Handle *handle, void *workspace, size_t bytes) {
    ENTER_WITH_HANDLE("cublasSetWorkspace_v2")
    if (!pretend::onDevice(workspace, bytes)) {
        return INVALID_VALUE;
    }
    handle->workspace = static_cast<char *>(workspace);
    handle->workspaceBytes = bytes;
    return SUCCESS;
}

EXPORT cublasSetPointerMode_v2(Handle *handle, int mode) {
    ENTER_WITH_HANDLE("cublasSetPointerMode_v2")
    handle->pointers = mode;
    return SUCCESS;
}

EXPORT cublasSetMathMode(Handle *handle, int mode) {
    ENTER_WITH_HANDLE("cublasSetMathMode")
    if (mode != DEFAULT_MATH && mode != TENSOR_FLOAT_MATH) {
        return INVALID_VALUE;
    }
    handle->math = mode;
    return SUCCESS;
}

// y = alpha op(A) x + beta y, columns first.
EXPORT cublasSgemv_v2(Handle *handle, int operation, int m, int n, const float *alpha, const float *a, int lda, const float *x, int incx,
                      const float *beta, float *y, int incy) {
    ENTER_WITH_HANDLE("cublasSgemv_v2")
    if (!handle->ready()) {
        return NOT_INITIALIZED;
    }
    if (*alpha != 1 || *beta != 0 || incx != 1 || incy != 1) {
        return NOT_SUPPORTED;
    }
    if ((operation != PLAIN && operation != TRANSPOSED) || m < 1 || n < 1 || lda < m) {
        return INVALID_VALUE;
    }
    const int ins = operation == PLAIN ? n : m, outs = operation == PLAIN ? m : n;
    const size_t aBytes = sizeof(float) * lda * n, xBytes = sizeof(float) * ins, yBytes = sizeof(float) * outs;
    if (!pretend::onDevice(a, aBytes) || !pretend::onDevice(x, xBytes) || !pretend::onDevice(y, yBytes)
        || pretend::overlap(a, aBytes, y, yBytes) || pretend::overlap(x, xBytes, y, yBytes)) {
        return INVALID_VALUE;
    }
    if (!pretend::loaded("gemv " + std::to_string(operation))) {
        return EXECUTION_FAILED;
    }
    const Handle copy = *handle;
    return enqueue(handle, [=] {
        memset(copy.workspace, 0xff, copy.workspaceBytes);
        for (int o = 0; o < outs; o++) {
            double sum = 0;
            for (int i = 0; i < ins; i++) {
                sum += static_cast<double>(operation == PLAIN ? a[o + static_cast<size_t>(i) * lda] : a[i + static_cast<size_t>(o) * lda])
                       * x[i];
            }
            y[o] = static_cast<float>(sum);
        }
    });
}

namespace {

// Bytes from the first to the last element of a matrix whose columns start `pitch` elements apart.
size_t bytesOf(int rows, int columns, int pitch) { return sizeof(float) * (static_cast<size_t>(columns - 1) * pitch + rows); }

// C = alpha op(A) B, columns first.
struct Product {
    int operation, m, n, k;
    float alpha;
    int lda, ldb, ldc;
    bool rounds;

    bool fits() const { return m >= 1 && n >= 1 && k >= 1 && lda >= (operation == PLAIN ? m : k) && ldb >= k && ldc >= m; }

    bool onDevice(const float *a, const float *b, const float *c) const {
        const size_t aBytes = operation == PLAIN ? bytesOf(m, k, lda) : bytesOf(k, m, lda), bBytes = bytesOf(k, n, ldb),
                     cBytes = bytesOf(m, n, ldc);
        return pretend::onDevice(a, aBytes) && pretend::onDevice(b, bBytes) && pretend::onDevice(c, cBytes)
               && !pretend::overlap(a, aBytes, c, cBytes) && !pretend::overlap(b, bBytes, c, cBytes);
    }

    void compute(const float *a, const float *b, float *c) const {
        for (int column = 0; column < n; column++) {
            for (int row = 0; row < m; row++) {
                double sum = 0;
                for (int i = 0; i < k; i++) {
                    const float left = operation == PLAIN ? a[row + static_cast<size_t>(i) * lda] : a[i + static_cast<size_t>(row) * lda];
                    const float right = b[i + static_cast<size_t>(column) * ldb];
                    sum += static_cast<double>(rounds ? pretend::tensorFloat(left) : left)
                           * (rounds ? pretend::tensorFloat(right) : right);
                }
                c[row + static_cast<size_t>(column) * ldc] = static_cast<float>(alpha * sum);
            }
        }
    }
};

}  // namespace

// C = alpha op(A) B + beta C, columns first.
EXPORT cublasSgemm_v2(Handle *handle, int operationA, int operationB, int m, int n, int k, const float *alpha, const float *a, int lda,
                      const float *b, int ldb, const float *beta, float *c, int ldc) {
    ENTER_WITH_HANDLE("cublasSgemm_v2")
    if (!handle->ready()) {
        return NOT_INITIALIZED;
    }
    if ((operationA != PLAIN && operationA != TRANSPOSED) || operationB != PLAIN || *beta != 0) {
        return NOT_SUPPORTED;
    }
    const Product product{operationA, m, n, k, *alpha, lda, ldb, ldc, handle->math == TENSOR_FLOAT_MATH};
    if (!product.fits() || !product.onDevice(a, b, c)) {
        return INVALID_VALUE;
    }
    if (!pretend::loaded("gemm " + std::to_string(operationA))) {
        return EXECUTION_FAILED;
    }
    const Handle copy = *handle;
    return enqueue(handle, [=] {
        memset(copy.workspace, 0xff, copy.workspaceBytes);
        product.compute(a, b, c);
    });
}

// The same for each triple of addresses, which lie on the device and are looked at when the work runs, and here, to be checked.
EXPORT cublasSgemmBatched(Handle *handle, int operationA, int operationB, int m, int n, int k, const float *alpha, const float *const *a,
                          int lda, const float *const *b, int ldb, const float *beta, float *const *c, int ldc, int count) {
    ENTER_WITH_HANDLE("cublasSgemmBatched")
    if (!handle->ready()) {
        return NOT_INITIALIZED;
    }
    if ((operationA != PLAIN && operationA != TRANSPOSED) || operationB != PLAIN || *beta != 0) {
        return NOT_SUPPORTED;
    }
    const Product product{operationA, m, n, k, *alpha, lda, ldb, ldc, handle->math == TENSOR_FLOAT_MATH};
    const size_t addresses = sizeof(float *) * (count > 0 ? count : 0);
    if (count < 1 || !product.fits() || !pretend::onDevice(a, addresses) || !pretend::onDevice(b, addresses)
        || !pretend::onDevice(c, addresses)) {
        return INVALID_VALUE;
    }
    for (int i = 0; i < count; i++) {
        if (!product.onDevice(a[i], b[i], c[i])) {
            return INVALID_VALUE;
        }
    }
    if (!pretend::loaded("gemms " + std::to_string(operationA))) {
        return EXECUTION_FAILED;
    }
    const Handle copy = *handle;
    return enqueue(handle, [=] {
        memset(copy.workspace, 0xff, copy.workspaceBytes);
        for (int i = 0; i < count; i++) {
            product.compute(a[i], b[i], c[i]);
        }
    });
}
