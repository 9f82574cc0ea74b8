// SPDX-License-Identifier: Apache-2.0
//
// cuDNN for the pretend driver: convolutions, batch norm and bias gradients by plain loops in double precision, queued in the
// driver's streams. Stricter than the real one where that finds mistakes: descriptors must be set and of one batch (of 1 but for
// convolutions), arrays must lie on the device whole and results apart from what they come from, a workspace must be as large
// as was said and is scribbled over, no function may run for the first time inside a capture. Algorithms that add up in no
// fixed order really give other bits every time, and one names a workspace and then cannot run. With the default math type
// factors are rounded to TF32, which a pretend card of this age would not do. Convolutions also take bfloat16, all three
// arrays alike and where 16 bytes can be loaded at once, and add up in more. Only what the engine calls is here.
#include "pretend_library.h"

#include <vector>

namespace {

constexpr int SUCCESS = 0, NOT_INITIALIZED = 1001, BAD_PARAM = 2000, NOT_SUPPORTED = 3000, EXECUTION_FAILED = 5000;
constexpr int FLOAT = 0, BFLOAT16 = 9, NCHW = 0, CROSS_CORRELATION = 1, SPATIAL = 1, RECTIFIED = 1, IDENTITY = 5;
constexpr int DEFAULT_MATH = 0, TENSOR_OP_MATH = 1, FMA_MATH = 3;

struct Handle {
    void *stream = nullptr;
};
// Maps have a depth of 1.
struct Tensor {
    int n = 0, c = 0, d = 0, h = 0, w = 0, type = FLOAT;

    size_t count() const { return static_cast<size_t>(n) * c * d * h * w; }
    bool set() const { return n > 0 && c > 0 && d > 0 && h > 0 && w > 0; }
    bool flat() const { return set() && n == 1 && d == 1; }
};
struct Filter {
    int k = 0, c = 0, d = 0, h = 0, w = 0, type = FLOAT;

    size_t count() const { return static_cast<size_t>(k) * c * d * h * w; }
    bool set() const { return k > 0 && c > 0 && d > 0 && h > 0 && w > 0; }
};
struct Activation {
    int mode = -1;
};
struct Convolution {
    int padZ = 0, padY = 0, padX = 0, strideZ = 0, strideY = 0, strideX = 0, math = DEFAULT_MATH;

    bool set() const { return strideZ > 0 && strideY > 0 && strideX > 0; }
};

std::recursive_mutex lock;
std::set<void *> handles, tensors, filters, convolutions, activations;

template <typename T>
int create(std::set<void *> &all, T **made) {
    *made = new T;
    all.insert(*made);
    pretendHold(1);
    return SUCCESS;
}

template <typename T>
bool destroy(std::set<void *> &all, T *one) {
    if (all.erase(one) == 0) {
        return false;
    }
    delete one;
    pretendHold(-1);
    return true;
}

enum class Pass { FORWARD, DATA, FILTER };

struct Shape {
    Tensor x, y;
    Filter w;
    Convolution how;

