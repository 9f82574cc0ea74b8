// SPDX-License-Identifier: Apache-2.0
//
// The decoder's way back; decoder.cu tells how the passes are made of launches and where weights and gradients lie.
// Java references: fizeau.kernels.DecoderReference.
#include "fizeau.cuh"

constexpr int COEFFICIENTS = 4;  // numbers per channel of batch norm's way back

// Batch norm's way back for `count` channels from `first` on, [count][4] in shared memory, a warp per channel; with it
// d value = c0 (gradient - c1) - c2 (value - c3). The one block that publishes passes on the gradients of gamma and beta, or
// of the bias where there is no batch norm. A barrier must follow.
static __device__ __forceinline__ void loadCoefficients(const LayerMaps &maps, int first, int count, float *coefficients,
                                                        const GradientSink &sink, bool publish) {
    const double pixels = static_cast<double>(maps.edge) * maps.edge;
    const int warps = blockDim.x / WARP_THREADS;
    for (int i = warpOf(threadIdx.x); i < count; i += warps) {
        const int channel = first + i;
        float *own = coefficients + COEFFICIENTS * i;
        if (channel >= maps.channels) {
            continue;  // the same for all lanes of a warp
        }
        double sum = 0, product = 0;
        if (maps.gamma >= 0 || publish) {
            addParts(maps.gradientSums, channel, maps.gradientSlots, sum, product);
        }
        if (laneOf(threadIdx.x) == 0) {
            const bool normalised = maps.gamma >= 0;
            const float *applied = maps.applied + APPLIED * channel;
            own[0] = normalised ? applied[2] : 1.0f;
            own[1] = normalised ? static_cast<float>(sum / pixels) : 0.0f;
            own[2] = normalised ? applied[2] * applied[1] * static_cast<float>(product / pixels) : 0.0f;
            own[3] = normalised ? applied[0] : 0.0f;
            if (publish && normalised) {
                sink.take(maps.gamma + channel, static_cast<float>(product));
                sink.take(maps.beta + channel, static_cast<float>(sum));
            } else if (publish) {
                sink.take(maps.bias + channel, static_cast<float>(sum));
            }
        }
    }
}

// Gradient with respect to a value before batch norm.
static __device__ __forceinline__ float valueGradient(const LayerMaps &maps, long long index, const float *c) {
    const float gradient = maps.gradient[index];
    return maps.gamma >= 0 ? fmaf(c[0], gradient - c[1], -c[2] * (maps.values[index] - c[3])) : gradient;
}

struct HeadGradientParameters {
    const float *image;          // what decoder_convolve wrote
    const float *imageGradient;  // [imageEdge][imageEdge]
    LayerMaps out;               // of the last layer; a gradient slot for each block
    int imageEdge, imageStart, mapStart, copied;  // as in DecoderConvolveParameters
};

// From the gradient of the image to that before the sigmoid, 0 for pixels that are not in the image. Grid: one dimension, a
// block for each gradient slot. Java reference: DecoderReference.headGradient.
extern "C" __global__ void head_gradient(const HeadGradientParameters p) {
    __shared__ double scratch[MAX_WARPS];
    const int edge = p.out.edge;
    double sum = 0;
    for (int i = blockIdx.x * blockDim.x + threadIdx.x; i < edge * edge; i += gridDim.x * blockDim.x) {
        const int y = i / edge - p.mapStart, x = i % edge - p.mapStart;
        float gradient = 0;
        if (y >= 0 && y < p.copied && x >= 0 && x < p.copied) {
            const int at = (p.imageStart + y) * p.imageEdge + p.imageStart + x;
            gradient = p.imageGradient[at] * p.image[at] * (1 - p.image[at]);
        }
        p.out.gradient[i] = gradient;
        sum += gradient;
    }
    sum = blockSum(sum, scratch);
    if (threadIdx.x == 0) {
        p.out.gradientSums[2 * blockIdx.x] = sum;
        p.out.gradientSums[2 * blockIdx.x + 1] = 0;
    }
}

