// SPDX-License-Identifier: Apache-2.0
//
// The progressive decoder, forward and backward. Batch norm needs sums over all pixels of a channel between two layers, so a
// layer is one launch in each direction, and what lies between two convolutions is done on load and in the epilogue:
//     forward   decoder_first      latent -> maps of 4 x 4, sums
//               decoder_convolve   scale, shift, ReLU on load -> convolution -> maps, sums; the last layer: sigmoid, frame
//     backward  head_gradient      gradient of the image -> that of the last layer, sum
//               decoder_backward   batch norm's gradient on load -> gradient of the maps before (gated by their ReLU, with
//                                  its sums) and, in other blocks of the same launch, gradients of weights
//               gather_weights     parts of weight gradients -> sum
//               decoder_first_step gradient of the first layer and the latent
// Sums are left in parts, one per block, and added up in fixed order by whoever loads them: no atomics, no launch between.
//
// Every layer behind the first is a transposed convolution, out[S i - P + k] += weight[k] in[i]: of 4 x 4 and stride 2, or of
// 3 x 3 and stride 1, which is a convolution with its kernel turned round. Weights lie as the reference implementation has
// them, [in][out][4][4] and [out][in][3][3]. Either way the S x S outputs that belong to one base position read 3 x 3 inputs.
//
// A gradient that a kernel has complete goes to ParameterStep: Adam steps the weight at once, or the gradient is written.
// Weights are stepped in a launch behind the one that reads them last.
// The way back is in backward.cu. Java references: fizeau.kernels.DecoderReference.
#include "fizeau.cuh"

constexpr double NORM_EPSILON = 1e-5;
constexpr double NORM_MOMENTUM = 0.1;

// Scale and shift of every channel into shared memory, [channels][2], a warp per channel. The one block that publishes
// also keeps them for the way back and moves the running averages, as PyTorch does: biased variance for normalising, unbiased
// for the average. A barrier must follow.
static __device__ __forceinline__ void loadScales(const LayerMaps &maps, const float *parameters, float *scales, bool publish) {
    const double pixels = static_cast<double>(maps.edge) * maps.edge;
    const int warps = blockDim.x / WARP_THREADS;
    for (int channel = warpOf(threadIdx.x); channel < maps.channels; channel += warps) {
        float mean = 0, inverse = 1, scale = 1, shift = 0;
        double average = 0, variance = 0;
        if (maps.gamma >= 0) {
            double sum, squares;
            addParts(maps.sums, channel, maps.slots, sum, squares);
            average = sum / pixels;
            variance = squares / pixels - average * average;
            variance = variance > 0 ? variance : 0;
            mean = static_cast<float>(average);
            inverse = static_cast<float>(1 / sqrt(variance + NORM_EPSILON));
            scale = parameters[maps.gamma + channel] * inverse;
            shift = fmaf(-mean, scale, parameters[maps.beta + channel]);
        }
        if (laneOf(threadIdx.x) == 0) {
            scales[2 * channel] = scale;
            scales[2 * channel + 1] = shift;
            if (publish) {
                float *applied = maps.applied + APPLIED * channel;
                applied[0] = mean;
                applied[1] = inverse;
                applied[2] = scale;
                applied[3] = shift;
            }
            if (publish && maps.gamma >= 0) {
                const double unbiased = pixels > 1 ? variance * (pixels / (pixels - 1)) : variance;
                float *runningMean = maps.running + channel, *runningVariance = runningMean + maps.channels;
                *runningMean += static_cast<float>(NORM_MOMENTUM * (average - *runningMean));
                *runningVariance += static_cast<float>(NORM_MOMENTUM * (unbiased - *runningVariance));
            }
        }
    }
}

struct DecoderFirstParameters {
    const float *parameters;  // the latent comes first
    LayerMaps out;            // maps of 4 x 4, one slot
    int inputs;
    int weight;  // where it starts, [inputs][channels][4][4]
};