    bool fits() const {
        return x.set() && y.set() && w.set() && how.set() && x.type == y.type && x.type == w.type && x.n == y.n
               && x.c == w.c && y.c == w.k
               && y.d == (x.d + 2 * how.padZ - w.d) / how.strideZ + 1
               && y.h == (x.h + 2 * how.padY - w.h) / how.strideY + 1 && y.w == (x.w + 2 * how.padX - w.w) / how.strideX + 1;
    }
    size_t valueBytes() const { return x.type == BFLOAT16 ? sizeof(uint16_t) : sizeof(float); }
    bool small() const { return w.d == 1 && w.h == 3 && w.w == 3 && how.strideY == 1 && how.strideX == 1; }
};

// Bytes that an algorithm works in, or -1.
long long workspaceOf(Pass pass, const Shape &shape, int algorithm) {
    const long long image = sizeof(float) * shape.x.count(), filter = sizeof(float) * shape.w.count();
    switch (pass) {
        case Pass::FORWARD:
            return algorithm == 0 ? 0 : algorithm == 1 ? filter : algorithm == 6 && shape.small() ? image : -1;
        case Pass::DATA:
            return algorithm == 0                         ? 0
                   : algorithm == 1                       ? image
                   : algorithm == 3 && shape.w.d > 1      ? filter
                   : algorithm == 4 && shape.small() ? filter
                                                          : -1;
        default:
            return algorithm == 0 || algorithm == 3 ? 0
                   : algorithm == 1                 ? image + filter
                   : algorithm == 6                 ? filter
                                                    : -1;
    }
}

constexpr int NAMES_AND_CANNOT = 6;  // of the filter's gradient

float widened(float value) { return value; }
float widened(uint16_t value) { return pretend::fromBrainFloat(value); }
void narrow(float value, float *to) { *to = value; }
void narrow(float value, uint16_t *to) { *to = pretend::brainFloat(value); }

bool ordered(Pass pass, int algorithm) {
    return pass == Pass::FORWARD || (algorithm != 0 && !(pass == Pass::FILTER && algorithm == 3));
}

template <Pass PASS, typename Value>
std::vector<double> sumsOf(const Shape &s, const Value *x, const Value *w, const Value *y) {
    const size_t count = PASS == Pass::FORWARD ? s.y.count() : PASS == Pass::DATA ? s.x.count() : s.w.count();
    std::vector<double> sums(count);
    const bool rounds = s.how.math == DEFAULT_MATH;
    auto factorOf = [rounds](Value value) -> double {
        const float wide = widened(value);
        return rounds ? pretend::tensorFloat(wide) : wide;  // a bfloat16 has fewer bits than that
    };
    // The position of an output, then a tap of the filter: one voxel of the image, where it has one.
    auto tap = [&](size_t atY, size_t atW, size_t plane, int iz, int iy, int ix) {
        if (iz < 0 || iz >= s.x.d || iy < 0 || iy >= s.x.h || ix < 0 || ix >= s.x.w) {
            return;
        }
        const size_t atX = ((plane * s.x.d + iz) * s.x.h + iy) * s.x.w + ix;
        if (PASS == Pass::FORWARD) {
            sums[atY] += factorOf(x[atX]) * factorOf(w[atW]);
        } else if (PASS == Pass::DATA) {
            sums[atX] += factorOf(y[atY]) * factorOf(w[atW]);
        } else {
            sums[atW] += factorOf(x[atX]) * factorOf(y[atY]);
        }
    };
    size_t atY = 0;
    for (int n = 0; n < s.y.n; n++) {
        for (int k = 0; k < s.w.k; k++) {
            for (int oz = 0; oz < s.y.d; oz++) {
                for (int oy = 0; oy < s.y.h; oy++) {
                    for (int ox = 0; ox < s.y.w; ox++, atY++) {
                        const int z = oz * s.how.strideZ - s.how.padZ, y0 = oy * s.how.strideY - s.how.padY;
                        const int x0 = ox * s.how.strideX - s.how.padX;
                        size_t atW = static_cast<size_t>(k) * s.w.c * s.w.d * s.w.h * s.w.w;
                        for (int c = 0; c < s.w.c; c++) {
                            const size_t plane = static_cast<size_t>(n) * s.x.c + c;
                            for (int kz = 0; kz < s.w.d; kz++) {
                                for (int ky = 0; ky < s.w.h; ky++) {
                                    for (int kx = 0; kx < s.w.w; kx++, atW++) {
                                        tap(atY, atW, plane, z + kz, y0 + ky, x0 + kx);
                                    }
                                }
                            }
                        }
                    }
                }
            }
        }
    }
    return sums;
}

template <Pass PASS, typename Value>
void convolve(const Shape &s, const Value *x, const Value *w, const Value *y, Value *result, double factor) {
    const std::vector<double> sums = sumsOf<PASS>(s, x, w, y);
    for (size_t i = 0; i < sums.size(); i++) {
        narrow(static_cast<float>(sums[i] * factor), &result[i]);
    }
}

int workspaceSize(Pass pass, const Shape &shape, int algorithm, size_t *bytes) {
    if (!shape.fits()) {
        return BAD_PARAM;
    }
    const long long wanted = workspaceOf(pass, shape, algorithm);
    if (wanted < 0) {
        return NOT_SUPPORTED;
    }
    *bytes = wanted;
    return SUCCESS;
}

bool plain(const float *alpha, const float *beta) { return *alpha == 1 && *beta == 0; }

int enqueue(void *handle, const std::function<void()> &work) {
    return pretendEnqueue(static_cast<Handle *>(handle)->stream, &work) == SUCCESS ? SUCCESS : EXECUTION_FAILED;
}

bool ready(void *handle) { return handles.count(handle) != 0 && static_cast<Handle *>(handle)->stream != nullptr; }

// Whether a pass can be queued: SUCCESS, or why not.
template <Pass PASS>
int examined(void *handle, const Shape &s, const float *x, const float *w, const float *y, int algorithm, void *workspace,
             size_t bytes) {
    if (!ready(handle)) {
        return NOT_INITIALIZED;
    }
    if (!s.fits()) {
        return BAD_PARAM;
    }
    const long long wanted = workspaceOf(PASS, s, algorithm);
    if (wanted < 0 || (PASS == Pass::FILTER && algorithm == NAMES_AND_CANNOT)) {
        return NOT_SUPPORTED;
    }
    const size_t xBytes = s.valueBytes() * s.x.count(), wBytes = s.valueBytes() * s.w.count(), yBytes = s.valueBytes() * s.y.count();
    if (!pretend::onDevice(x, xBytes) || !pretend::onDevice(w, wBytes) || !pretend::onDevice(y, yBytes)
        || pretend::overlap(x, xBytes, w, wBytes) || pretend::overlap(x, xBytes, y, yBytes) || pretend::overlap(w, wBytes, y, yBytes)) {
        return BAD_PARAM;
    }
    auto aligned = [](const float *array) { return reinterpret_cast<uintptr_t>(array) % 16 == 0; };
    if (s.x.type == BFLOAT16 && !(aligned(x) && aligned(w) && aligned(y))) {
        return BAD_PARAM;
    }
    return bytes < static_cast<size_t>(wanted) || (bytes > 0 && !pretend::onDevice(workspace, bytes)) ? BAD_PARAM : SUCCESS;
}

template <Pass PASS>
int run(void *handle, const Shape &s, const float *x, const float *w, const float *y, int algorithm, void *workspace, size_t bytes) {
    if (int wrong = examined<PASS>(handle, s, x, w, y, algorithm, workspace, bytes)) {
        return wrong;
    }
    const long long wanted = workspaceOf(PASS, s, algorithm);
    if (!pretend::loaded("convolution " + std::to_string(static_cast<int>(PASS)) + " " + std::to_string(algorithm))) {
        return EXECUTION_FAILED;
    }
    const bool steady = ordered(PASS, algorithm);
    return enqueue(handle, [=] {
        static int runs = 0;
        memset(workspace, 0xff, wanted);
        const double factor = steady ? 1 : 1 + 1e-6 * (++runs % 7);
        float *result = const_cast<float *>(PASS == Pass::FORWARD ? y : PASS == Pass::DATA ? x : w);
        if (s.x.type == BFLOAT16) {
            auto half = [](const float *array) { return reinterpret_cast<const uint16_t *>(array); };
            convolve<PASS>(s, half(x), half(w), half(y), reinterpret_cast<uint16_t *>(result), factor);
        } else {
            convolve<PASS>(s, x, w, y, result, factor);
        }
    });
}

template <typename T>
const T &at(const std::set<void *> &all, void *descriptor) {
    static const T none;
    return all.count(descriptor) == 0 ? none : *static_cast<T *>(descriptor);
}

Shape shapeOf(void *x, void *w, void *how, void *y) {
    return {at<Tensor>(tensors, x), at<Tensor>(tensors, y), at<Filter>(filters, w), at<Convolution>(convolutions, how)};
}

int codeOf(int fault) { return fault == pretend::LOST ? EXECUTION_FAILED : fault; }

}  // namespace

