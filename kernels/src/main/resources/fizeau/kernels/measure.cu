// SPDX-License-Identifier: Apache-2.0
//
// The measurement operator in box form: a small object seen through small masks at detector size, without ever storing the
// frame-sized field. With the centred unitary transform C, C[k][j] = exp(-2 pi i (k - h)(j - h) / n) / sqrt(n) per axis and
// h = n / 2 rounded down, the measurement of object x through mask M is
//     a = J |u|,   u = C (M . C P x)
// where P embeds the object in the frame and J reverses both axes. Its gradient, for a loss with g = dL/da, is
//     dL/dx = Re P' C (M . C conj(q)),   q = (J g) . u / |u|,   u / |u| := 0 where u = 0
// so the same forward factors serve the way back. Any frame, any box, any object inside the frame, odd sizes included.
//
// Order of launches (e = entry, one block has any number of whole warps, grids are x by y):
//     box_project     boxNy  x entries    object           -> spectrum inside the box, masked
//     row_amplitude   ny     x entries    spectrum         -> measurement                              (no gradient wanted)
//     row_l1          ny     x entries    spectrum, target -> loss per row, adjoint of each field row  (gradient wanted)
//     row_gradient    ny     x entries    spectrum, g      -> adjoint of each field row                (any other loss)
//     box_adjoint     boxNy  x entries    adjoint rows     -> adjoint spectrum, columns expanded
//     object_adjoint  objectNy x objects  the latter       -> gradient, summed over the masks of an object
//
// box_project_field takes a complex object in place of a real one.
//
// Shapes: objects and gradients [objects][objectNy][objectNx]; masks [entries][boxNy][boxNx], real; spectra the same,
// complex; boxOrigins [entries][2] = first row and column of the box in the frame, the box inside the frame; targets and
// measurements [entries][ny][nx]; rootsY [ny], rootsX [nx], the table RootWalk describes.
// Java references: fizeau.kernels.MeasureReference, the method of the same name in camel case.
#include "fizeau.cuh"

// Box coordinates of one entry relative to zero frequency.
struct BoxCorner {
    int row, column;

    __device__ __forceinline__ BoxCorner(const int *boxOrigins, int entry, const FrameGeometry &frame)
        : row(boxOrigins[2 * entry] - frame.ny / 2), column(boxOrigins[2 * entry + 1] - frame.nx / 2) {}
};

struct BoxProjectParameters {
    const float *object;
    const float *mask;
    const int *boxOrigins;
    const float2 *rootsY;
    const float2 *rootsX;
    float2 *spectrum;
    BoxGeometry geometry;
};

// sum + sample * root, for a real or a complex sample.
static __device__ __forceinline__ float2 addSample(float2 sum, float sample, float2 root) {
    return make_float2(fmaf(sample, root.x, sum.x), fmaf(sample, root.y, sum.y));
}

static __device__ __forceinline__ float2 addSample(float2 sum, float2 sample, float2 root) {
    return multiplyAdd(sum, sample, root);
}

template <typename Sample, typename Parameters>
static __device__ __forceinline__ void boxProject(const Parameters &p, float2 *columns) {
    const FrameGeometry &frame = p.geometry.frame;
    const int boxNx = p.geometry.boxNx;
    const int k = blockIdx.x, entry = blockIdx.y;
    const BoxCorner corner(p.boxOrigins, entry, frame);
    const int firstRow = frame.objectTop - frame.ny / 2, firstColumn = frame.objectLeft - frame.nx / 2;
    const Sample *__restrict__ object = p.object + imageStart(entry / frame.masksPerObject, frame.objectNy, frame.objectNx);

    // Transform down the columns for this one frequency.
    for (int j = threadIdx.x; j < frame.objectNx; j += blockDim.x) {
        float2 sum = make_float2(0, 0);
        RootWalk walk(corner.row + k, firstRow, 1, frame.ny);
        for (int i = 0; i < frame.objectNy; i++) {
            sum = addSample(sum, object[i * frame.objectNx + j], walk.next(p.rootsY));
        }
        columns[j] = sum;
    }
    __syncthreads();

    // Then along the row, one warp per frequency.
    const float scale = unitaryScale(frame);
    const long long out = imageStart(entry, p.geometry.boxNy, boxNx) + k * boxNx;
    const int lane = laneOf(threadIdx.x), warps = blockDim.x / WARP_THREADS;
    for (int l = warpOf(threadIdx.x); l < boxNx; l += warps) {
        float2 sum = make_float2(0, 0);
        RootWalk walk(corner.column + l, firstColumn + lane, WARP_THREADS, frame.nx);
        for (int j = lane; j < frame.objectNx; j += WARP_THREADS) {
            sum = multiplyAdd(sum, columns[j], walk.next(p.rootsX));
        }
        sum = warpSum(sum);
        if (lane == 0) {
            p.spectrum[out + l] = scaled(sum, scale * p.mask[out + l]);
        }
    }
}