// The product of the latent with the first layer's weight. Three quarters of all weights are read here, so the rows are
// shared out over the block's threads, sixteen neighbouring weights to a row. One block per channel; dynamic shared memory:
// a float per thread. Java reference: DecoderReference.first.
extern "C" __global__ void decoder_first(const DecoderFirstParameters p) {
    FIZEAU_DYNAMIC_SHARED(float, partial);
    const int channel = blockIdx.x, pixel = threadIdx.x % FIRST_PIXELS;
    const int group = threadIdx.x / FIRST_PIXELS, groups = blockDim.x / FIRST_PIXELS;
    const long long rowLength = static_cast<long long>(p.out.channels) * FIRST_PIXELS;
    const float *__restrict__ weight = p.parameters + p.weight + channel * FIRST_PIXELS + pixel;
    float sum = 0;
    #pragma unroll 4
    for (int i = group; i < p.inputs; i += groups) {
        sum = fmaf(p.parameters[i], weight[i * rowLength], sum);
    }
    partial[threadIdx.x] = sum;
    __syncthreads();
    if (threadIdx.x < FIRST_PIXELS) {
        float value = p.out.bias >= 0 ? p.parameters[p.out.bias + channel] : 0.0f;
        for (int g = 0; g < groups; g++) {
            value += partial[g * FIRST_PIXELS + pixel];
        }
        p.out.values[channel * FIRST_PIXELS + pixel] = value;
        partial[pixel] = value;
    }
    __syncthreads();
    if (threadIdx.x == 0) {
        double total = 0, squares = 0;
        for (int i = 0; i < FIRST_PIXELS; i++) {
            total += partial[i];
            squares += static_cast<double>(partial[i]) * partial[i];
        }
        p.out.sums[2 * channel] = total;
        p.out.sums[2 * channel + 1] = squares;
    }
}

struct DecoderConvolveParameters {
    LayerMaps in, out;
    const float *parameters;
    float *image;     // result of the last layer, [imageEdge][imageEdge]; null for any other
    int weight;       // where it starts
    int stride;       // 2: kernel 4 x 4; 1: kernel 3 x 3, turned round
    int padding;      // of the transposed convolution
    int tile;         // edge of a block's tile of base positions, 4 or 8
    int channelTile;  // output channels of a block
    int chunk;        // input channels in shared memory at a time
    int imageEdge, imageStart;  // the image, and where the pixel at mapStart lies in it
    int mapStart, copied;       // first row and column of the map that is in the image, and how many are
};

