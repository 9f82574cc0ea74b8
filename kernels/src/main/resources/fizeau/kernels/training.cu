// SPDX-License-Identifier: Apache-2.0
//
// The scalars of a training iteration: what a captured graph must not hold lives on the device, so that replaying it goes on.
// Java references: fizeau.kernels.TrainingReference and OptimizeReference.
#include "fizeau.cuh"

struct TargetWeightParameters {
    const float *target;  // [count], not negative
    float *weight;        // result
    double times;         // how often the comparison counts
    double floor;         // keeps the quotient finite where nothing was measured
    long long count;
};

// What a sum of absolute differences from a target is multiplied with to give the normalised L1 loss:
// times / (count (mean + floor)). One block. Java reference: TrainingReference.targetWeight.
extern "C" __global__ void target_weight(const TargetWeightParameters p) {
    __shared__ double scratch[MAX_WARPS];
    double sum = 0;
    for (long long i = threadIdx.x; i < p.count; i += blockDim.x) {
        sum += p.target[i];
    }
    sum = blockSum(sum, scratch);
    if (threadIdx.x == 0) {
        const double count = static_cast<double>(p.count);
        *p.weight = static_cast<float>(p.times / (count * (sum / count + p.floor)));
    }
}

struct AmplitudeL1Parameters {
    float *amplitudes;  // [ny][nx] of a measurement; replaced by the gradient with respect to them
    const float *target;
    const float *weight;  // one float: factor of |a - target|
    double *rowLoss;      // [ny], the detector's last row first, as row_l1 has it
    int ny, nx;
};

// rowLoss = weight sum |a - target| over one row; amplitudes become weight sign(a - target), sign 0 = 0. What row_l1 and
// field_l1 do on the way, as a step of its own. Grid: ny. Java reference: TrainingReference.amplitudeL1.
extern "C" __global__ void amplitude_l1(const AmplitudeL1Parameters p) {
    __shared__ double scratch[MAX_WARPS];
    const int row = blockIdx.x;
    const long long start = static_cast<long long>(p.ny - 1 - row) * p.nx;
    const float weight = *p.weight;
    double loss = 0;
    for (int i = threadIdx.x; i < p.nx; i += blockDim.x) {
        const long long at = start + p.nx - 1 - i;
        const float difference = p.amplitudes[at] - p.target[at];
        loss += fabsf(difference);
        p.amplitudes[at] = difference > 0 ? weight : difference < 0 ? -weight : 0.0f;
    }
    loss = blockSum(loss, scratch);
    if (threadIdx.x == 0) {
        p.rowLoss[row] = loss * weight;
    }
}

struct TrainingAdvanceParameters {
    const double *rowLoss;  // [rows] of row_l1, of one or more comparisons
    double *losses;         // [capacity], a ring
    TrainingState *state;
    double beta1;
    double beta2;
    int rows;
    int capacity;
};

// Adds up the loss of an iteration, puts it into the next slot, and begins the next optimiser step. One block.
// Java reference: OptimizeReference.adamAdvance.
extern "C" __global__ void training_advance(const TrainingAdvanceParameters p) {
    __shared__ double scratch[MAX_WARPS];
    double sum = 0;
    for (int i = threadIdx.x; i < p.rows; i += blockDim.x) {
        sum += p.rowLoss[i];
    }
    sum = blockSum(sum, scratch);
    if (threadIdx.x == 0) {
        const int slot = p.state->slot;
        p.losses[slot] = sum;
        p.state->slot = slot + 1 < p.capacity ? slot + 1 : 0;
        advance(&p.state->adam, p.state->learningRate, p.beta1, p.beta2);
    }
}
