// SPDX-License-Identifier: Apache-2.0
//
// Training of a small tanh network on its own derivatives: 2 -> h -> h -> h -> h -> 1, h up to 50, whose square layers are
// C diag(alpha) R without bias; first layer, last layer and the alphas train. An epoch is four launches:
//     jet_compose   alphas -> matrices of the square layers, as they are and transposed
//     jet_tiles     points -> jets, losses, gradients by matrices and by the ends, in parts, one for each block
//     jet_gather    parts -> sums in fixed order; losses into their ring; the optimiser's next step begins
//     jet_step      sums -> gradient of every trained number -> AdamW, or the gradient itself
//
// A jet is u, u_x, u_t and one second-order channel L u = (xx d2/dx2 + tt d2/dt2) u. Behind a tanh it is kept as y = tanh(z)
// with the derivatives of z, from which both the way forward and the way back follow.
//
// Trained numbers lie as fizeau.pinn.LowRankNetwork has them: weights of the first layer [2][h], its bias [h], alphas
// [3][h], weights of the last layer [h], its bias. Widths below 50 are filled up with zeros, which stay zeros.
//
// jet_tiles has a fixed block: a warp for ten features of a layer, a lane for each of a tile's 32 points. A thread owns the
// whole jets of its ten features at its point, so that tanh and its adjoint need no exchange; a step of a product is one
// jet from shared memory (conflict-free, 16 bytes a lane), ten weights (the same for all lanes) and 40 multiply-adds.
// Jets of hidden layers two and three wait for the way back in global memory that belongs to the block, written and read by
// the same thread; those of the first are computed again, those of the last never leave the registers.
// Sums of products are written as such: the compiler makes multiply-adds of them, and on a CPU they are no calls.
// Java references: fizeau.kernels.JetReference.
#include "fizeau.cuh"

constexpr int JET_WIDTH = 50;
constexpr int JET_LAYERS = 3;                              // square ones
constexpr int JET_TILE = WARP_THREADS;                     // points of a tile
constexpr int JET_COLUMNS = 10;                            // features of a warp
constexpr int JET_GROUPS = JET_WIDTH / JET_COLUMNS;        // warps of a block
constexpr int JET_THREADS = JET_GROUPS * WARP_THREADS;
constexpr int JET_HALF = JET_TILE / 2;                     // points whose layer inputs fit beside the gradients
constexpr int JET_FRONT = JET_TILE + 1;                    // jets from feature to feature; odd, against bank conflicts
constexpr int JET_BACK = JET_HALF + 1;
constexpr int JET_ROWS_DOWN = 10, JET_ROWS = 5;            // of the gradient of a matrix: threads, and rows of each
constexpr int JET_COLUMNS_ACROSS = 13, JET_PER_ROW = 4;    // likewise columns
constexpr int JET_WORKERS = JET_ROWS_DOWN * JET_COLUMNS_ACROSS;
constexpr int JET_MATRIX_PART = JET_ROWS * JET_PER_ROW * JET_WORKERS;
constexpr int JET_ENDS = 4 * JET_WIDTH + 1;                // by the first layer and its bias, by the last and its bias
constexpr int JET_PART = JET_LAYERS * JET_MATRIX_PART + JET_ENDS;
constexpr int JET_SQUARES = 4;                             // data, residual, edges, pairs
constexpr int JET_LOSSES = 3;                              // data, residual, boundary
constexpr int JET_TERMS = 6;                               // factors of u_t, u_x, u u_x, L u, u, u^3

struct alignas(16) Jet {
    float u, x, t, s;
};

// Ten weights of one warp and two unused ones, so that each warp's begin at 16 bytes.
struct alignas(16) JetWeights {
    float of[12];
};

constexpr int JET_MATRIX = JET_WIDTH * JET_GROUPS;  // JetWeights of a matrix

