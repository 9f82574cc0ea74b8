// SPDX-License-Identifier: Apache-2.0
//
// Sums over images, from which PSNR, RMSE and correlation follow, and the fixed-order finish of every partial sum. All sums
// are in double precision: the correlation subtracts nearly equal numbers.
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