// spectrum[e][k][l] = mask[e][k][l] C P x. One block per box row and entry. Dynamic shared memory: objectNx float2.
// Java reference: MeasureReference.boxProject.
extern "C" __global__ void box_project(const BoxProjectParameters p) {
    FIZEAU_DYNAMIC_SHARED(float2, columns);
    boxProject<float>(p, columns);
}

struct BoxProjectFieldParameters {
    const float2 *object;  // complex, otherwise as in box_project
    const float *mask;
    const int *boxOrigins;
    const float2 *rootsY;
    const float2 *rootsX;
    float2 *spectrum;
    BoxGeometry geometry;
};

// The same for a complex object. Java reference: MeasureReference.boxProject, by linearity.
extern "C" __global__ void box_project_field(const BoxProjectFieldParameters p) {
    FIZEAU_DYNAMIC_SHARED(float2, columns);
    boxProject<float2>(p, columns);
}

// DFT of 1 or 4 values in place.
static __device__ __forceinline__ void butterfly(float2 (&)[1]) {}

static __device__ __forceinline__ void butterfly(float2 (&s)[4]) {
    float2 evenSum = add(s[0], s[2]), evenDifference = subtract(s[0], s[2]);
    float2 oddSum = add(s[1], s[3]), oddDifference = subtract(s[1], s[3]);
    s[0] = add(evenSum, oddSum);
    s[2] = subtract(evenSum, oddSum);
    s[1] = make_float2(evenDifference.x + oddDifference.y, evenDifference.y - oddDifference.x);
    s[3] = make_float2(evenDifference.x - oddDifference.y, evenDifference.y + oddDifference.x);
}

// One row of the field, expanded from the box. Columns c, c + nx / RADIX, ... share their roots up to powers of
// exp(-2 pi i / RADIX), so box columns are grouped by their remainder and finished by a RADIX-point DFT: a quarter of the
// multiplications for RADIX 4. `factors` in shared memory starts at a column divisible by RADIX, padded with zeros.
template <int RADIX>
struct FieldRow {
    float2 *factors;
    int padded;       // factors, a multiple of RADIX, at most boxNx + 2 (RADIX - 1)
    int firstColumn;  // of factors[0], relative to zero frequency, divisible by RADIX

    // Transforms the box down its columns at the block's field row. Ends with a barrier.
    __device__ __forceinline__ FieldRow(const float2 *spectrum, const int *boxOrigins, const float2 *rootsY,
                                        const BoxGeometry &geometry, float2 *shared)
        : factors(shared) {
        const int row = blockIdx.x, entry = blockIdx.y;
        const BoxCorner corner(boxOrigins, entry, geometry.frame);
        const int lead = wrap(corner.column, RADIX);
        firstColumn = corner.column - lead;
        padded = (lead + geometry.boxNx + RADIX - 1) / RADIX * RADIX;
        const float2 *__restrict__ box = spectrum + imageStart(entry, geometry.boxNy, geometry.boxNx);
        for (int slot = threadIdx.x; slot < padded; slot += blockDim.x) {
            float2 sum = make_float2(0, 0);
            const int l = slot - lead;
            if (l >= 0 && l < geometry.boxNx) {
                RootWalk walk(row - geometry.frame.ny / 2, corner.row, 1, geometry.frame.ny);
                for (int k = 0; k < geometry.boxNy; k++) {
                    sum = multiplyAdd(sum, box[k * geometry.boxNx + l], walk.next(rootsY));
                }
            }
            factors[slot] = sum;
        }
        __syncthreads();
    }