// Equations on points. What is counted `samples` times is computed `passes` times: as often, or once for all samples.
struct JetProblem {
    const float *x, *t;      // [points]
    const float *edges;      // [points]: on how many edges it lies
    const float *pairT;      // [pairs]: second coordinate of points whose fields shall be equal at lowerX and upperX
    const float *source;     // [samples][points]
    const float *truth;      // [samples][points]
    const float *operators;  // [samples][JET_TERMS]
    int points, pairs, samples, passes;
    float lowerX, upperX;
    float mean, scale;       // of the physical field
    float xx, tt;            // the second-order channel
    float edgeFactor;        // all points over the edges' points; 0 without edges
};

struct JetComposeParameters {
    const float *parameters;
    const float *columns;  // [JET_LAYERS][width][width]
    const float *rows;     // likewise
    JetWeights *weights;   // result, [JET_LAYERS][2][JET_WIDTH][JET_GROUPS]; zeros where the width is smaller
    int width;
};

// weights[layer] = C diag(alpha) R, then its transpose. Grid: any number of blocks x layers.
// Java reference: JetReference.compose.
extern "C" __global__ void jet_compose(const JetComposeParameters p) {
    const int layer = blockIdx.y, h = p.width;
    const float *__restrict__ columns = p.columns + layer * h * h;
    const float *__restrict__ rows = p.rows + layer * h * h;
    const float *__restrict__ alpha = p.parameters + (3 + layer) * h;
    JetWeights *forward = p.weights + 2 * layer * JET_MATRIX, *transposed = forward + JET_MATRIX;
    for (int e = blockIdx.x * blockDim.x + threadIdx.x; e < h * h; e += gridDim.x * blockDim.x) {
        const int i = e / h, j = e % h;
        float sum = 0;
        #pragma unroll 5
        for (int k = 0; k < h; k++) {
            sum += columns[i * h + k] * alpha[k] * rows[k * h + j];
        }
        forward[i * JET_GROUPS + j / JET_COLUMNS].of[j % JET_COLUMNS] = sum;
        transposed[j * JET_GROUPS + i / JET_COLUMNS].of[i % JET_COLUMNS] = sum;
    }
}

struct JetTilesParameters {
    JetProblem problem;
    const float *parameters;
    const JetWeights *weights;  // of jet_compose
    Jet *waiting;               // [blocks][JET_LAYERS - 1][JET_WIDTH][JET_TILE]
    float *parts;               // result, [blocks][JET_PART]
    double *squares;            // result, [blocks][JET_SQUARES]
    float *field;               // null; or the result, [points], physical, and no other
    int width;
    int blocks;                 // the grid; not read
};

// What the next layer reads.
static __device__ __forceinline__ Jet behindTanh(const Jet &z, float xx, float tt) {
    const float slope = 1 - z.u * z.u;
    return Jet{z.u, slope * z.x, slope * z.t,
               slope * (z.s - 2 * z.u * (xx * z.x * z.x + tt * z.t * z.t))};
}

// From the gradient by the jet behind a tanh to that by the jet before it.
static __device__ __forceinline__ Jet adjointOfTanh(const Jet &z, const Jet &g, float xx, float tt) {
    const float square = z.u * z.u, slope = 1 - square;
    const float bySecond = slope * g.s, byCurvature = -4 * z.u * bySecond;
    return Jet{slope * (g.u - 2 * z.u * (g.x * z.x + g.t * z.t))
                   + bySecond * ((6 * square - 2) * (xx * z.x * z.x + tt * z.t * z.t) - 2 * z.u * z.s),
               fmaf(xx * byCurvature, z.x, slope * g.x), fmaf(tt * byCurvature, z.t, slope * g.t), bySecond};
}

static __device__ __forceinline__ void accumulateJet(Jet &sum, const Jet &jet, float factor) {
    sum.u += jet.u * factor;
    sum.x += jet.x * factor;
    sum.t += jet.t * factor;
    sum.s += jet.s * factor;
}

// Which end of the network: the first layer by x, by t and its bias, the last layer.
constexpr int JET_BY_X = 0, JET_BY_T = 1, JET_BIAS = 2, JET_LAST = 3;

