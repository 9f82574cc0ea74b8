// SPDX-License-Identifier: Apache-2.0
//
// What stands between the convolutions where NVIDIA's libraries compute those: bias and ReLU, the way back through the ReLU,
// the sigmoid with the image's frame, and the way to bfloat16 and back where convolutions take that. The way back through the
// sigmoid is head_gradient in backward.cu.
// Java references: fizeau.kernels.GlueReference, the method of the same name in camel case.
#include "fizeau.cuh"

struct ActivateParameters {
    float *values;  // [channels][pixels], changed in place
    const float *parameters;
    int channels, pixels;
    int bias;  // where it starts, or -1
    int relu;
};

// values = ReLU(values + bias). Grid: any number of blocks x channels. Java reference: GlueReference.activate.
extern "C" __global__ void activate(const ActivateParameters p) {
    const int channel = blockIdx.y;
    const float bias = p.bias >= 0 ? p.parameters[p.bias + channel] : 0.0f;
    float *own = p.values + static_cast<long long>(channel) * p.pixels;
    for (int i = blockIdx.x * blockDim.x + threadIdx.x; i < p.pixels; i += gridDim.x * blockDim.x) {
        own[i] = activated(own[i], 1.0f, bias, p.relu);
    }
}

struct GateGradientParameters {
    float *gradient;         // [count], changed in place
    const float *activated;  // [count]
    long long count;
};

// gradient = activated > 0 ? gradient : 0. Grid: one dimension, any size. Java reference: GlueReference.gateGradient.
extern "C" __global__ void gate_gradient(const GateGradientParameters p) {
    const long long stride = static_cast<long long>(gridDim.x) * blockDim.x;
    for (long long i = static_cast<long long>(blockIdx.x) * blockDim.x + threadIdx.x; i < p.count; i += stride) {
        if (!(p.activated[i] > 0)) {
            p.gradient[i] = 0;
        }
    }
}

struct HeadImageParameters {
    const float *map;  // [mapEdge][mapEdge]
    const float *parameters;
    float *image;  // [imageEdge][imageEdge]
    int bias;      // where it lies
    int mapEdge;
    int imageEdge, imageStart, mapStart, copied;  // as in DecoderConvolveParameters
};

// image = sigmoid(map + bias) inside its window. Grid: a block for each copied row. Java reference: GlueReference.headImage.
extern "C" __global__ void head_image(const HeadImageParameters p) {
    const int row = blockIdx.x;
    const float bias = p.parameters[p.bias];
    const float *__restrict__ map = p.map + (p.mapStart + row) * p.mapEdge + p.mapStart;
    float *image = p.image + (p.imageStart + row) * p.imageEdge + p.imageStart;
    for (int column = threadIdx.x; column < p.copied; column += blockDim.x) {
        image[column] = sigmoid(map[column] + bias);
    }
}

struct NarrowValuesParameters {
    const float *values;     // [count]
    unsigned short *narrow;  // [count], bfloat16
    long long count;
};

// The upper half of a float, the nearest, ties to even; what is no number stays none.
static __device__ __forceinline__ unsigned short bfloat16(float value) {
    const unsigned bits = __float_as_uint(value);
    if ((bits & 0x7fffffffu) > 0x7f800000u) {
        return static_cast<unsigned short>((bits >> 16) | 0x40u);
    }
    return static_cast<unsigned short>((bits + 0x7fffu + ((bits >> 16) & 1u)) >> 16);
}

// narrow = bfloat16(values). Grid: one dimension, any size. Java reference: GlueReference.narrowValues.
extern "C" __global__ void narrow_values(const NarrowValuesParameters p) {
    const long long stride = static_cast<long long>(gridDim.x) * blockDim.x;
    for (long long i = static_cast<long long>(blockIdx.x) * blockDim.x + threadIdx.x; i < p.count; i += stride) {
        p.narrow[i] = bfloat16(p.values[i]);
    }
}

struct WidenValuesParameters {
    const unsigned short *narrow;  // [count], bfloat16
    float *values;                 // [count]
    long long count;
};

// values = narrow, exactly. Grid: one dimension, any size. Java reference: GlueReference.narrowValues, of the same values.
extern "C" __global__ void widen_values(const WidenValuesParameters p) {
    const long long stride = static_cast<long long>(gridDim.x) * blockDim.x;
    for (long long i = static_cast<long long>(blockIdx.x) * blockDim.x + threadIdx.x; i < p.count; i += stride) {
        p.values[i] = __uint_as_float(static_cast<unsigned>(p.narrow[i]) << 16);
    }
}