#define ENTER(name)                                    \
    std::lock_guard<std::recursive_mutex> guard(lock); \
    if (int fault = pretendFault(name)) {              \
        return codeOf(fault);                          \
    }

// A version that no release has.
extern "C" __attribute__((visibility("default"))) size_t cudnnGetVersion() { return 99999; }

extern "C" __attribute__((visibility("default"))) const char *cudnnGetErrorString(int status) {
    switch (status) {
        case SUCCESS:
            return "CUDNN_STATUS_SUCCESS";
        case NOT_INITIALIZED:
            return "CUDNN_STATUS_NOT_INITIALIZED";
        case BAD_PARAM:
            return "CUDNN_STATUS_BAD_PARAM";
        case NOT_SUPPORTED:
            return "CUDNN_STATUS_NOT_SUPPORTED";
        case 4004:
            return "CUDNN_STATUS_INTERNAL_ERROR_DEVICE_ALLOCATION_FAILED";
        case EXECUTION_FAILED:
            return "CUDNN_STATUS_EXECUTION_FAILED";
        default:
            return "CUDNN_UNKNOWN_STATUS";
    }
}

EXPORT cudnnCreate(Handle **handle) {
    ENTER("cudnnCreate")
    return pretendSpoilCaptures() ? NOT_INITIALIZED : create(handles, handle);
}

