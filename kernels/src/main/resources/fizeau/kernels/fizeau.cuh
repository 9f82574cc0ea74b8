// SPDX-License-Identifier: Apache-2.0
//
// What every kernel of Fizeau shares: geometry, complex arithmetic, roots of unity and fixed-order sums. The only header
// our kernels include, so that NVRTC needs no include path.
//
// Rules of the house
//   * One by-value parameter struct per kernel. The Java record of the same name mirrors it field by field.
//   * Every range is walked by a strided loop, for (i = first; i < count; i += stride). That is the bounds check: no thread
//     returns early, so each barrier is reached by all, and a block may have any number of whole warps.
//   * Sums are taken in a fixed order (no floating-point atomics): the same launch gives the same bits again.
//   * Arrays are row-major, index y * nx + x. Measurements are stored the way the detector sees them, both axes reversed;
//     spectra, masks and fields are centred: zero frequency at row ny / 2, column nx / 2.
//   * Nothing newer than compute capability 7.5 without a guard on __CUDA_ARCH__.
#ifndef FIZEAU_CUH
#define FIZEAU_CUH

// The launcher sizes this array. The CPU emulation brings its own definition.
#ifndef FIZEAU_DYNAMIC_SHARED
#define FIZEAU_DYNAMIC_SHARED(type, name) extern __shared__ type name[]
#endif

constexpr int WARP_THREADS = 32;
constexpr unsigned WHOLE_WARP = 0xffffffffu;
constexpr int MAX_WARPS = 1024 / WARP_THREADS;  // a block has at most 1024 threads on every architecture

// A detector frame and the real objects embedded in it. Each object is seen through masksPerObject masks; entry
// e = object * masksPerObject + mask numbers all pairs.
struct FrameGeometry {
    int ny, nx;                 // frame
    int objectNy, objectNx;     // object; equal to the frame when there is no padding
    int objectTop, objectLeft;  // where the object's first sample lies in the frame
    int objects, masksPerObject;
};

// A frame whose masks are known to vanish outside a box of boxNy x boxNx samples; where the box of an entry lies is data
// on the device (boxOrigins), so that a captured graph can move it.
struct BoxGeometry {
    FrameGeometry frame;
    int boxNy, boxNx;
};

static __device__ __forceinline__ int warpOf(int thread) { return thread / WARP_THREADS; }
static __device__ __forceinline__ int laneOf(int thread) { return thread % WARP_THREADS; }

// value modulo order, in 0 .. order - 1 for negative values too.
static __device__ __forceinline__ int wrap(int value, int order) {
    int remainder = value % order;
    return remainder < 0 ? remainder + order : remainder;
}

// Start of image number `image` in an array of ny x nx images: 64 bits, because a batch can pass 2^31 samples.
static __device__ __forceinline__ long long imageStart(int image, int ny, int nx) {
    return static_cast<long long>(image) * ny * nx;
}

// Factor that makes a two-dimensional transform of the frame unitary.
static __device__ __forceinline__ float unitaryScale(const FrameGeometry &frame) {
    return 1.0f / sqrtf(static_cast<float>(frame.ny) * static_cast<float>(frame.nx));
}

static __device__ __forceinline__ float2 add(float2 a, float2 b) { return make_float2(a.x + b.x, a.y + b.y); }
static __device__ __forceinline__ float2 subtract(float2 a, float2 b) { return make_float2(a.x - b.x, a.y - b.y); }
static __device__ __forceinline__ float2 scaled(float2 a, float factor) { return make_float2(a.x * factor, a.y * factor); }

// sum + a * b, complex.
static __device__ __forceinline__ float2 multiplyAdd(float2 sum, float2 a, float2 b) {
    return make_float2(fmaf(a.x, b.x, fmaf(-a.y, b.y, sum.x)), fmaf(a.x, b.y, fmaf(a.y, b.x, sum.y)));
}

static __device__ __forceinline__ float magnitude(float2 a) { return sqrtf(fmaf(a.x, a.x, a.y * a.y)); }

