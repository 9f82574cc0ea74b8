// SPDX-License-Identifier: Apache-2.0
//
// Adam over one flat buffer of weights. The step number lives on the device, so that a captured graph can be replayed:
// launch adam_advance, then adam_step, for every optimiser step. A new optimiser is a zeroed AdamState and zeroed moments.
// Java references: fizeau.kernels.OptimizeReference, the method of the same name in camel case.
#include "fizeau.cuh"

struct AdamState {
    int step;              // optimiser steps begun
    float stepSize;        // learningRate / (1 - beta1^step)
    float rootCorrection;  // sqrt(1 - beta2^step)
};

struct AdamAdvanceParameters {
    AdamState *state;
    double learningRate;
    double beta1;
    double beta2;
};

// Begins the next step: counts it and evaluates its bias corrections in double precision. One block of one warp, of which
// one thread works. Java reference: OptimizeReference.adamAdvance.
extern "C" __global__ void adam_advance(const AdamAdvanceParameters p) {
    if (threadIdx.x == 0 && blockIdx.x == 0) {
        const int step = p.state->step + 1;
        p.state->step = step;
        p.state->stepSize = static_cast<float>(p.learningRate / (1.0 - pow(p.beta1, static_cast<double>(step))));
        p.state->rootCorrection = static_cast<float>(sqrt(1.0 - pow(p.beta2, static_cast<double>(step))));
    }
}

struct AdamStepParameters {
    float *weights;
    const float *gradients;
    float *firstMoments;
    float *secondMoments;
    const AdamState *state;
    long long count;
    float firstBlend;   // 1 - beta1, rounded from double precision
    float secondBlend;  // 1 - beta2
    float beta2;
    float epsilon;
};

// torch.optim.Adam without decay:  m += (1 - beta1)(g - m);  v = beta2 v + (1 - beta2) g^2;
// w -= stepSize m / (sqrt(v) / rootCorrection + epsilon).  Launch: a one-dimensional grid of any size.
// Java reference: OptimizeReference.adamStep.
extern "C" __global__ void adam_step(const AdamStepParameters p) {
    const float stepSize = p.state->stepSize, rootCorrection = p.state->rootCorrection;
    const long long stride = static_cast<long long>(gridDim.x) * blockDim.x;
    for (long long i = static_cast<long long>(blockIdx.x) * blockDim.x + threadIdx.x; i < p.count; i += stride) {
        const float gradient = p.gradients[i];
        const float first = fmaf(p.firstBlend, gradient - p.firstMoments[i], p.firstMoments[i]);
        const float second = fmaf(p.secondBlend * gradient, gradient, p.beta2 * p.secondMoments[i]);
        p.firstMoments[i] = first;
        p.secondMoments[i] = second;
        p.weights[i] -= stepSize * (first / (sqrtf(second) / rootCorrection + p.epsilon));
    }
}