EXPORT cudnnSetStream(Handle *handle, void *stream) {
    ENTER("cudnnSetStream")
    if (handles.count(handle) == 0) {
        return BAD_PARAM;
    }
    handle->stream = stream;
    return SUCCESS;
}

// What is destroyed goes even where the call fails, as it does on a device that is lost.
EXPORT cudnnDestroy(Handle *handle) {
    std::lock_guard<std::recursive_mutex> guard(lock);
    return destroy(handles, handle) ? codeOf(pretendFault("cudnnDestroy")) : BAD_PARAM;
}

EXPORT cudnnCreateTensorDescriptor(Tensor **tensor) {
    ENTER("cudnnCreateTensorDescriptor")
    return create(tensors, tensor);
}

EXPORT cudnnSetTensor4dDescriptor(Tensor *tensor, int format, int type, int n, int c, int h, int w) {
    ENTER("cudnnSetTensor4dDescriptor")
    if (tensors.count(tensor) == 0 || format != NCHW || (type != FLOAT && type != BFLOAT16) || n < 1 || c < 1 || h < 1 || w < 1) {
        return BAD_PARAM;
    }
    *tensor = {n, c, 1, h, w, type};
    return SUCCESS;
}

// Volumes, packed.
EXPORT cudnnSetTensorNdDescriptor(Tensor *tensor, int type, int axes, const int *extents, const int *strides) {
    ENTER("cudnnSetTensorNdDescriptor")
    if (tensors.count(tensor) == 0 || type != FLOAT || axes != 5) {
        return BAD_PARAM;
    }
    int stride = 1;
    for (int axis = axes - 1; axis >= 0; axis--) {
        if (extents[axis] < 1 || strides[axis] != stride) {
            return BAD_PARAM;
        }
        stride *= extents[axis];
    }
    *tensor = {extents[0], extents[1], extents[2], extents[3], extents[4], type};
    return SUCCESS;
}

EXPORT cudnnDestroyTensorDescriptor(Tensor *tensor) {
    std::lock_guard<std::recursive_mutex> guard(lock);
    return destroy(tensors, tensor) ? codeOf(pretendFault("cudnnDestroyTensorDescriptor")) : BAD_PARAM;
}

EXPORT cudnnCreateFilterDescriptor(Filter **filter) {
    ENTER("cudnnCreateFilterDescriptor")
    return create(filters, filter);
}

EXPORT cudnnSetFilter4dDescriptor(Filter *filter, int type, int format, int k, int c, int h, int w) {
    ENTER("cudnnSetFilter4dDescriptor")
    if (filters.count(filter) == 0 || format != NCHW || (type != FLOAT && type != BFLOAT16) || k < 1 || c < 1 || h < 1 || w < 1) {
        return BAD_PARAM;
    }
    *filter = {k, c, 1, h, w, type};
    return SUCCESS;
}