template <int KERNEL, int STRIDE, int TILE>
static __device__ __forceinline__ void convolve(const DecoderConvolveParameters &p, float *shared) {
    constexpr int TAPS = KERNEL * KERNEL, PHASES = STRIDE * STRIDE, POSITIONS = TILE * TILE;
    constexpr int HALO = TILE + 2, OUT_TILE = TILE * STRIDE;
    const int ins = p.in.channels, outs = p.out.channels, inEdge = p.in.edge, outEdge = p.out.edge;
    const int tilesAcross = (outEdge + OUT_TILE - 1) / OUT_TILE;
    const int tileY = blockIdx.x / tilesAcross * TILE, tileX = blockIdx.x % tilesAcross * TILE;
    const int firstOut = blockIdx.y * p.channelTile;
    const int origin = STRIDE == 2 ? -1 : p.padding - 2;  // of the 3 x 3 inputs, from the base position
    const int items = p.channelTile * POSITIONS;
    float *scales = shared;                                       // [ins][2]
    float *results = scales + 2 * ins;                            // [channelTile][POSITIONS][PHASES]
    float *window = results + items * PHASES;                     // [chunk][HALO][HALO]
    float *weights = window + p.chunk * HALO * HALO;              // [chunk][channelTile][TAPS]
    float *partial = weights + p.chunk * p.channelTile * TAPS;    // [threads][PHASES]

    loadScales(p.in, p.parameters, scales, blockIdx.x == 0 && blockIdx.y == 0);
    __syncthreads();
    const int perPass = min(items, static_cast<int>(blockDim.x)), groups = blockDim.x / perPass;
    const int group = threadIdx.x / perPass;
    for (int first = 0; first < items; first += perPass) {
        const int item = first + threadIdx.x % perPass;
        const bool works = group < groups && item < items;
        const int channel = item / POSITIONS, y = item % POSITIONS / TILE, x = item % TILE;
        float sum[PHASES] = {};
        for (int start = 0; start < ins; start += p.chunk) {
            const int count = min(p.chunk, ins - start);
            for (int i = threadIdx.x; i < count * HALO * HALO; i += blockDim.x) {
                const int in = start + i / (HALO * HALO);
                const int row = tileY + origin + i % (HALO * HALO) / HALO, column = tileX + origin + i % HALO;
                float value = 0;
                if (row >= 0 && row < inEdge && column >= 0 && column < inEdge) {
                    const long long index = imageStart(in, inEdge, inEdge) + row * inEdge + column;
                    value = activated(p.in.values[index], scales[2 * in], scales[2 * in + 1], p.in.relu);
                }
                window[i] = value;
            }
            for (int i = threadIdx.x; i < count * p.channelTile * TAPS; i += blockDim.x) {
                const int in = start + i / TAPS / p.channelTile, out = firstOut + i / TAPS % p.channelTile;
                weights[i] = out < outs ? p.parameters[p.weight + weightIndex<STRIDE>(in, out, i % TAPS, ins, outs)] : 0.0f;
            }
            __syncthreads();
            for (int c = group; works && c < count; c += groups) {
                const float *at = window + (c * HALO + y) * HALO + x;
                const float *w = weights + (c * p.channelTile + channel) * TAPS;
                #pragma unroll
                for (int r = 0; r < 3; r++) {
                    #pragma unroll
                    for (int q = 0; q < 3; q++) {
                        const float value = at[r * HALO + q];
                        #pragma unroll
                        for (int phase = 0; phase < PHASES; phase++) {
                            const int ky = phase / STRIDE + KERNEL - 1 - STRIDE * r, kx = phase % STRIDE + KERNEL - 1 - STRIDE * q;
                            if (ky >= 0 && ky < KERNEL && kx >= 0 && kx < KERNEL) {
                                sum[phase] = fmaf(w[ky * KERNEL + kx], value, sum[phase]);
                            }
                        }
                    }
                }
            }
            __syncthreads();
        }
        if (works) {
            #pragma unroll
            for (int phase = 0; phase < PHASES; phase++) {
                partial[threadIdx.x * PHASES + phase] = sum[phase];
            }
        }
        __syncthreads();
        const int finished = min(perPass, items - first) * PHASES;
        for (int i = threadIdx.x; i < finished; i += blockDim.x) {
            float total = 0;
            for (int g = 0; g < groups; g++) {
                total += partial[g * perPass * PHASES + i];
            }
            results[first * PHASES + i] = total;
        }
        __syncthreads();
    }

    // Along the rows of the output, not position by position, so that neighbours are written together.
    for (int i = threadIdx.x; i < items * PHASES; i += blockDim.x) {
        const int channel = i / (POSITIONS * PHASES), row = i % (POSITIONS * PHASES) / OUT_TILE, column = i % OUT_TILE;
        const int at = ((channel * TILE + row / STRIDE) * TILE + column / STRIDE) * PHASES + row % STRIDE * STRIDE + column % STRIDE;
        const int out = firstOut + channel, y = tileY * STRIDE + row, x = tileX * STRIDE + column;
        if (out >= outs || y >= outEdge || x >= outEdge) {
            results[at] = 0;
            continue;
        }
        const float value = results[at] + (p.out.bias >= 0 ? p.parameters[p.out.bias + out] : 0.0f);
        results[at] = value;
        if (p.image == nullptr) {
            p.out.values[imageStart(out, outEdge, outEdge) + y * outEdge + x] = value;
        } else if (y >= p.mapStart && y < p.mapStart + p.copied && x >= p.mapStart && x < p.mapStart + p.copied) {
            const int imageY = p.imageStart + y - p.mapStart, imageX = p.imageStart + x - p.mapStart;
            p.image[imageY * p.imageEdge + imageX] = sigmoid(value);
        }
    }
    __syncthreads();
    const int warps = blockDim.x / WARP_THREADS;
    for (int channel = warpOf(threadIdx.x); p.out.gamma >= 0 && channel < p.channelTile; channel += warps) {
        double total = 0, squares = 0;
        for (int i = laneOf(threadIdx.x); i < POSITIONS * PHASES; i += WARP_THREADS) {
            const double value = results[channel * POSITIONS * PHASES + i];
            total += value;
            squares += value * value;
        }
        total = warpSum(total);
        squares = warpSum(squares);
        if (laneOf(threadIdx.x) == 0 && firstOut + channel < outs) {
            double *own = p.out.sums + 2 * (static_cast<long long>(firstOut + channel) * p.out.slots + blockIdx.x);
            own[0] = total;
            own[1] = squares;
        }
    }
}

// One layer behind the first. Grid: tiles of base positions x tiles of output channels. Dynamic shared memory, in floats:
// 2 ins + channelTile tile^2 stride^2 + chunk ((tile + 2)^2 + channelTile kernel^2) + threads stride^2. The image's frame
// around the copied pixels is left as it is. Java reference: DecoderReference.convolve.
extern "C" __global__ void decoder_convolve(const DecoderConvolveParameters p) {
    FIZEAU_DYNAMIC_SHARED(float, shared);
    if (p.stride == 2) {
        if (p.tile == 8) {
            convolve<4, 2, 8>(p, shared);
        } else {
            convolve<4, 2, 4>(p, shared);
        }
    } else if (p.tile == 8) {
        convolve<3, 1, 8>(p, shared);
    } else {
        convolve<3, 1, 4>(p, shared);
    }
}