// The thread's view of a block: its point's lane, its ten features, and the arrays it shares.
struct JetBlock {
    const JetTilesParameters &p;
    int lane, group;
    Jet *front;           // [JET_WIDTH][JET_FRONT]: a layer's jets, or gradients by them
    Jet *back;            // [JET_WIDTH][JET_BACK]: inputs of a layer at half of the points
    JetWeights *weights;  // [JET_WIDTH][JET_GROUPS], in the place of `back`
    Jet *sums;            // [JET_GROUPS][JET_TILE], likewise
    float *ends;          // [4][JET_WIDTH]
    float *endSums;       // [JET_ENDS]
    float x, t;           // of the point

    __device__ __forceinline__ int feature(int column) const { return group * JET_COLUMNS + column; }

    __device__ __forceinline__ float end(int which, int feature) const { return ends[which * JET_WIDTH + feature]; }

    // Jets behind the first tanh need no memory: the derivatives of its argument are constants.
    __device__ __forceinline__ Jet firstHidden(int feature) const {
        const float byX = end(JET_BY_X, feature), byT = end(JET_BY_T, feature);
        return Jet{tanhf(fmaf(byX, x, fmaf(byT, t, end(JET_BIAS, feature)))), byX, byT, 0.0f};
    }

    __device__ __forceinline__ Jet *waiting(int layer, int feature) const {
        return p.waiting + ((static_cast<long long>(blockIdx.x) * (JET_LAYERS - 1) + layer) * JET_WIDTH + feature) * JET_TILE
               + lane;
    }

    // Behind the tanh whose output square layer `layer` reads.
    __device__ __forceinline__ Jet hidden(int layer, int feature) const {
        return layer == 0 ? firstHidden(feature) : *waiting(layer - 1, feature);
    }

    // Brings a matrix into shared memory. All of what it replaces must have been read; barriers on both sides are here.
    __device__ __forceinline__ void load(int layer, int transposed) const {
        const JetWeights *__restrict__ from = p.weights + (2 * layer + transposed) * JET_MATRIX;
        __syncthreads();
        for (int i = threadIdx.x; i < JET_MATRIX; i += JET_THREADS) {
            weights[i] = from[i];
        }
        __syncthreads();
    }

    // out[column] = sum over features k of front[k] times the weight from k to the thread's column.
    __device__ __forceinline__ void multiply(Jet (&out)[JET_COLUMNS]) const {
        #pragma unroll
        for (int column = 0; column < JET_COLUMNS; column++) {
            out[column] = Jet{0, 0, 0, 0};
        }
        const Jet *rows = front + lane;
        const JetWeights *own = weights + group;
        #pragma unroll 2
        for (int k = 0; k < JET_WIDTH; k++) {
            const Jet in = rows[k * JET_FRONT];
            const JetWeights &w = own[k * JET_GROUPS];
            #pragma unroll
            for (int column = 0; column < JET_COLUMNS; column++) {
                accumulateJet(out[column], in, w.of[column]);
            }
        }
    }