EXPORT cudnnSetFilterNdDescriptor(Filter *filter, int type, int format, int axes, const int *extents) {
    ENTER("cudnnSetFilterNdDescriptor")
    if (filters.count(filter) == 0 || type != FLOAT || format != NCHW || axes != 5) {
        return BAD_PARAM;
    }
    for (int axis = 0; axis < axes; axis++) {
        if (extents[axis] < 1) {
            return BAD_PARAM;
        }
    }
    *filter = {extents[0], extents[1], extents[2], extents[3], extents[4], type};
    return SUCCESS;
}

EXPORT cudnnDestroyFilterDescriptor(Filter *filter) {
    std::lock_guard<std::recursive_mutex> guard(lock);
    return destroy(filters, filter) ? codeOf(pretendFault("cudnnDestroyFilterDescriptor")) : BAD_PARAM;
}

EXPORT cudnnCreateConvolutionDescriptor(Convolution **convolution) {
    ENTER("cudnnCreateConvolutionDescriptor")
    return create(convolutions, convolution);
}

EXPORT cudnnSetConvolution2dDescriptor(Convolution *convolution, int padY, int padX, int strideY, int strideX, int dilationY,
                                       int dilationX, int mode, int type) {
    ENTER("cudnnSetConvolution2dDescriptor")
    if (convolutions.count(convolution) == 0 || padY < 0 || padX < 0 || strideY < 1 || strideX < 1 || dilationY != 1
        || dilationX != 1 || mode != CROSS_CORRELATION || type != FLOAT) {
        return BAD_PARAM;
    }
    *convolution = {0, padY, padX, 1, strideY, strideX, convolution->math};
    return SUCCESS;
}

EXPORT cudnnSetConvolutionNdDescriptor(Convolution *convolution, int axes, const int *pads, const int *strides,
                                       const int *dilations, int mode, int type) {
    ENTER("cudnnSetConvolutionNdDescriptor")
    if (convolutions.count(convolution) == 0 || axes != 3 || mode != CROSS_CORRELATION || type != FLOAT) {
        return BAD_PARAM;
    }
    for (int axis = 0; axis < axes; axis++) {
        if (pads[axis] < 0 || strides[axis] < 1 || dilations[axis] != 1) {
            return BAD_PARAM;
        }
    }
    *convolution = {pads[0], pads[1], pads[2], strides[0], strides[1], strides[2], convolution->math};
    return SUCCESS;
}

EXPORT cudnnSetConvolutionMathType(Convolution *convolution, int math) {
    ENTER("cudnnSetConvolutionMathType")
    if (convolutions.count(convolution) == 0 || (math != DEFAULT_MATH && math != TENSOR_OP_MATH && math != FMA_MATH)) {
        return BAD_PARAM;
    }
    convolution->math = math;
    return SUCCESS;
}

EXPORT cudnnDestroyConvolutionDescriptor(Convolution *convolution) {
    std::lock_guard<std::recursive_mutex> guard(lock);
    return destroy(convolutions, convolution) ? codeOf(pretendFault("cudnnDestroyConvolutionDescriptor")) : BAD_PARAM;
}

EXPORT cudnnCreateActivationDescriptor(Activation **activation) {
    ENTER("cudnnCreateActivationDescriptor")
    return create(activations, activation);
}

EXPORT cudnnSetActivationDescriptor(Activation *activation, int mode, int nan, double) {
    ENTER("cudnnSetActivationDescriptor")
    if (activations.count(activation) == 0 || (mode != RECTIFIED && mode != IDENTITY) || nan != 0) {  // others cannot be fused
        return BAD_PARAM;
    }
    activation->mode = mode;
    return SUCCESS;
}

EXPORT cudnnDestroyActivationDescriptor(Activation *activation) {
    std::lock_guard<std::recursive_mutex> guard(lock);
    return destroy(activations, activation) ? codeOf(pretendFault("cudnnDestroyActivationDescriptor")) : BAD_PARAM;
}