    // Field at columns base + m nx / RADIX, m = 0 .. RADIX - 1.
    __device__ __forceinline__ void expand(int base, const float2 *rootsX, int nx, float scale, float2 (&u)[RADIX]) const {
        #pragma unroll
        for (int m = 0; m < RADIX; m++) {
            u[m] = make_float2(0, 0);
        }
        RootWalk walk(base - nx / 2, firstColumn, 1, nx);
        for (int slot = 0; slot < padded; slot += RADIX) {
            #pragma unroll
            for (int m = 0; m < RADIX; m++) {
                u[m] = multiplyAdd(u[m], factors[slot + m], walk.next(rootsX));
            }
        }
        butterfly(u);
        #pragma unroll
        for (int m = 0; m < RADIX; m++) {
            u[m] = scaled(u[m], scale);
        }
    }
};

// Where field row `row`, column 0 lies in a measurement, both axes reversed: column c is at this index minus c.
static __device__ __forceinline__ long long detectorRow(int entry, int row, const FrameGeometry &frame) {
    return imageStart(entry, frame.ny, frame.nx) + static_cast<long long>(frame.ny - row) * frame.nx - 1;
}

struct RowAmplitudeParameters {
    const float2 *spectrum;
    const int *boxOrigins;
    const float2 *rootsY;
    const float2 *rootsX;
    float *measurement;
    BoxGeometry geometry;
    int radix;  // 1, or 4 where nx is divisible by 4
};

template <int RADIX>
static __device__ __forceinline__ void rowAmplitude(const RowAmplitudeParameters &p, float2 *shared) {
    const FrameGeometry &frame = p.geometry.frame;
    const FieldRow<RADIX> fieldRow(p.spectrum, p.boxOrigins, p.rootsY, p.geometry, shared);
    const long long detector = detectorRow(blockIdx.y, blockIdx.x, frame);
    const float scale = unitaryScale(frame);
    const int bases = frame.nx / RADIX;
    for (int base = threadIdx.x; base < bases; base += blockDim.x) {
        float2 u[RADIX];
        fieldRow.expand(base, p.rootsX, frame.nx, scale, u);
        #pragma unroll
        for (int m = 0; m < RADIX; m++) {
            p.measurement[detector - (base + m * bases)] = magnitude(u[m]);
        }
    }
}

// measurement[e] = J |C spectrum[e]|. One block per field row and entry. Dynamic shared memory: boxNx + 2 (radix - 1)
// float2. Java reference: MeasureReference.rowAmplitude.
extern "C" __global__ void row_amplitude(const RowAmplitudeParameters p) {
    FIZEAU_DYNAMIC_SHARED(float2, shared);
    if (p.radix == 4) {
        rowAmplitude<4>(p, shared);
    } else {
        rowAmplitude<1>(p, shared);
    }
}

struct RowL1Parameters {
    const float2 *spectrum;
    const int *boxOrigins;
    const float2 *rootsY;
    const float2 *rootsX;
    const float *target;
    const float *weights;  // [entries], factor of |a - target| for every sample of an entry
    float2 *rowAdjoint;    // [entries][ny][boxNx]
    double *rowLoss;       // [entries][ny]
    BoxGeometry geometry;
    int radix;  // 1, or 4 where nx is divisible by 4
    int tile;   // groups of radix columns kept in shared memory at a time
};