    // Adds this tile's gradient by the matrix of a square layer to the block's part: sum over points and channels of the
    // layer's input (row) times the gradient by its output (column), which is in `front`. A thread owns 5 x 4 entries.
    __device__ __forceinline__ void addMatrixGradient(int layer, bool fresh) const {
        const bool works = threadIdx.x < JET_WORKERS;
        const int down = threadIdx.x % JET_ROWS_DOWN, across = threadIdx.x / JET_ROWS_DOWN;
        float *part = p.parts + static_cast<long long>(blockIdx.x) * JET_PART + layer * JET_MATRIX_PART + threadIdx.x;
        float sums[JET_ROWS][JET_PER_ROW];
        #pragma unroll
        for (int r = 0; r < JET_ROWS; r++) {
            #pragma unroll
            for (int c = 0; c < JET_PER_ROW; c++) {
                sums[r][c] = works && !fresh ? part[(r * JET_PER_ROW + c) * JET_WORKERS] : 0.0f;
            }
        }
        #pragma unroll 1
        for (int half = 0; half < 2; half++) {
            __syncthreads();  // weights, or the other half, have been read
            if (lane / JET_HALF == half) {
                #pragma unroll
                for (int column = 0; column < JET_COLUMNS; column++) {
                    back[feature(column) * JET_BACK + lane % JET_HALF] =
                        behindTanh(hidden(layer, feature(column)), p.problem.xx, p.problem.tt);
                }
            }
            __syncthreads();
            if (works) {
                #pragma unroll 1
                for (int point = 0; point < JET_HALF; point++) {
                    Jet in[JET_ROWS];
                    #pragma unroll
                    for (int r = 0; r < JET_ROWS; r++) {
                        in[r] = back[(down + r * JET_ROWS_DOWN) * JET_BACK + point];
                    }
                    #pragma unroll
                    for (int c = 0; c < JET_PER_ROW; c++) {
                        const int column = min(across + c * JET_COLUMNS_ACROSS, JET_WIDTH - 1);
                        const Jet g = front[column * JET_FRONT + half * JET_HALF + point];
                        #pragma unroll
                        for (int r = 0; r < JET_ROWS; r++) {
                            sums[r][c] += in[r].u * g.u;
                            sums[r][c] += in[r].x * g.x;
                            sums[r][c] += in[r].t * g.t;
                            sums[r][c] += in[r].s * g.s;
                        }
                    }
                }
            }
        }
        if (works) {
            #pragma unroll
            for (int r = 0; r < JET_ROWS; r++) {
                #pragma unroll
                for (int c = 0; c < JET_PER_ROW; c++) {
                    part[(r * JET_PER_ROW + c) * JET_WORKERS] = sums[r][c];
                }
            }
        }
        __syncthreads();  // front and back have been read
    }

    // Adds the sum over the tile's points to a number that only this warp touches.
    __device__ __forceinline__ void addToEnd(int index, float value) const {
        const float sum = warpSum(value);
        if (lane == 0) {
            endSums[index] += sum;
        }
    }
};

// Sums of squares of one point, and the gradient of the loss by its jet; see ResidualLoss of fizeau.pinn.
struct JetLoss {
    double data, residual, edges, pairs;

    __device__ __forceinline__ void addSample(const JetProblem &q, int sample, int point, const Jet &jet, Jet &gradient) {
        const float *__restrict__ term = q.operators + sample * JET_TERMS;
        const long long at = static_cast<long long>(sample) * q.points + point;
        const float edge = q.edges[point];
        const float factor = 2 * q.scale / (static_cast<float>(q.samples) * static_cast<float>(q.points));
        const float value = fmaf(q.scale, jet.u, q.mean), slope = q.scale * jet.x, square = value * value;
        const float f = term[0] * q.scale * jet.t + (term[1] + term[2] * value) * slope + term[3] * q.scale * jet.s
                        + (term[4] + term[5] * square) * value - q.source[at];
        const float error = value - q.truth[at];
        const float g = factor * f;
        gradient.u += g * (term[2] * slope + term[4] + 3 * term[5] * square)
                      + factor * (1 + q.edgeFactor * edge) * error;
        gradient.x += g * (term[1] + term[2] * value);
        gradient.t += g * term[0];
        gradient.s += g * term[3];
        const double wrong = static_cast<double>(error) * error;
        data += wrong;
        edges += edge * wrong;
        residual += static_cast<double>(f) * f;
    }

    // Both points of a pair call it; the difference counts once, at the lower.
    __device__ __forceinline__ void addPair(const JetProblem &q, bool upper, float own, float other, Jet &gradient) {
        const double weight = 1.0 / q.passes;
        const float factor = static_cast<float>(2.0 * q.scale * weight / q.pairs);
        const float difference = q.scale * (own - other);
        gradient.u += factor * difference;
        pairs += upper ? 0 : weight * difference * difference;
    }
};

