// SPDX-License-Identifier: Apache-2.0
//
// What stands between the convolutions and matrix products of a network that only answers: pooling, norms of rows, softmax,
// bias with sum and activation, and copies between layouts.
// Java references: fizeau.kernels.LayersReference, the method of the same name in camel case.
#include "fizeau.cuh"

constexpr float LOWEST = -3.402823466e+38f;
constexpr float HALF_ROOT = 0.70710678118654752f;     // 1 / sqrt(2)
constexpr float TANH_ROOT = 0.79788456080286536f;     // sqrt(2 / pi)
constexpr float TANH_CUBE = 0.044715f;                // Hendrycks and Gimpel 2016
constexpr int RELU = 1, GELU = 2, GELU_BY_TANH = 3;   // activations; 0: none

struct MaxPoolParameters {
    const float *source;  // [maps][inEdge][inEdge]
    float *target;        // [maps][outEdge][outEdge]
    int maps, inEdge, outEdge;
    int window, stride, padding;
};

// Largest values of windows; pixels beyond the edge do not count, one that is no number does. Grid: one dimension, any size.
// Java reference: LayersReference.maxPool.
extern "C" __global__ void max_pool(const MaxPoolParameters p) {
    const int pixels = p.outEdge * p.outEdge;
    const long long count = static_cast<long long>(p.maps) * pixels;
    const long long stride = static_cast<long long>(gridDim.x) * blockDim.x;
    for (long long i = static_cast<long long>(blockIdx.x) * blockDim.x + threadIdx.x; i < count; i += stride) {
        const int pixel = static_cast<int>(i % pixels);
        const float *map = p.source + (i / pixels) * p.inEdge * p.inEdge;
        const int top = pixel / p.outEdge * p.stride - p.padding, left = pixel % p.outEdge * p.stride - p.padding;
        float largest = LOWEST;
        for (int row = top; row < top + p.window; row++) {
            for (int column = left; column < left + p.window; column++) {
                if (row >= 0 && row < p.inEdge && column >= 0 && column < p.inEdge) {
                    const float value = map[row * p.inEdge + column];
                    largest = value > largest || value != value ? value : largest;
                }
            }
        }
        p.target[i] = largest;
    }
}

struct MeanRowsParameters {
    const float *source;  // [rows][columns]
    float *target;        // [rows]
    int rows, columns;
};

// Means of rows. Grid: any number of blocks. Java reference: LayersReference.meanRows.
extern "C" __global__ void mean_rows(const MeanRowsParameters p) {
    __shared__ double scratch[MAX_WARPS];
    for (int row = blockIdx.x; row < p.rows; row += gridDim.x) {
        const float *__restrict__ own = p.source + static_cast<long long>(row) * p.columns;
        double sum = 0;
        for (int i = threadIdx.x; i < p.columns; i += blockDim.x) {
            sum += own[i];
        }
        sum = blockSum(sum, scratch);
        if (threadIdx.x == 0) {
            p.target[row] = static_cast<float>(sum / p.columns);
        }
    }
}

struct LayerNormParameters {
    const float *source;  // [rows][columns]
    const float *gamma;   // [columns]
    const float *beta;    // [columns]
    float *target;        // [rows][columns], may be the source
    int rows, columns;
    float epsilon;
};

// target = gamma (source - mean) / sqrt(variance + epsilon) + beta, row by row, the variance with divisor n.
// Grid: any number of blocks. Java reference: LayersReference.layerNorm.
extern "C" __global__ void layer_norm(const LayerNormParameters p) {
    __shared__ double scratch[MAX_WARPS];
    __shared__ float moments[2];
    for (int row = blockIdx.x; row < p.rows; row += gridDim.x) {
        const float *own = p.source + static_cast<long long>(row) * p.columns;
        float *target = p.target + static_cast<long long>(row) * p.columns;
        double sum = 0;
        for (int i = threadIdx.x; i < p.columns; i += blockDim.x) {
            sum += own[i];
        }
        sum = blockSum(sum, scratch);
        if (threadIdx.x == 0) {
            moments[0] = static_cast<float>(sum / p.columns);
        }
        __syncthreads();
        const float mean = moments[0];
        double squares = 0;
        for (int i = threadIdx.x; i < p.columns; i += blockDim.x) {
            const float deviation = own[i] - mean;
            squares += deviation * deviation;
        }
        squares = blockSum(squares, scratch);
        if (threadIdx.x == 0) {
            moments[1] = 1 / sqrtf(static_cast<float>(squares / p.columns) + p.epsilon);
        }
        __syncthreads();
        const float inverse = moments[1];
        for (int i = threadIdx.x; i < p.columns; i += blockDim.x) {
            target[i] = (own[i] - mean) * inverse * p.gamma[i] + p.beta[i];
        }
        __syncthreads();  // the next row's moments are about to be written
    }
}