// The gradient of the maps before a layer.
struct DataGradient {
    LayerMaps in, out;
    int weight, stride, padding;  // as in DecoderConvolveParameters
    int tile;                     // edge of a block's tile of input pixels, 4 or 8
    int channelTile;              // input channels of a block
    int chunk;                    // output channels in shared memory at a time
    int blocks;
};

// The gradient of a layer's weights.
struct WeightGradient {
    LayerMaps in, out;
    float *parts;                 // [splits][weights] where splits is above 1
    int weight, stride, padding;  // as in DecoderConvolveParameters
    int tile;                     // edge of a tile of input pixels, 4 or 8
    int inTile, outTile;          // channels of a block
    int splits;                   // parts the tiles are shared out to
    int blocks;
};

struct DecoderBackwardParameters {
    DataGradient data;       // blocks 0 .. data.blocks - 1
    WeightGradient weights;  // the blocks behind them
    ParameterStep step;
};

// The outputs that the inputs of a tile reach, batch norm's way back applied, 0 outside the map.
template <int REACH>
static __device__ __forceinline__ float reachedGradient(const LayerMaps &out, int channel, int firstRow, int firstColumn, int i,
                                                        const float *coefficients) {
    const int row = firstRow + i / REACH, column = firstColumn + i % REACH;
    if (row < 0 || row >= out.edge || column < 0 || column >= out.edge) {
        return 0;
    }
    return valueGradient(out, imageStart(channel, out.edge, out.edge) + row * out.edge + column, coefficients);
}