// Jets of all points, their losses and gradients. Blocks of JET_THREADS threads, each for every n-th tile; shared memory as
// JetTiles of Java says. Java reference: JetReference.epoch.
extern "C" __global__ void jet_tiles(const JetTilesParameters p) {
    FIZEAU_DYNAMIC_SHARED(Jet, shared);
    const JetProblem &q = p.problem;
    const int h = p.width;
    JetBlock b{p, laneOf(threadIdx.x), warpOf(threadIdx.x), shared, shared + JET_WIDTH * JET_FRONT, nullptr, nullptr,
               nullptr, nullptr, 0.0f, 0.0f};
    b.weights = reinterpret_cast<JetWeights *>(b.back);
    b.sums = b.back;
    b.ends = reinterpret_cast<float *>(b.back + JET_WIDTH * JET_BACK);
    b.endSums = b.ends + 4 * JET_WIDTH;
    for (int i = threadIdx.x; i < 4 * JET_WIDTH; i += JET_THREADS) {
        const int which = i / JET_WIDTH, feature = i % JET_WIDTH;
        b.ends[i] = feature < h ? p.parameters[(which == JET_LAST ? 6 : which) * h + feature] : 0.0f;
    }
    for (int i = threadIdx.x; i < JET_ENDS; i += JET_THREADS) {
        b.endSums[i] = 0;
    }
    __syncthreads();

    const long long items = static_cast<long long>(q.points) * q.passes;
    const long long pairItems = static_cast<long long>(q.pairs) * q.passes;
    const long long pointTiles = (items + JET_TILE - 1) / JET_TILE;
    const long long tiles = pointTiles + (pairItems + JET_HALF - 1) / JET_HALF;
    JetLoss loss{0, 0, 0, 0};
    for (long long tile = blockIdx.x; tile < tiles; tile += gridDim.x) {
        const bool ofPairs = tile >= pointTiles, upper = b.lane >= JET_HALF;
        const long long item = ofPairs ? (tile - pointTiles) * JET_HALF + b.lane % JET_HALF : tile * JET_TILE + b.lane;
        const bool counts = item < (ofPairs ? pairItems : items);
        const int place = counts ? static_cast<int>(item % (ofPairs ? q.pairs : q.points)) : 0;
        b.x = ofPairs ? (upper ? q.upperX : q.lowerX) : q.x[place];
        b.t = ofPairs ? q.pairT[place] : q.t[place];

        // Forward.
        #pragma unroll
        for (int column = 0; column < JET_COLUMNS; column++) {
            b.front[b.feature(column) * JET_FRONT + b.lane] = behindTanh(b.firstHidden(b.feature(column)), q.xx, q.tt);
        }
        Jet jets[JET_COLUMNS];  // on the way forward arguments of tanh, then y; on the way back gradients
        #pragma unroll 1
        for (int layer = 0; layer < JET_LAYERS; layer++) {
            b.load(layer, 0);
            b.multiply(jets);
            __syncthreads();
            #pragma unroll
            for (int column = 0; column < JET_COLUMNS; column++) {
                jets[column].u = tanhf(jets[column].u);
                if (layer < JET_LAYERS - 1) {
                    *b.waiting(layer, b.feature(column)) = jets[column];
                    b.front[b.feature(column) * JET_FRONT + b.lane] = behindTanh(jets[column], q.xx, q.tt);
                }
            }
        }

        // The last layer is a sum over features, in fixed order: within the thread, then over the warps.
        Jet sum{0, 0, 0, 0};
        #pragma unroll
        for (int column = 0; column < JET_COLUMNS; column++) {
            accumulateJet(sum, behindTanh(jets[column], q.xx, q.tt), b.end(JET_LAST, b.feature(column)));
        }
        b.sums[b.group * JET_TILE + b.lane] = sum;
        __syncthreads();
        Jet out{p.parameters[7 * h], 0, 0, 0};
        float partner = out.u;
        #pragma unroll
        for (int group = 0; group < JET_GROUPS; group++) {
            accumulateJet(out, b.sums[group * JET_TILE + b.lane], 1.0f);
            partner += b.sums[group * JET_TILE + (b.lane + JET_HALF) % JET_TILE].u;
        }
        if (p.field != nullptr) {
            if (counts && b.group == 0) {
                p.field[place] = fmaf(q.scale, out.u, q.mean);
            }
            continue;
        }
        Jet gradient{0, 0, 0, 0};
        if (counts && ofPairs) {
            loss.addPair(q, upper, out.u, partner, gradient);
        } else if (counts) {
            const int first = q.passes == 1 ? 0 : static_cast<int>(item / q.points);
            const int end = q.passes == 1 ? q.samples : first + 1;
            for (int sample = first; sample < end; sample++) {
                loss.addSample(q, sample, place, out, gradient);
            }
        }

        // Backward.
        if (b.group == 0) {
            b.addToEnd(4 * JET_WIDTH, gradient.u);
        }
        #pragma unroll
        for (int column = 0; column < JET_COLUMNS; column++) {
            const int feature = b.feature(column);
            const Jet behind = behindTanh(jets[column], q.xx, q.tt);
            const float weight = b.end(JET_LAST, feature);
            b.addToEnd(JET_LAST * JET_WIDTH + feature, behind.u * gradient.u + behind.x * gradient.x + behind.t * gradient.t
                                                       + behind.s * gradient.s);
            b.front[feature * JET_FRONT + b.lane] = adjointOfTanh(
                jets[column],
                Jet{weight * gradient.u, weight * gradient.x, weight * gradient.t, weight * gradient.s}, q.xx, q.tt);
        }
        #pragma unroll 1
        for (int layer = JET_LAYERS - 1; layer >= 0; layer--) {
            b.load(layer, 1);
            b.multiply(jets);
            b.addMatrixGradient(layer, tile == blockIdx.x);
            #pragma unroll
            for (int column = 0; column < JET_COLUMNS; column++) {
                const int feature = b.feature(column);
                const Jet before = adjointOfTanh(b.hidden(layer, feature), jets[column], q.xx, q.tt);
                if (layer > 0) {
                    b.front[feature * JET_FRONT + b.lane] = before;
                } else {
                    b.addToEnd(JET_BY_X * JET_WIDTH + feature, fmaf(before.u, b.x, before.x));
                    b.addToEnd(JET_BY_T * JET_WIDTH + feature, fmaf(before.u, b.t, before.t));
                    b.addToEnd(JET_BIAS * JET_WIDTH + feature, before.u);
                }
            }
        }
    }
    __syncthreads();
    if (p.field == nullptr) {
        float *part = p.parts + static_cast<long long>(blockIdx.x) * JET_PART + JET_LAYERS * JET_MATRIX_PART;
        for (int i = threadIdx.x; i < JET_ENDS; i += JET_THREADS) {
            part[i] = b.endSums[i];
        }
    }
    if (p.field == nullptr && b.group == 0) {  // all warps saw the same points
        const double sums[JET_SQUARES] = {warpSum(loss.data), warpSum(loss.residual), warpSum(loss.edges),
                                          warpSum(loss.pairs)};
        if (b.lane == 0) {
            for (int i = 0; i < JET_SQUARES; i++) {
                p.squares[blockIdx.x * JET_SQUARES + i] = sums[i];
            }
        }
    }
}

