// SPDX-License-Identifier: Apache-2.0
//
// What a device reaches when nothing holds it up: the yardstick for how much better a computation could be.
//
// Launch shape: any grid along x, one of y, any number of whole warps. Java reference: a loop in RatesKernelsTest.
#include "fizeau.cuh"

struct MultiplyAddRateParameters {
    float *results;  // [gridX][threads]
    float factor, summand;
    int rounds;
    int blocks;  // the grid; not read
};

constexpr int CHAINS = 8;  // enough independent results in flight to hide the latency of one

// results = the sum of CHAINS values after `rounds` times value = value * factor + summand, value i starting at thread + i.
extern "C" __global__ void multiply_add_rate(const MultiplyAddRateParameters p) {
    float values[CHAINS];
    for (int i = 0; i < CHAINS; i++) {
        values[i] = static_cast<float>(threadIdx.x + i);
    }
    for (int round = 0; round < p.rounds; round++) {
#pragma unroll
        for (int i = 0; i < CHAINS; i++) {
            values[i] = fmaf(values[i], p.factor, p.summand);
        }
    }
    float sum = 0;
    for (int i = 0; i < CHAINS; i++) {
        sum += values[i];
    }
    p.results[blockIdx.x * blockDim.x + threadIdx.x] = sum;
}