template <int KERNEL, int STRIDE, int TILE>
static __device__ __forceinline__ void dataGradient(const DataGradient &p, const ParameterStep &step, float *shared) {
    constexpr int TAPS = KERNEL * KERNEL, POSITIONS = TILE * TILE, REACH = (TILE - 1) * STRIDE + KERNEL;
    const int ins = p.in.channels, outs = p.out.channels, inEdge = p.in.edge, block = blockIdx.x;
    const int tilesAcross = (inEdge + TILE - 1) / TILE, tiles = tilesAcross * tilesAcross;
    const int slot = block % tiles, firstIn = block / tiles * p.channelTile;
    const int tileY = slot / tilesAcross * TILE, tileX = slot % tilesAcross * TILE;
    const int items = p.channelTile * POSITIONS;
    float *coefficients = shared;                                // [outs][4]
    float *results = coefficients + COEFFICIENTS * outs;         // [channelTile][POSITIONS]
    float *window = results + items;                             // [chunk][REACH][REACH]
    float *weights = window + p.chunk * REACH * REACH;           // [chunk][channelTile][TAPS]
    float *partial = weights + p.chunk * p.channelTile * TAPS;   // [threads]

    loadCoefficients(p.out, 0, outs, coefficients, GradientSink(step), block == 0);
    __syncthreads();
    const int perPass = min(items, static_cast<int>(blockDim.x)), groups = blockDim.x / perPass;
    const int group = threadIdx.x / perPass;
    for (int first = 0; first < items; first += perPass) {
        const int item = first + threadIdx.x % perPass;
        const bool works = group < groups && item < items;
        const int channel = item / POSITIONS, y = item % POSITIONS / TILE, x = item % TILE;
        float sum = 0;
        for (int start = 0; start < outs; start += p.chunk) {
            const int count = min(p.chunk, outs - start);
            for (int i = threadIdx.x; i < count * REACH * REACH; i += blockDim.x) {
                const int out = start + i / (REACH * REACH);
                window[i] = reachedGradient<REACH>(p.out, out, tileY * STRIDE - p.padding, tileX * STRIDE - p.padding,
                                                   i % (REACH * REACH), coefficients + COEFFICIENTS * out);
            }
            for (int i = threadIdx.x; i < count * p.channelTile * TAPS; i += blockDim.x) {
                const int out = start + i / TAPS / p.channelTile, in = firstIn + i / TAPS % p.channelTile;
                weights[i] = in < ins ? step.parameters[p.weight + weightIndex<STRIDE>(in, out, i % TAPS, ins, outs)] : 0.0f;
            }
            __syncthreads();
            for (int c = group; works && c < count; c += groups) {
                const float *at = window + (c * REACH + y * STRIDE) * REACH + x * STRIDE;
                const float *w = weights + (c * p.channelTile + channel) * TAPS;
                #pragma unroll
                for (int tap = 0; tap < TAPS; tap++) {
                    sum = fmaf(w[tap], at[tap / KERNEL * REACH + tap % KERNEL], sum);
                }
            }
            __syncthreads();
        }
        if (works) {
            partial[threadIdx.x] = sum;
        }
        __syncthreads();
        const int finished = min(perPass, items - first);
        for (int i = threadIdx.x; i < finished; i += blockDim.x) {
            float total = 0;
            for (int g = 0; g < groups; g++) {
                total += partial[g * perPass + i];
            }
            results[first + i] = total;
        }
        __syncthreads();
    }

    // Back through the ReLU before this layer, with the sums that the batch norm before it needs.
    const int lane = laneOf(threadIdx.x), warps = blockDim.x / WARP_THREADS;
    for (int channel = warpOf(threadIdx.x); channel < p.channelTile && firstIn + channel < ins; channel += warps) {
        const int in = firstIn + channel;
        const float *applied = p.in.applied + APPLIED * in;
        double total = 0, product = 0;
        for (int i = lane; i < POSITIONS; i += WARP_THREADS) {
            const int row = tileY + i / TILE, column = tileX + i % TILE;
            if (row < inEdge && column < inEdge) {
                const long long index = imageStart(in, inEdge, inEdge) + row * inEdge + column;
                const float value = p.in.values[index];
                const bool passes = !p.in.relu || fmaf(applied[2], value, applied[3]) > 0;
                const float gradient = passes ? results[channel * POSITIONS + i] : 0.0f;
                p.in.gradient[index] = gradient;
                total += gradient;
                product += static_cast<double>(gradient) * ((value - applied[0]) * applied[1]);
            }
        }
        total = warpSum(total);
        product = warpSum(product);
        if (lane == 0) {
            double *own = p.in.gradientSums + 2 * (static_cast<long long>(in) * p.in.gradientSlots + slot);
            own[0] = total;
            own[1] = product;
        }
    }
}