struct JetGatherParameters {
    const float *parts;     // [blocks][JET_PART]
    const double *squares;  // [blocks][JET_SQUARES]
    float *matrices;        // result, [JET_LAYERS][JET_WIDTH][JET_WIDTH]: gradients by the matrices of square layers
    float *ends;            // result, [JET_ENDS]
    double *losses;         // [capacity][JET_LOSSES], a ring
    TrainingState *state;
    double dataWeight, edgeWeight, pairWeight;  // what sums of squares are multiplied with
    double beta1, beta2;
    int blocks;
    int capacity;
};

// Adds up the parts: a block for each 32 numbers, a warp for every n-th part. Its first block also puts the losses into the
// next slot and begins the next optimiser step. Java reference: JetReference.gather.
extern "C" __global__ void jet_gather(const JetGatherParameters p) {
    __shared__ double slices[MAX_WARPS * WARP_THREADS];
    __shared__ double scratch[MAX_WARPS];
    const int lane = laneOf(threadIdx.x), warp = warpOf(threadIdx.x), warps = blockDim.x / WARP_THREADS;
    for (int first = blockIdx.x * WARP_THREADS; first < JET_PART; first += gridDim.x * WARP_THREADS) {
        const int entry = first + lane;
        double sum = 0;
        if (entry < JET_PART) {
            #pragma unroll 4
            for (int block = warp; block < p.blocks; block += warps) {
                sum += p.parts[static_cast<long long>(block) * JET_PART + entry];
            }
        }
        slices[threadIdx.x] = sum;
        __syncthreads();
        if (warp == 0 && entry < JET_PART) {
            for (int other = 1; other < warps; other++) {
                sum += slices[other * WARP_THREADS + lane];
            }
            const int layer = entry / JET_MATRIX_PART, inside = entry % JET_MATRIX_PART;
            const int worker = inside % JET_WORKERS, tile = inside / JET_WORKERS;
            const int row = worker % JET_ROWS_DOWN + tile / JET_PER_ROW * JET_ROWS_DOWN;
            const int column = worker / JET_ROWS_DOWN + tile % JET_PER_ROW * JET_COLUMNS_ACROSS;
            if (layer == JET_LAYERS) {
                p.ends[inside] = static_cast<float>(sum);
            } else if (column < JET_WIDTH) {
                p.matrices[(layer * JET_WIDTH + row) * JET_WIDTH + column] = static_cast<float>(sum);
            }
        }
        __syncthreads();
    }
    double totals[JET_SQUARES];
    for (int i = 0; i < JET_SQUARES; i++) {
        double sum = 0;
        for (int block = threadIdx.x; blockIdx.x == 0 && block < p.blocks; block += blockDim.x) {
            sum += p.squares[block * JET_SQUARES + i];
        }
        totals[i] = blockSum(sum, scratch);
    }
    if (blockIdx.x == 0 && threadIdx.x == 0) {
        const int slot = p.state->slot;
        double *losses = p.losses + slot * JET_LOSSES;
        losses[0] = p.dataWeight * totals[0];
        losses[1] = p.dataWeight * totals[1];
        losses[2] = p.edgeWeight * totals[2] + p.pairWeight * totals[3];
        p.state->slot = slot + 1 < p.capacity ? slot + 1 : 0;
        advance(&p.state->adam, p.state->learningRate, p.beta1, p.beta2);
    }
}