// Derivative of weight * |magnitude(field) - target| with respect to the field, conjugated: with it the adjoint is the
// forward transform once more. 0 where the field is 0 or the difference is 0, as PyTorch has it.
static __device__ __forceinline__ float2 conjugateL1Gradient(float2 field, float amplitude, float difference, float weight) {
    float slope = difference > 0 ? weight : difference < 0 ? -weight : 0.0f;
    float factor = amplitude > 0 ? slope / amplitude : 0.0f;
    return make_float2(field.x * factor, -field.y * factor);
}

// The conjugated gradient with respect to the field where `slope` is that with respect to its magnitude; 0 where the field
// is 0. Scaled by the larger part first: a field so faint that its square vanishes still has a phase.
static __device__ __forceinline__ float2 conjugateGradient(float2 field, float slope) {
    const float largest = fmaxf(fabsf(field.x), fabsf(field.y));
    if (!(largest > 0)) {
        return make_float2(0, 0);
    }
    const float2 unit = make_float2(field.x / largest, field.y / largest);
    const float factor = slope / magnitude(unit);
    return make_float2(unit.x * factor, -unit.y * factor);
}

// Steps through roots[(frequency * position) mod order] for position = first, first + stride, ... without a
// multiplication or a division per step. roots[t] = exp(-2 pi i t / order). |frequency * first| must fit an int: true for
// centred coordinates up to an order of 92681.
struct RootWalk {
    int index, step, order;

    __device__ __forceinline__ RootWalk(int frequency, int first, int stride, int order)
        : index(wrap(frequency * first, order)), step(wrap(frequency * stride, order)), order(order) {}

    __device__ __forceinline__ float2 next(const float2 *roots) {
        float2 root = roots[index];
        index += step;
        index -= index >= order ? order : 0;
        return root;
    }
};

// Sum over a warp, valid in lane 0. All lanes must take part.
template <typename T>
static __device__ __forceinline__ T warpSum(T value) {
    for (int distance = WARP_THREADS / 2; distance > 0; distance /= 2) {
        value += __shfl_down_sync(WHOLE_WARP, value, distance);
    }
    return value;
}

static __device__ __forceinline__ float2 warpSum(float2 value) {
    return make_float2(warpSum(value.x), warpSum(value.y));
}

// Sum over a block of whole warps, valid in thread 0. `scratch` holds MAX_WARPS values in shared memory and may be used
// again right after the call.
static __device__ __forceinline__ double blockSum(double value, double *scratch) {
    value = warpSum(value);
    if (laneOf(threadIdx.x) == 0) {
        scratch[warpOf(threadIdx.x)] = value;
    }
    __syncthreads();
    double total = 0;
    if (threadIdx.x == 0) {
        int warps = blockDim.x / WARP_THREADS;
        for (int warp = 0; warp < warps; warp++) {
            total += scratch[warp];
        }
    }
    __syncthreads();
    return total;
}

// The optimiser's scalars, which live on the device so that a captured graph can be replayed. All zero: a new optimiser.
struct AdamState {
    int step;              // optimiser steps begun
    float stepSize;        // learningRate / (1 - beta1^step)
    float rootCorrection;  // sqrt(1 - beta2^step)
};

// What a training keeps on the device, the optimiser's scalars first.
struct TrainingState {
    AdamState adam;
    int slot;  // where the next loss goes
    double learningRate;
};

// Counts the next step and evaluates its bias corrections in double precision.
static __device__ __forceinline__ void advance(AdamState *state, double learningRate, double beta1, double beta2) {
    const int step = state->step + 1;
    state->step = step;
    state->stepSize = static_cast<float>(learningRate / (1.0 - pow(beta1, static_cast<double>(step))));
    state->rootCorrection = static_cast<float>(sqrt(1.0 - pow(beta2, static_cast<double>(step))));
}

