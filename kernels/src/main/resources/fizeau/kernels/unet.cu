// SPDX-License-Identifier: Apache-2.0
//
// What stands between the 3D convolutions of a residual U-Net: instance norms with what follows them, joins of maps, losses and
// their ways back. Maps are [samples][channels][voxels]. Sums are in double precision and in a fixed order.
// Java references: fizeau.kernels.UnetReference, the method of the same name in camel case.
#include "fizeau.cuh"

constexpr double INSTANCE_EPSILON = 1e-5;  // PyTorch's
constexpr double OVERLAP_SMOOTH = 1e-5;        // keeps the overlap of empty masks from dividing by zero; MONAI's
constexpr int LOSS_SUMS = 3;           // of probability times target, of both, of the error

// The block's sum in every thread; `scratch` as in blockSum.
static __device__ __forceinline__ double instanceSum(double value, double *scratch) {
    const double total = blockSum(value, scratch);
    if (threadIdx.x == 0) {
        scratch[0] = total;
    }
    __syncthreads();
    const double all = scratch[0];
    __syncthreads();
    return all;
}

// A leaky rectifier; slope 1 lets everything pass as it is.
static __device__ __forceinline__ float leaky(float value, float slope) { return value > 0 ? value : slope * value; }

struct InstanceNormParameters {
    const float *values;  // [samples][channels][voxels]
    const float *parameters;
    const float *past;  // of the same shape, added before the rectifier; null: nothing is
    float *result;      // of the same shape, no part of the others
    float *applied;     // result: [samples][channels][2], mean and inverse deviation
    int samples, channels, voxels;
    int gamma, beta;  // where scale and shift start
    float slope;      // of the rectifier below zero; 1: there is none
};

// result = leaky(gamma (values - mean) / deviation + beta + past), mean and deviation those of one channel of one sample.
// Grid: channels x samples. Java reference: UnetReference.instanceNorm.
extern "C" __global__ void instance_norm(const InstanceNormParameters p) {
    __shared__ double scratch[MAX_WARPS];
    const int channel = blockIdx.x;
    const int instance = blockIdx.y * p.channels + channel;
    const long long start = static_cast<long long>(instance) * p.voxels;
    const float *__restrict__ values = p.values + start;
    double sum = 0;
    for (int i = threadIdx.x; i < p.voxels; i += blockDim.x) {
        sum += values[i];
    }
    const double mean = instanceSum(sum, scratch) / p.voxels;
    double squares = 0;
    for (int i = threadIdx.x; i < p.voxels; i += blockDim.x) {
        const double difference = values[i] - mean;
        squares += difference * difference;
    }
    const double inverse = 1 / sqrt(instanceSum(squares, scratch) / p.voxels + INSTANCE_EPSILON);
    const float centre = static_cast<float>(mean), factor = static_cast<float>(inverse);
    const float gamma = p.parameters[p.gamma + channel], beta = p.parameters[p.beta + channel];
    for (int i = threadIdx.x; i < p.voxels; i += blockDim.x) {
        const float normal = fmaf(gamma, (values[i] - centre) * factor, beta);
        p.result[start + i] = leaky(p.past == nullptr ? normal : normal + p.past[start + i], p.slope);
    }
    if (threadIdx.x == 0) {
        p.applied[2 * instance] = centre;
        p.applied[2 * instance + 1] = factor;
    }
}

struct InstanceNormGradientParameters {
    const float *values;  // as they went into instance_norm
    const float *parameters;
    const float *result;    // what came out: its sign tells the side of the rectifier
    const float *applied;   // as it left them
    const float *gradient;  // with respect to the result
    float *valueGradient;   // result; may be the gradient itself
    float *pastGradient;    // result: with respect to past, may be the gradient itself; null: not wanted
    double *sums;           // result: [channels][samples][2], of the gradient and of its product with the normal values
    int samples, channels, voxels;
    int gamma;
    float slope;
};