// One field row, its gradient by `slope`, and the way back to the box columns. `slope` answers the conjugated gradient of a
// field sample, given where the detector has it, and may add up a loss on the way.
template <int RADIX, typename Parameters, typename Slope>
static __device__ __forceinline__ void rowAdjoint(const Parameters &p, float2 *shared, Slope &slope) {
    const FrameGeometry &frame = p.geometry.frame;
    const int row = blockIdx.x, entry = blockIdx.y, boxNx = p.geometry.boxNx;
    const FieldRow<RADIX> fieldRow(p.spectrum, p.boxOrigins, p.rootsY, p.geometry, shared);
    float2 *gradients = shared + fieldRow.padded;  // [RADIX][tile], after the butterfly back
    const BoxCorner corner(p.boxOrigins, entry, frame);
    const long long detector = detectorRow(entry, row, frame);
    float2 *adjoint = p.rowAdjoint + imageStart(entry, frame.ny, boxNx) + static_cast<long long>(row) * boxNx;
    const float scale = unitaryScale(frame);
    const int bases = frame.nx / RADIX, lane = laneOf(threadIdx.x), warps = blockDim.x / WARP_THREADS;

    for (int start = 0; start < bases; start += p.tile) {
        const int count = min(p.tile, bases - start);
        for (int b = threadIdx.x; b < count; b += blockDim.x) {
            float2 u[RADIX];
            fieldRow.expand(start + b, p.rootsX, frame.nx, scale, u);
            #pragma unroll
            for (int m = 0; m < RADIX; m++) {
                u[m] = slope(u[m], detector - (start + b + m * bases));
            }
            butterfly(u);
            #pragma unroll
            for (int m = 0; m < RADIX; m++) {
                gradients[m * p.tile + b] = u[m];
            }
        }
        __syncthreads();
        // Back to the box columns, one warp per column; the same lane adds up all tiles of a column.
        for (int l = warpOf(threadIdx.x); l < boxNx; l += warps) {
            const int column = corner.column + l;
            const float2 *group = gradients + wrap(column, RADIX) * p.tile;
            float2 sum = make_float2(0, 0);
            RootWalk walk(column, start + lane - frame.nx / 2, WARP_THREADS, frame.nx);
            for (int b = lane; b < count; b += WARP_THREADS) {
                sum = multiplyAdd(sum, group[b], walk.next(p.rootsX));
            }
            sum = warpSum(sum);
            if (lane == 0) {
                adjoint[l] = start == 0 ? sum : add(adjoint[l], sum);
            }
        }
        __syncthreads();
    }
}

// The L1 loss against a target.
struct L1Slope {
    const float *target;
    float weight;
    double loss;

    __device__ __forceinline__ float2 operator()(float2 field, long long detector) {
        const float amplitude = magnitude(field);
        const float difference = amplitude - target[detector];
        loss += fabsf(difference);
        return conjugateL1Gradient(field, amplitude, difference, weight);
    }
};

// A gradient with respect to the amplitudes that somebody else computed.
struct GivenSlope {
    const float *gradient;

    __device__ __forceinline__ float2 operator()(float2 field, long long detector) {
        return conjugateGradient(field, gradient[detector]);
    }
};

// rowLoss[e][r] = weights[e] sum_c |a - target| over field row r; rowAdjoint[e][r][l] = sum_c conj(q) W, with neither of the
// two unitary scales of the way back. One block per field row and entry. Dynamic shared memory:
// boxNx + 2 (radix - 1) + radix * tile float2. Java reference: MeasureReference.rowL1.
extern "C" __global__ void row_l1(const RowL1Parameters p) {
    FIZEAU_DYNAMIC_SHARED(float2, shared);
    __shared__ double scratch[MAX_WARPS];
    const int entry = blockIdx.y;
    L1Slope slope = {p.target, p.weights[entry], 0};
    if (p.radix == 4) {
        rowAdjoint<4>(p, shared, slope);
    } else {
        rowAdjoint<1>(p, shared, slope);
    }
    const double loss = blockSum(slope.loss, scratch);
    if (threadIdx.x == 0) {
        p.rowLoss[imageStart(entry, p.geometry.frame.ny, 1) + blockIdx.x] = loss * slope.weight;
    }
}

struct RowGradientParameters {
    const float2 *spectrum;
    const int *boxOrigins;
    const float2 *rootsY;
    const float2 *rootsX;
    const float *amplitudeGradient;  // [entries][ny][nx], as the detector sees it
    float2 *rowAdjoint;              // [entries][ny][boxNx]
    BoxGeometry geometry;
    int radix;  // 1, or 4 where nx is divisible by 4
    int tile;   // groups of radix columns kept in shared memory at a time
};

// As row_l1, for a loss whose gradient with respect to the amplitudes is given. Dynamic shared memory as there.
// Java reference: MeasureReference.rowGradient.
extern "C" __global__ void row_gradient(const RowGradientParameters p) {
    FIZEAU_DYNAMIC_SHARED(float2, shared);
    GivenSlope slope = {p.amplitudeGradient};
    if (p.radix == 4) {
        rowAdjoint<4>(p, shared, slope);
    } else {
        rowAdjoint<1>(p, shared, slope);
    }
}