// y = activation(convolution + factor z + bias). Without activation one algorithm only can do that, as in the real one.
EXPORT cudnnConvolutionBiasActivationForward(void *handle, const float *alpha, void *xShape, const float *x, void *wShape,
                                             const float *w, void *how, int algorithm, void *workspace, size_t bytes,
                                             const float *factor, void *zShape, const float *z, void *biasShape, const float *bias,
                                             void *activation, void *yShape, float *y) {
    ENTER("cudnnConvolutionBiasActivationForward")
    const Shape s = shapeOf(xShape, wShape, how, yShape);
    const Tensor beside = at<Tensor>(tensors, zShape), channels = at<Tensor>(tensors, biasShape);
    const int mode = at<Activation>(activations, activation).mode;
    if (*alpha != 1 || (*factor != 0 && *factor != 1) || mode < 0 || (mode == IDENTITY && algorithm != 1)) {
        return NOT_SUPPORTED;
    }
    if (int wrong = examined<Pass::FORWARD>(handle, s, x, w, y, algorithm, workspace, bytes)) {
        return wrong;
    }
    const size_t yBytes = sizeof(float) * s.y.count();
    const bool sums = *factor == 1;
    if (beside.n != s.y.n || beside.c != s.y.c || beside.h != s.y.h || beside.w != s.y.w || channels.n != 1 || channels.c != s.y.c
        || channels.h != 1 || channels.w != 1 || !pretend::onDevice(z, yBytes)
        || !pretend::onDevice(bias, sizeof(float) * channels.count()) || (sums && pretend::overlap(z, yBytes, y, yBytes))
        || pretend::overlap(bias, sizeof(float) * channels.count(), y, yBytes)) {
        return BAD_PARAM;
    }
    if (!pretend::loaded("fused convolution " + std::to_string(algorithm) + " " + std::to_string(mode))) {
        return EXECUTION_FAILED;
    }
    const long long wanted = workspaceOf(Pass::FORWARD, s, algorithm);
    return enqueue(handle, [=] {
        memset(workspace, 0xff, wanted);
        const std::vector<double> all = sumsOf<Pass::FORWARD>(s, x, w, y);
        const size_t pixels = static_cast<size_t>(s.y.h) * s.y.w;
        for (size_t i = 0; i < all.size(); i++) {
            const double value = all[i] + (sums ? z[i] : 0.0f) + bias[i / pixels % s.y.c];
            y[i] = static_cast<float>(mode == RECTIFIED && value < 0 ? 0 : value);
        }
    });
}

EXPORT cudnnGetConvolutionForwardWorkspaceSize(void *, void *x, void *w, void *how, void *y, int algorithm, size_t *bytes) {
    ENTER("cudnnGetConvolutionForwardWorkspaceSize")
    return workspaceSize(Pass::FORWARD, shapeOf(x, w, how, y), algorithm, bytes);
}

EXPORT cudnnGetConvolutionBackwardDataWorkspaceSize(void *, void *w, void *y, void *how, void *x, int algorithm, size_t *bytes) {
    ENTER("cudnnGetConvolutionBackwardDataWorkspaceSize")
    return workspaceSize(Pass::DATA, shapeOf(x, w, how, y), algorithm, bytes);
}

EXPORT cudnnGetConvolutionBackwardFilterWorkspaceSize(void *, void *x, void *y, void *how, void *w, int algorithm, size_t *bytes) {
    ENTER("cudnnGetConvolutionBackwardFilterWorkspaceSize")
    return workspaceSize(Pass::FILTER, shapeOf(x, w, how, y), algorithm, bytes);
}

EXPORT cudnnConvolutionForward(void *handle, const float *alpha, void *xShape, const float *x, void *wShape, const float *w, void *how,
                               int algorithm, void *workspace, size_t bytes, const float *beta, void *yShape, float *y) {
    ENTER("cudnnConvolutionForward")
    return !plain(alpha, beta)
               ? NOT_SUPPORTED
               : run<Pass::FORWARD>(handle, shapeOf(xShape, wShape, how, yShape), x, w, y, algorithm, workspace, bytes);
}