// The way back through instance_norm. Grid: channels x samples. Java reference: UnetReference.instanceNormGradient.
extern "C" __global__ void instance_norm_gradient(const InstanceNormGradientParameters p) {
    __shared__ double scratch[MAX_WARPS];
    const int channel = blockIdx.x, sample = blockIdx.y;
    const int instance = sample * p.channels + channel;
    const long long start = static_cast<long long>(instance) * p.voxels;
    const float centre = p.applied[2 * instance], factor = p.applied[2 * instance + 1];
    double sum = 0, product = 0;
    for (int i = threadIdx.x; i < p.voxels; i += blockDim.x) {
        const double passed = p.result[start + i] > 0 ? p.gradient[start + i] : p.slope * p.gradient[start + i];
        sum += passed;
        product += passed * ((p.values[start + i] - centre) * factor);
    }
    sum = instanceSum(sum, scratch);
    product = instanceSum(product, scratch);
    const float mean = static_cast<float>(sum / p.voxels), slant = static_cast<float>(product / p.voxels);
    const float scale = p.parameters[p.gamma + channel] * factor;
    for (int i = threadIdx.x; i < p.voxels; i += blockDim.x) {
        const float passed = p.result[start + i] > 0 ? p.gradient[start + i] : p.slope * p.gradient[start + i];
        const float normal = (p.values[start + i] - centre) * factor;
        if (p.pastGradient != nullptr) {
            p.pastGradient[start + i] = passed;
        }
        p.valueGradient[start + i] = scale * (passed - mean - normal * slant);
    }
    if (threadIdx.x == 0) {
        double *own = p.sums + 2LL * (channel * p.samples + sample);
        own[0] = sum;
        own[1] = product;
    }
}

struct ChannelTotalsParameters {
    const double *parts;  // [channels][count][2]
    float *gradients;     // flat
    int channels, count;
    int first, second;  // where the totals of either number start, or -1: not wanted
};

// Adds up the parts of each channel. Grid: channels, one warp each. Java reference: UnetReference.channelTotals.
extern "C" __global__ void channel_totals(const ChannelTotalsParameters p) {
    const int channel = blockIdx.x;
    double first, second;
    addParts(p.parts, channel, p.count, first, second);
    if (threadIdx.x == 0) {
        if (p.first >= 0) {
            p.gradients[p.first + channel] = static_cast<float>(first);
        }
        if (p.second >= 0) {
            p.gradients[p.second + channel] = static_cast<float>(second);
        }
    }
}

struct JoinMapsParameters {
    const float *first;   // [samples][firstCount]
    const float *second;  // [samples][secondCount]
    float *joined;        // result: [samples][firstCount + secondCount]
    long long firstCount, secondCount;
    int samples;
};

// Puts the channels of two maps one behind the other. Grid: any number of blocks x samples.
// Java reference: UnetReference.joinMaps.
extern "C" __global__ void join_maps(const JoinMapsParameters p) {
    const long long sample = blockIdx.y, count = p.firstCount + p.secondCount;
    const float *__restrict__ first = p.first + sample * p.firstCount;
    const float *__restrict__ second = p.second + sample * p.secondCount;
    float *joined = p.joined + sample * count;
    const long long stride = static_cast<long long>(gridDim.x) * blockDim.x;
    for (long long i = static_cast<long long>(blockIdx.x) * blockDim.x + threadIdx.x; i < count; i += stride) {
        joined[i] = i < p.firstCount ? first[i] : second[i - p.firstCount];
    }
}

struct SplitMapsParameters {
    const float *joined;  // [samples][firstCount + secondCount]
    float *first;         // result
    float *second;        // result
    long long firstCount, secondCount;
    int samples;
};

// Takes them apart again. Grid: any number of blocks x samples. Java reference: UnetReference.splitMaps.
extern "C" __global__ void split_maps(const SplitMapsParameters p) {
    const long long sample = blockIdx.y, count = p.firstCount + p.secondCount;
    const float *__restrict__ joined = p.joined + sample * count;
    const long long stride = static_cast<long long>(gridDim.x) * blockDim.x;
    for (long long i = static_cast<long long>(blockIdx.x) * blockDim.x + threadIdx.x; i < count; i += stride) {
        if (i < p.firstCount) {
            p.first[sample * p.firstCount + i] = joined[i];
        } else {
            p.second[sample * p.secondCount + i - p.firstCount] = joined[i];
        }
    }
}