struct JetStepParameters {
    ParameterStep step;
    const float *columns;   // [JET_LAYERS][width][width]
    const float *rows;      // likewise
    const float *matrices;  // of jet_gather
    const float *ends;      // likewise
    const TrainingState *training;
    double weightDecay;     // decoupled, times the learning rate
    int width;
};

// The gradient of each trained number, a block for each, and what becomes of it. An alpha's is an entry of the diagonal of
// C' G R', G being that by its layer's matrix. Java reference: JetReference.gradient and OptimizeReference.adamStep.
extern "C" __global__ void jet_step(const JetStepParameters p) {
    __shared__ double scratch[MAX_WARPS];
    const GradientSink sink(p.step);
    const int h = p.width, trained = 7 * h + 1;
    for (int index = blockIdx.x; index < trained; index += gridDim.x) {
        const int kind = index / h, feature = index % h;
        double gradient = 0;
        if (kind >= 3 && kind < 6) {
            const int layer = kind - 3;
            const float *__restrict__ columns = p.columns + layer * h * h + feature;
            const float *__restrict__ rows = p.rows + (layer * h + feature) * h;
            const float *__restrict__ matrix = p.matrices + layer * JET_WIDTH * JET_WIDTH;
            double sum = 0;
            for (int e = threadIdx.x; e < h * h; e += blockDim.x) {
                const int i = e / h, j = e % h;
                sum += static_cast<double>(columns[i * h]) * (matrix[i * JET_WIDTH + j] * rows[j]);
            }
            gradient = blockSum(sum, scratch);
        } else {
            const int place = kind == 7 ? 4 * JET_WIDTH : (kind == 6 ? JET_LAST : kind) * JET_WIDTH + feature;
            gradient = p.ends[place];
        }
        if (threadIdx.x == 0) {
            if (p.step.fused && p.weightDecay > 0) {
                p.step.parameters[index] *= static_cast<float>(1 - p.training->learningRate * p.weightDecay);
            }
            sink.take(index, static_cast<float>(gradient));
        }
    }
}