EXPORT cudnnConvolutionBackwardData(void *handle, const float *alpha, void *wShape, const float *w, void *yShape, const float *y,
                                    void *how, int algorithm, void *workspace, size_t bytes, const float *beta, void *xShape,
                                    float *x) {
    ENTER("cudnnConvolutionBackwardData")
    return !plain(alpha, beta)
               ? NOT_SUPPORTED
               : run<Pass::DATA>(handle, shapeOf(xShape, wShape, how, yShape), x, w, y, algorithm, workspace, bytes);
}

EXPORT cudnnConvolutionBackwardFilter(void *handle, const float *alpha, void *xShape, const float *x, void *yShape, const float *y,
                                      void *how, int algorithm, void *workspace, size_t bytes, const float *beta, void *wShape,
                                      float *w) {
    ENTER("cudnnConvolutionBackwardFilter")
    return !plain(alpha, beta)
               ? NOT_SUPPORTED
               : run<Pass::FILTER>(handle, shapeOf(xShape, wShape, how, yShape), x, w, y, algorithm, workspace, bytes);
}

EXPORT cudnnConvolutionBackwardBias(void *handle, const float *alpha, void *yShape, const float *y, const float *beta, void *bShape,
                                    float *b) {
    ENTER("cudnnConvolutionBackwardBias")
    const Tensor maps = at<Tensor>(tensors, yShape), bias = at<Tensor>(tensors, bShape);
    if (!ready(handle)) {
        return NOT_INITIALIZED;
    }
    if (!plain(alpha, beta) || !maps.flat() || !bias.flat() || maps.type != FLOAT || bias.type != FLOAT || bias.c != maps.c
        || bias.h != 1 || bias.w != 1
        || !pretend::onDevice(y, sizeof(float) * maps.count()) || !pretend::onDevice(b, sizeof(float) * bias.count())) {
        return BAD_PARAM;
    }
    if (!pretend::loaded("bias")) {
        return EXECUTION_FAILED;
    }
    return enqueue(handle, [=] {
        const size_t pixels = static_cast<size_t>(maps.h) * maps.w;
        for (int c = 0; c < maps.c; c++) {
            double sum = 0;
            for (size_t i = 0; i < pixels; i++) {
                sum += y[c * pixels + i];
            }
            b[c] = static_cast<float>(sum);
        }
    });
}

namespace {

// Whether these are maps, another three arrays of their shape, and channels that fit them.
bool normalisable(const Tensor &x, const Tensor &y, const Tensor &channels, int mode) {
    return x.type == FLOAT && y.type == FLOAT && channels.type == FLOAT && x.flat() && y.flat() && channels.flat() && x.c == y.c
           && x.h == y.h && x.w == y.w && channels.c == x.c && channels.h == 1
           && channels.w == 1 && mode == SPATIAL;
}

bool channelsOnDevice(const Tensor &channels, std::initializer_list<const float *> arrays) {
    for (const float *array : arrays) {
        if (!pretend::onDevice(array, sizeof(float) * channels.count())) {
            return false;
        }
    }
    return true;
}

}  // namespace