template <int KERNEL, int STRIDE, int TILE>
static __device__ __forceinline__ void weightGradient(const WeightGradient &p, const ParameterStep &step, int block, float *shared) {
    constexpr int TAPS = KERNEL * KERNEL, POSITIONS = TILE * TILE, REACH = (TILE - 1) * STRIDE + KERNEL;
    constexpr int PITCH = (REACH * REACH) | 1;  // odd: neighbouring channels lie in different banks
    const int ins = p.in.channels, outs = p.out.channels, inEdge = p.in.edge;
    const int tilesAcross = (inEdge + TILE - 1) / TILE, tiles = tilesAcross * tilesAcross;
    const int split = block % p.splits, pairBlock = block / p.splits, inBlocks = (ins + p.inTile - 1) / p.inTile;
    const int firstIn = pairBlock % inBlocks * p.inTile, firstOut = pairBlock / inBlocks * p.outTile;
    const int pairs = p.inTile * p.outTile;
    float *coefficients = shared;                            // [outTile][4]
    float *inputs = coefficients + COEFFICIENTS * p.outTile; // [inTile][POSITIONS]
    float *window = inputs + p.inTile * POSITIONS;           // [outTile][PITCH]
    float *partial = window + p.outTile * PITCH;             // [threads][TAPS]
    const GradientSink sink(step);

    loadCoefficients(p.out, firstOut, p.outTile, coefficients, sink, false);
    __syncthreads();
    const int perPass = min(pairs, static_cast<int>(blockDim.x)), groups = blockDim.x / perPass;
    const int group = threadIdx.x / perPass;
    for (int first = 0; first < pairs; first += perPass) {
        const int pair = first + threadIdx.x % perPass;
        const bool works = group < groups && pair < pairs;
        const float *own = inputs + pair / p.outTile * POSITIONS, *reached = window + pair % p.outTile * PITCH;
        float sum[TAPS] = {};
        for (int t = split; t < tiles; t += p.splits) {
            const int tileY = t / tilesAcross * TILE, tileX = t % tilesAcross * TILE;
            for (int i = threadIdx.x; i < p.inTile * POSITIONS; i += blockDim.x) {
                const int in = firstIn + i / POSITIONS;
                const int row = tileY + i % POSITIONS / TILE, column = tileX + i % TILE;
                float value = 0;
                if (in < ins && row < inEdge && column < inEdge) {
                    const float *applied = p.in.applied + APPLIED * in;
                    const long long index = imageStart(in, inEdge, inEdge) + row * inEdge + column;
                    value = activated(p.in.values[index], applied[2], applied[3], p.in.relu);
                }
                inputs[i] = value;
            }
            for (int i = threadIdx.x; i < p.outTile * REACH * REACH; i += blockDim.x) {
                const int channel = i / (REACH * REACH), out = firstOut + channel, at = i % (REACH * REACH);
                window[channel * PITCH + at] =
                    out < outs ? reachedGradient<REACH>(p.out, out, tileY * STRIDE - p.padding, tileX * STRIDE - p.padding, at,
                                                        coefficients + COEFFICIENTS * channel)
                               : 0.0f;
            }
            __syncthreads();
            for (int i = group; works && i < POSITIONS; i += groups) {
                const float value = own[i];
                const float *at = reached + (i / TILE * REACH + i % TILE) * STRIDE;
                #pragma unroll
                for (int tap = 0; tap < TAPS; tap++) {
                    sum[tap] = fmaf(value, at[tap / KERNEL * REACH + tap % KERNEL], sum[tap]);
                }
            }
            __syncthreads();
        }
        if (works) {
            #pragma unroll
            for (int tap = 0; tap < TAPS; tap++) {
                partial[threadIdx.x * TAPS + tap] = sum[tap];
            }
        }
        __syncthreads();
        const int finished = min(perPass, pairs - first) * TAPS;
        for (int i = threadIdx.x; i < finished; i += blockDim.x) {
            const int finishedPair = first + i / TAPS;
            const int in = firstIn + finishedPair / p.outTile, out = firstOut + finishedPair % p.outTile;
            if (in < ins && out < outs) {
                float total = 0;
                for (int g = 0; g < groups; g++) {
                    total += partial[g * perPass * TAPS + i];
                }
                const int index = weightIndex<STRIDE>(in, out, i % TAPS, ins, outs);
                if (p.splits > 1) {
                    p.parts[static_cast<long long>(split) * ins * outs * TAPS + index] = total;
                } else {
                    sink.take(p.weight + index, total);
                }
            }
        }
        __syncthreads();
    }
}

template <typename Part>
static __device__ __forceinline__ int shapeOf(const Part &part) {
    return (part.stride == 2 ? 2 : 0) + (part.tile == 8 ? 1 : 0);
}