struct AddMapsParameters {
    float *total;  // changed in place
    const float *first;
    const float *second;
    long long count;
};

// total += first + second. Grid: one dimension, any size. Java reference: UnetReference.addMaps.
extern "C" __global__ void add_maps(const AddMapsParameters p) {
    const long long stride = static_cast<long long>(gridDim.x) * blockDim.x;
    for (long long i = static_cast<long long>(blockIdx.x) * blockDim.x + threadIdx.x; i < p.count; i += stride) {
        p.total[i] += p.first[i] + p.second[i];
    }
}

struct PatchLossParameters {
    const float *output;  // [samples][voxels]
    const float *target;  // of the same shape; with overlap from 0 to 1
    double *sums;         // result: [samples][LOSS_SUMS]
    double *loss;         // result: [samples], which add up to the loss
    int samples, voxels;
    int overlap;  // 1: soft Dice and binary cross entropy of logits; 0: mean squared error
};

// A block for each sample. Java reference: UnetReference.patchLoss.
extern "C" __global__ void patch_loss(const PatchLossParameters p) {
    __shared__ double scratch[MAX_WARPS];
    const int sample = blockIdx.x;
    const long long start = static_cast<long long>(sample) * p.voxels;
    double common = 0, both = 0, error = 0;
    for (int i = threadIdx.x; i < p.voxels; i += blockDim.x) {
        const float output = p.output[start + i], target = p.target[start + i];
        if (p.overlap) {
            const double probability = sigmoid(output);
            common += probability * target;
            both += probability + target;
            error += fmaxf(output, 0.0f) - output * target + log1pf(expf(-fabsf(output)));
        } else {
            const double difference = static_cast<double>(output) - target;
            error += difference * difference;
        }
    }
    common = blockSum(common, scratch);
    both = blockSum(both, scratch);
    error = blockSum(error, scratch);
    if (threadIdx.x == 0) {
        double *sums = p.sums + LOSS_SUMS * sample;
        sums[0] = common;
        sums[1] = both;
        sums[2] = error;
        const double overlap = p.overlap ? 1 - (2 * common + OVERLAP_SMOOTH) / (both + OVERLAP_SMOOTH) : 0;
        p.loss[sample] = (overlap + error / p.voxels) / p.samples;
    }
}

struct PatchLossGradientParameters {
    const float *output;
    const float *target;
    const double *sums;  // of patch_loss
    float *gradient;     // result: [samples][voxels], with respect to the output
    double *parts;       // result: [samples * blocks][2], parts of its sum and zeros, for channel_totals
    int samples, voxels;
    int blocks;
    int overlap;
};

// Grid: blocks x samples. Java reference: UnetReference.patchLossGradient.
extern "C" __global__ void patch_loss_gradient(const PatchLossGradientParameters p) {
    __shared__ double scratch[MAX_WARPS];
    const int block = blockIdx.x, sample = blockIdx.y;
    const long long start = static_cast<long long>(sample) * p.voxels;
    const double *sums = p.sums + LOSS_SUMS * sample;
    const double each = 1.0 / p.samples, denominator = sums[1] + OVERLAP_SMOOTH;
    const float mean = static_cast<float>(each / p.voxels);
    // of 1 - (2 common + s) / (both + s) by a probability: base - perTarget * target
    const float perTarget = static_cast<float>(each * 2 / denominator);
    const float base = static_cast<float>(each * (2 * sums[0] + OVERLAP_SMOOTH) / (denominator * denominator));
    double sum = 0;
    for (int i = block * blockDim.x + threadIdx.x; i < p.voxels; i += p.blocks * blockDim.x) {
        const float output = p.output[start + i], target = p.target[start + i];
        float gradient;
        if (p.overlap) {
            const float probability = sigmoid(output);
            gradient = (base - perTarget * target) * probability * (1 - probability) + (probability - target) * mean;
        } else {
            gradient = 2 * (output - target) * mean;
        }
        p.gradient[start + i] = gradient;
        sum += gradient;
    }
    sum = blockSum(sum, scratch);
    if (threadIdx.x == 0) {
        double *own = p.parts + 2LL * (sample * p.blocks + block);
        own[0] = sum;
        own[1] = 0;
    }
}