EXPORT cudnnBatchNormalizationForwardTraining(void *handle, int mode, const float *alpha, const float *beta, void *xShape,
                                              const float *x, void *yShape, float *y, void *channelShape, const float *scale,
                                              const float *bias, double momentum, float *runningMean, float *runningVariance,
                                              double epsilon, float *savedMean, float *savedInverse) {
    ENTER("cudnnBatchNormalizationForwardTraining")
    const Tensor maps = at<Tensor>(tensors, xShape), channels = at<Tensor>(tensors, channelShape);
    const size_t bytes = sizeof(float) * maps.count();
    if (!ready(handle)) {
        return NOT_INITIALIZED;
    }
    if (!plain(alpha, beta) || !normalisable(maps, at<Tensor>(tensors, yShape), channels, mode) || epsilon < 1e-5
        || !pretend::onDevice(x, bytes) || !pretend::onDevice(y, bytes) || pretend::overlap(x, bytes, y, bytes)
        || !channelsOnDevice(channels, {scale, bias, runningMean, runningVariance, savedMean, savedInverse})) {
        return BAD_PARAM;
    }
    if (!pretend::loaded("normalise")) {
        return EXECUTION_FAILED;
    }
    return enqueue(handle, [=] {
        const size_t pixels = static_cast<size_t>(maps.h) * maps.w;
        for (int c = 0; c < maps.c; c++) {
            const float *own = x + c * pixels;
            double mean = 0, variance = 0;
            for (size_t i = 0; i < pixels; i++) {
                mean += own[i];
            }
            mean /= pixels;
            for (size_t i = 0; i < pixels; i++) {
                variance += (own[i] - mean) * (own[i] - mean);
            }
            variance /= pixels;
            const double inverse = 1 / std::sqrt(variance + epsilon);
            const double unbiased = pixels > 1 ? variance * pixels / (pixels - 1) : variance;
            for (size_t i = 0; i < pixels; i++) {
                y[c * pixels + i] = static_cast<float>(scale[c] * (own[i] - mean) * inverse + bias[c]);
            }
            runningMean[c] = static_cast<float>(runningMean[c] + momentum * (mean - runningMean[c]));
            runningVariance[c] = static_cast<float>(runningVariance[c] + momentum * (unbiased - runningVariance[c]));
            savedMean[c] = static_cast<float>(mean);
            savedInverse[c] = static_cast<float>(inverse);
        }
    });
}

EXPORT cudnnBatchNormalizationBackward(void *handle, int mode, const float *alphaData, const float *betaData, const float *alphaScale,
                                       const float *betaScale, void *xShape, const float *x, void *dyShape, const float *dy,
                                       void *dxShape, float *dx, void *channelShape, const float *scale, float *dScale, float *dBias,
                                       double epsilon, const float *savedMean, const float *savedInverse) {
    ENTER("cudnnBatchNormalizationBackward")
    const Tensor maps = at<Tensor>(tensors, xShape), channels = at<Tensor>(tensors, channelShape);
    const size_t bytes = sizeof(float) * maps.count();
    if (!ready(handle)) {
        return NOT_INITIALIZED;
    }
    if (!plain(alphaData, betaData) || !plain(alphaScale, betaScale) || epsilon < 1e-5
        || !normalisable(maps, at<Tensor>(tensors, dyShape), channels, mode)
        || !normalisable(maps, at<Tensor>(tensors, dxShape), channels, mode) || !pretend::onDevice(x, bytes)
        || !pretend::onDevice(dy, bytes) || !pretend::onDevice(dx, bytes) || pretend::overlap(x, bytes, dx, bytes)
        || pretend::overlap(dy, bytes, dx, bytes)
        || !channelsOnDevice(channels, {scale, dScale, dBias, savedMean, savedInverse})) {
        return BAD_PARAM;
    }
    if (!pretend::loaded("normalise backward")) {
        return EXECUTION_FAILED;
    }
    return enqueue(handle, [=] {
        const size_t pixels = static_cast<size_t>(maps.h) * maps.w;
        for (int c = 0; c < maps.c; c++) {
            const float *values = x + c * pixels, *gradient = dy + c * pixels;
            double sum = 0, product = 0;
            for (size_t i = 0; i < pixels; i++) {
                sum += gradient[i];
                product += gradient[i] * (values[i] - static_cast<double>(savedMean[c])) * savedInverse[c];
            }
            for (size_t i = 0; i < pixels; i++) {
                const double normalised = (values[i] - static_cast<double>(savedMean[c])) * savedInverse[c];
                dx[c * pixels + i] = static_cast<float>(static_cast<double>(scale[c]) * savedInverse[c]
                                                        * (gradient[i] - sum / pixels - normalised * product / pixels));
            }
            dScale[c] = static_cast<float>(product);
            dBias[c] = static_cast<float>(sum);
        }
    });
}