// The gradient of one layer's input and that of another's weights, each in blocks of its own; either may have none. They
// must be different layers where the step is fused: weights are read by the first and written by the second. The blocks that
// make a layer's data gradient also pass on the gradients of its batch norm. Grid: one dimension. Dynamic shared memory, in
// floats, the larger of 4 outs + channelTile tile^2 + chunk (reach^2 + channelTile kernel^2) + threads and
// 4 outTile + inTile tile^2 + outTile (reach^2 | 1) + threads kernel^2, with reach = (tile - 1) stride + kernel.
// Java references: DecoderReference.dataGradient, DecoderReference.weightGradient.
extern "C" __global__ void decoder_backward(const DecoderBackwardParameters p) {
    FIZEAU_DYNAMIC_SHARED(float, shared);
    const int block = static_cast<int>(blockIdx.x) - p.data.blocks;
    if (block < 0) {
        switch (shapeOf(p.data)) {
            case 3: dataGradient<4, 2, 8>(p.data, p.step, shared); break;
            case 2: dataGradient<4, 2, 4>(p.data, p.step, shared); break;
            case 1: dataGradient<3, 1, 8>(p.data, p.step, shared); break;
            default: dataGradient<3, 1, 4>(p.data, p.step, shared); break;
        }
    } else {
        switch (shapeOf(p.weights)) {
            case 3: weightGradient<4, 2, 8>(p.weights, p.step, block, shared); break;
            case 2: weightGradient<4, 2, 4>(p.weights, p.step, block, shared); break;
            case 1: weightGradient<3, 1, 8>(p.weights, p.step, block, shared); break;
            default: weightGradient<3, 1, 4>(p.weights, p.step, block, shared); break;
        }
    }
}

struct GatherWeightsParameters {
    const float *parts;   // of all layers
    const int *segments;  // [segments][4]: where a layer's parts start, how many there are, where its weight starts, its size
    int count;            // segments
    int blocks;           // for each segment
    ParameterStep step;
};

// Adds up the parts of weight gradients in fixed order. Grid: blocks x segments. Java reference: DecoderReference.gather.
extern "C" __global__ void gather_weights(const GatherWeightsParameters p) {
    const int *segment = p.segments + 4 * blockIdx.y;
    const int parts = segment[1], weight = segment[2], size = segment[3];
    const float *__restrict__ own = p.parts + segment[0];
    const GradientSink sink(p.step);
    for (int i = blockIdx.x * blockDim.x + threadIdx.x; i < size; i += gridDim.x * blockDim.x) {
        float sum = 0;
        for (int part = 0; part < parts; part++) {
            sum += own[static_cast<long long>(part) * size + i];
        }
        sink.take(weight + i, sum);
    }
}

struct DecoderFirstStepParameters {
    LayerMaps maps;  // of the first layer
    ParameterStep step;
    int inputs;
    int weight;
    int trained;  // 0: the latent stays as it is, its gradient is 0
};

// The gradients of the first layer's weight, an outer product that is never stored where the step is fused, and of the
// latent. One block per latent channel, which alone reads and writes its row. Dynamic shared memory: 4 floats per output
// channel. Java reference: DecoderReference.firstStep.
extern "C" __global__ void decoder_first_step(const DecoderFirstStepParameters p) {
    FIZEAU_DYNAMIC_SHARED(float, coefficients);
    __shared__ double scratch[MAX_WARPS];
    const int input = blockIdx.x, outputs = p.maps.channels * FIRST_PIXELS;
    const GradientSink sink(p.step);
    loadCoefficients(p.maps, 0, p.maps.channels, coefficients, sink, input == 0);
    __syncthreads();
    const float latent = p.step.parameters[input];
    const long long row = p.weight + static_cast<long long>(input) * outputs;
    double sum = 0;
    for (int j = threadIdx.x; j < outputs; j += blockDim.x) {
        const float gradient = valueGradient(p.maps, j, coefficients + COEFFICIENTS * (j / FIRST_PIXELS));
        sum += gradient * p.step.parameters[row + j];
        sink.take(row + j, latent * gradient);
    }
    sum = blockSum(sum, scratch);
    if (threadIdx.x == 0) {
        sink.take(input, p.trained ? static_cast<float>(sum) : 0.0f);  // Adam's moments stay 0 then, and so does the step
    }
}