struct BoxAdjointParameters {
    const float2 *rowAdjoint;  // [entries][ny][boxNx]
    const float *mask;
    const int *boxOrigins;
    const float2 *rootsY;
    const float2 *rootsX;
    float2 *columnAdjoint;  // [entries][boxNy][objectNx]
    BoxGeometry geometry;
};

// Finishes the spectrum of conj(q) inside the box, masks it, and expands its rows to the object's columns. One block per
// box row and entry. Dynamic shared memory: boxNx float2. Java reference: MeasureReference.boxAdjoint.
extern "C" __global__ void box_adjoint(const BoxAdjointParameters p) {
    FIZEAU_DYNAMIC_SHARED(float2, spectrum);
    const FrameGeometry &frame = p.geometry.frame;
    const int boxNx = p.geometry.boxNx;
    const int k = blockIdx.x, entry = blockIdx.y;
    const BoxCorner corner(p.boxOrigins, entry, frame);
    const float scale = unitaryScale(frame);
    const float *__restrict__ mask = p.mask + imageStart(entry, p.geometry.boxNy, boxNx) + k * boxNx;
    const float2 *__restrict__ rows = p.rowAdjoint + imageStart(entry, frame.ny, boxNx);
    const int lane = laneOf(threadIdx.x), warps = blockDim.x / WARP_THREADS;
    for (int l = warpOf(threadIdx.x); l < boxNx; l += warps) {
        float2 sum = make_float2(0, 0);
        RootWalk walk(corner.row + k, lane - frame.ny / 2, WARP_THREADS, frame.ny);
        for (int r = lane; r < frame.ny; r += WARP_THREADS) {
            sum = multiplyAdd(sum, rows[static_cast<long long>(r) * boxNx + l], walk.next(p.rootsY));
        }
        sum = warpSum(sum);
        if (lane == 0) {
            spectrum[l] = scaled(sum, scale * mask[l]);
        }
    }
    __syncthreads();

    const int firstColumn = frame.objectLeft - frame.nx / 2;
    float2 *out = p.columnAdjoint + imageStart(entry, p.geometry.boxNy, frame.objectNx) + k * frame.objectNx;
    for (int j = threadIdx.x; j < frame.objectNx; j += blockDim.x) {
        float2 sum = make_float2(0, 0);
        RootWalk walk(firstColumn + j, corner.column, 1, frame.nx);
        for (int l = 0; l < boxNx; l++) {
            sum = multiplyAdd(sum, spectrum[l], walk.next(p.rootsX));
        }
        out[j] = sum;
    }
}

struct ObjectAdjointParameters {
    const float2 *columnAdjoint;  // [entries][boxNy][objectNx]
    const int *boxOrigins;
    const float2 *rootsY;
    float *gradient;
    BoxGeometry geometry;
    int accumulate;  // 0: gradient is overwritten; 1: added to, for masks of another box size
};

// gradient[o][i][j] = Re (unitary scale) sum over the object's masks and box rows. One block per object row and object.
// No dynamic shared memory. Java reference: MeasureReference.objectAdjoint.
extern "C" __global__ void object_adjoint(const ObjectAdjointParameters p) {
    const FrameGeometry &frame = p.geometry.frame;
    const int i = blockIdx.x, object = blockIdx.y;
    const int position = frame.objectTop + i - frame.ny / 2;
    const float scale = unitaryScale(frame);
    float *gradient = p.gradient + imageStart(object, frame.objectNy, frame.objectNx) + i * frame.objectNx;
    for (int j = threadIdx.x; j < frame.objectNx; j += blockDim.x) {
        float sum = 0;
        for (int m = 0; m < frame.masksPerObject; m++) {
            const int entry = object * frame.masksPerObject + m;
            const BoxCorner corner(p.boxOrigins, entry, frame);
            const float2 *__restrict__ columns = p.columnAdjoint + imageStart(entry, p.geometry.boxNy, frame.objectNx);
            RootWalk walk(position, corner.row, 1, frame.ny);
            for (int k = 0; k < p.geometry.boxNy; k++) {
                float2 root = walk.next(p.rootsY), value = columns[k * frame.objectNx + j];
                sum = fmaf(root.x, value.x, fmaf(-root.y, value.y, sum));
            }
        }
        gradient[j] = p.accumulate ? fmaf(sum, scale, gradient[j]) : sum * scale;
    }
}