// What torch.optim.Adam without decay does to one weight:  m += (1 - beta1)(g - m);  v = beta2 v + (1 - beta2) g^2;
// w -= stepSize m / (sqrt(v) / rootCorrection + epsilon).
struct AdamRule {
    float firstBlend;   // 1 - beta1, rounded from double precision
    float secondBlend;  // 1 - beta2
    float beta2;
    float epsilon;

    __device__ __forceinline__ void apply(float &weight, float &firstMoment, float &secondMoment, float gradient,
                                          float stepSize, float rootCorrection) const {
        const float first = fmaf(firstBlend, gradient - firstMoment, firstMoment);
        const float second = fmaf(secondBlend * gradient, gradient, beta2 * secondMoment);
        firstMoment = first;
        secondMoment = second;
        weight -= stepSize * (first / (sqrtf(second) / rootCorrection + epsilon));
    }
};

// A layer's output with what the next layer and the way back need.
struct LayerMaps {
    float *values;         // [channels][edge][edge] before batch norm, bias included; null for the last layer
    double *sums;          // [channels][slots][2]: parts of sum and sum of squares
    float *gradient;       // [channels][edge][edge], with respect to the maps behind batch norm, ReLU passed
    double *gradientSums;  // [channels][gradientSlots][2]: parts of its sum and of its product with the normalised values
    float *running;        // [2][channels]: running means and variances, updated by every forward pass
    float *applied;        // [channels][4]: mean, inverse deviation, scale, shift of the last forward pass
    int channels, edge, slots, gradientSlots;
    int gamma, beta, bias;  // where the parameters start in the flat buffer, or -1
    int relu;
};

// Where gradients go.
struct ParameterStep {
    float *parameters;  // flat, in the order of the layout
    float *gradients;   // likewise; used where `fused` is 0
    float *firstMoments;
    float *secondMoments;
    const AdamState *state;
    AdamRule rule;
    int fused;  // 1: the weight is stepped at once
};

struct GradientSink {
    const ParameterStep &step;
    float stepSize, rootCorrection;

    __device__ __forceinline__ explicit GradientSink(const ParameterStep &step)
        : step(step),
          stepSize(step.fused ? step.state->stepSize : 0.0f),
          rootCorrection(step.fused ? step.state->rootCorrection : 1.0f) {}

    __device__ __forceinline__ void take(long long index, float gradient) const {
        if (step.fused) {
            step.rule.apply(step.parameters[index], step.firstMoments[index], step.secondMoments[index], gradient, stepSize,
                            rootCorrection);
        } else {
            step.gradients[index] = gradient;
        }
    }
};

constexpr int APPLIED = 4;        // numbers per channel in LayerMaps.applied
constexpr int FIRST_PIXELS = 16;  // of a map of the first layer

// Adds up one channel's parts, two numbers each. Valid in lane 0; all lanes of the warp take part.
static __device__ __forceinline__ void addParts(const double *parts, int channel, int slots, double &first, double &second) {
    first = 0;
    second = 0;
    const double *own = parts + 2LL * channel * slots;
    for (int slot = laneOf(threadIdx.x); slot < slots; slot += WARP_THREADS) {
        first += own[2 * slot];
        second += own[2 * slot + 1];
    }
    first = warpSum(first);
    second = warpSum(second);
}

// What the next layer reads of a value.
static __device__ __forceinline__ float activated(float value, float scale, float shift, int relu) {
    const float normalised = fmaf(scale, value, shift);
    return relu ? fmaxf(normalised, 0.0f) : normalised;
}

// What the last layer makes of a value.
static __device__ __forceinline__ float sigmoid(float value) { return 1 / (1 + expf(-value)); }

// Where a weight lies, relative to the layer's first. `tap` is that of the transposed convolution.
template <int STRIDE>
static __device__ __forceinline__ int weightIndex(int in, int out, int tap, int ins, int outs) {
    return STRIDE == 2 ? (in * outs + out) * 16 + tap : (out * ins + in) * 9 + 8 - tap;
}

#endif