struct SoftmaxRowsParameters {
    float *values;  // [rows][columns], changed in place
    int rows, columns;
};

// Exponentials of each row, less its largest value first, divided by their sum. Grid: any number of blocks.
// Java reference: LayersReference.softmaxRows.
extern "C" __global__ void softmax_rows(const SoftmaxRowsParameters p) {
    __shared__ double scratch[MAX_WARPS];
    __shared__ float peaks[MAX_WARPS];
    __shared__ float total[1];
    for (int row = blockIdx.x; row < p.rows; row += gridDim.x) {
        float *own = p.values + static_cast<long long>(row) * p.columns;
        float peak = LOWEST;
        for (int i = threadIdx.x; i < p.columns; i += blockDim.x) {
            peak = fmaxf(peak, own[i]);
        }
        for (int distance = WARP_THREADS / 2; distance > 0; distance /= 2) {
            peak = fmaxf(peak, __shfl_down_sync(WHOLE_WARP, peak, distance));
        }
        if (laneOf(threadIdx.x) == 0) {
            peaks[warpOf(threadIdx.x)] = peak;
        }
        __syncthreads();
        const int warps = blockDim.x / WARP_THREADS;
        peak = peaks[0];
        for (int warp = 1; warp < warps; warp++) {
            peak = fmaxf(peak, peaks[warp]);
        }
        double sum = 0;
        for (int i = threadIdx.x; i < p.columns; i += blockDim.x) {
            const float power = expf(own[i] - peak);
            own[i] = power;
            sum += power;
        }
        sum = blockSum(sum, scratch);
        if (threadIdx.x == 0) {
            total[0] = static_cast<float>(1 / sum);
        }
        __syncthreads();
        const float factor = total[0];
        for (int i = threadIdx.x; i < p.columns; i += blockDim.x) {
            own[i] *= factor;
        }
        __syncthreads();  // the next row's peaks and total are about to be written
    }
}

struct FinishRowsParameters {
    const float *source;    // [rows][columns]
    const float *bias;      // [columns], or null
    const float *residual;  // [rows][columns], or null
    float *target;          // [rows][columns]; may be the source or the residual
    long long rows;
    int columns;
    int activation;
};

// target = activation(source + bias + residual). Grid: one dimension, any size. Java reference: LayersReference.finishRows.
extern "C" __global__ void finish_rows(const FinishRowsParameters p) {
    const long long count = p.rows * p.columns;
    const long long stride = static_cast<long long>(gridDim.x) * blockDim.x;
    for (long long i = static_cast<long long>(blockIdx.x) * blockDim.x + threadIdx.x; i < count; i += stride) {
        float value = p.source[i];
        if (p.bias != nullptr) {
            value += p.bias[i % p.columns];
        }
        if (p.residual != nullptr) {
            value += p.residual[i];
        }
        if (p.activation == RELU) {
            value = fmaxf(value, 0.0f);
        } else if (p.activation == GELU) {
            value = 0.5f * value * (1 + erff(value * HALF_ROOT));
        } else if (p.activation == GELU_BY_TANH) {
            value = 0.5f * value * (1 + tanhf(TANH_ROOT * (value + TANH_CUBE * value * value * value)));
        }
        p.target[i] = value;
    }
}

// Sizes or steps along four dimensions, the slowest first.
struct FourSteps {
    long long a, b, c, d;
};

struct CopyStridedParameters {
    const float *source;
    float *target;
    FourSteps sizes;
    FourSteps sourceSteps;  // samples from one element to the next; 0 repeats
    FourSteps targetSteps;
};

// Copies an array from one layout into another. Grid: one dimension, any size. Java reference: LayersReference.copyStrided.
extern "C" __global__ void copy_strided(const CopyStridedParameters p) {
    const FourSteps &n = p.sizes, &from = p.sourceSteps, &to = p.targetSteps;
    const long long count = n.a * n.b * n.c * n.d;
    const long long stride = static_cast<long long>(gridDim.x) * blockDim.x;
    for (long long i = static_cast<long long>(blockIdx.x) * blockDim.x + threadIdx.x; i < count; i += stride) {
        const long long d = i % n.d, c = i / n.d % n.c, b = i / (n.d * n.c) % n.b, a = i / (n.d * n.c * n.b);
        p.target[a * to.a + b * to.b + c * to.c + d * to.d] = p.source[a * from.a + b * from.b + c * from.c + d * from.d];
    }
}
