// SPDX-License-Identifier: Apache-2.0
//
// Sums over images, from which PSNR, RMSE and correlation follow, structural similarity, and the fixed-order finish of every
// partial sum. All sums are in double precision: correlation and variances subtract nearly equal numbers.
// Java references: fizeau.kernels.MetricsReference, the method of the same name in camel case.
#include "fizeau.cuh"

constexpr int IMAGE_SUMS = 6;  // x, y, x^2, y^2, x y, (x - y)^2, with x the estimate and y the reference

struct ImageSumsParameters {
    const float *estimate;
    const float *reference;
    double *partials;           // [images][IMAGE_SUMS][blocks]
    long long estimateStride;   // samples from one image to the next
    long long referenceStride;  // 0: all images have the same reference
    int ny, nx;                 // the part that counts; crop by moving the pointers
    int estimatePitch;          // samples from one row to the next, at least nx
    int referencePitch;
    int images;
    int blocks;
};

// Partial sums; sum_rows over images * IMAGE_SUMS rows of `blocks` values finishes them. Grid: blocks x images; block b
// takes rows b, b + blocks, ... Java reference: MetricsReference.imageSums.
extern "C" __global__ void image_sums(const ImageSumsParameters p) {
    __shared__ double scratch[MAX_WARPS];
    const int block = blockIdx.x, image = blockIdx.y;
    const float *__restrict__ estimate = p.estimate + image * p.estimateStride;
    const float *__restrict__ reference = p.reference + image * p.referenceStride;
    double sums[IMAGE_SUMS] = {};
    for (int row = block; row < p.ny; row += p.blocks) {
        const long long estimateRow = static_cast<long long>(row) * p.estimatePitch;
        const long long referenceRow = static_cast<long long>(row) * p.referencePitch;
        for (int column = threadIdx.x; column < p.nx; column += blockDim.x) {
            const double x = estimate[estimateRow + column], y = reference[referenceRow + column];
            const double values[IMAGE_SUMS] = {x, y, x * x, y * y, x * y, (x - y) * (x - y)};
            #pragma unroll
            for (int s = 0; s < IMAGE_SUMS; s++) {
                sums[s] += values[s];
            }
        }
    }
    #pragma unroll
    for (int s = 0; s < IMAGE_SUMS; s++) {
        const double total = blockSum(sums[s], scratch);
        if (threadIdx.x == 0) {
            p.partials[(static_cast<long long>(image) * IMAGE_SUMS + s) * p.blocks + block] = total;
        }
    }
}

// Index mirrored with the edge repeated: c b a | a b c | c b a; images may be smaller than the window.
static __device__ __forceinline__ int mirrored(int index, int length) {
    const int folded = wrap(index, 2 * length);
    return folded < length ? folded : 2 * length - 1 - folded;
}

struct SimilarityParameters {
    const float *estimate;
    const float *reference;
    const double *window;       // [2 radius + 1], sum 1
    double *rowSums;            // [images][ny - 2 border]
    long long estimateStride;   // samples from one image to the next
    long long referenceStride;  // 0: all images have the same reference
    double meanConstant;        // c1, stabilises where both images are dark
    double varianceConstant;    // c2, stabilises where both are flat
    int ny, nx;
    int images;
    int radius;
    int border;  // rows and columns at each edge that do not count
};

// Structural similarity, summed over one row of its map; sum_rows finishes it. The window is applied as a whole, not axis by
// axis, which costs arithmetic and saves five maps in memory. Grid: ny - 2 border x images.
// Java reference: MetricsReference.similarity.
extern "C" __global__ void similarity(const SimilarityParameters p) {
    __shared__ double scratch[MAX_WARPS];
    const int line = blockIdx.x, image = blockIdx.y, row = line + p.border;
    const float *__restrict__ estimate = p.estimate + image * p.estimateStride;
    const float *__restrict__ reference = p.reference + image * p.referenceStride;
    double sum = 0;
    for (int column = p.border + threadIdx.x; column < p.nx - p.border; column += blockDim.x) {
        double meanX = 0, meanY = 0, squareX = 0, squareY = 0, product = 0;
        for (int dy = -p.radius; dy <= p.radius; dy++) {
            const long long start = static_cast<long long>(mirrored(row + dy, p.ny)) * p.nx;
            for (int dx = -p.radius; dx <= p.radius; dx++) {
                const double weight = p.window[dy + p.radius] * p.window[dx + p.radius];
                const int from = mirrored(column + dx, p.nx);
                const double x = estimate[start + from], y = reference[start + from];
                meanX += weight * x;
                meanY += weight * y;
                squareX += weight * x * x;
                squareY += weight * y * y;
                product += weight * x * y;
            }
        }
        const double means = meanX * meanY, meanSquares = meanX * meanX + meanY * meanY;
        const double covariance = product - means, variances = squareX + squareY - meanSquares;
        sum += (2 * means + p.meanConstant) * (2 * covariance + p.varianceConstant)
               / ((meanSquares + p.meanConstant) * (variances + p.varianceConstant));
    }
    sum = blockSum(sum, scratch);
    if (threadIdx.x == 0) {
        p.rowSums[static_cast<long long>(image) * (p.ny - 2 * p.border) + line] = sum;
    }
}

struct SumRowsParameters {
    const double *values;  // [rows][count]
    double *totals;        // [slots][rows]
    const int *slot;       // which slot to write, read on the device; null: slot 0
    int rows, count;
};

// totals[slot][row] = sum of a row. One block per row. With the optimiser's step counter as slot, losses of many replays of
// a captured graph collect on the device. Java reference: MetricsReference.sumRows.
extern "C" __global__ void sum_rows(const SumRowsParameters p) {
    __shared__ double scratch[MAX_WARPS];
    const int row = blockIdx.x;
    const double *__restrict__ values = p.values + static_cast<long long>(row) * p.count;
    double sum = 0;
    for (int i = threadIdx.x; i < p.count; i += blockDim.x) {
        sum += values[i];
    }
    sum = blockSum(sum, scratch);
    if (threadIdx.x == 0) {
        const long long slot = p.slot == nullptr ? 0 : *p.slot;
        p.totals[slot * p.rows + row] = sum;
    }
}
