// SPDX-License-Identifier: Apache-2.0
//
// Adam over one flat buffer of weights. The step number lives on the device, so that a captured graph can be replayed:
// launch adam_advance, then adam_step, for every optimiser step. A new optimiser is a zeroed AdamState and zeroed moments.
// Java references: fizeau.kernels.OptimizeReference, the method of the same name in camel case.
#include "fizeau.cuh"

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
        advance(p.state, p.learningRate, p.beta1, p.beta2);
    }
}

struct AdamStepParameters {
    float *weights;
    const float *gradients;
    float *firstMoments;
    float *secondMoments;
    const AdamState *state;
    long long count;
    AdamRule rule;
};

// One step of every weight. Launch: a one-dimensional grid of any size.
// Java reference: OptimizeReference.adamStep.
extern "C" __global__ void adam_step(const AdamStepParameters p) {
    const float stepSize = p.state->stepSize, rootCorrection = p.state->rootCorrection;
    const long long stride = static_cast<long long>(gridDim.x) * blockDim.x;
    for (long long i = static_cast<long long>(blockIdx.x) * blockDim.x + threadIdx.x; i < p.count; i += stride) {
        p.rule.apply(p.weights[i], p.firstMoments[i], p.secondMoments[i], p.gradients[i], stepSize, rootCorrection);
    }
}

struct DecayedStepParameters {
    float *weights;
    const float *gradients;
    float *firstMoments;
    float *secondMoments;
    const AdamState *state;
    long long count;
    AdamRule rule;
    float decay;
};

// The same where a part of each weight is added to its gradient first, as torch.optim.Adam has weight decay. Launch: a
// one-dimensional grid of any size. Java reference: OptimizeReference.adamStep of such a gradient.
extern "C" __global__ void decayed_step(const DecayedStepParameters p) {
    const float stepSize = p.state->stepSize, rootCorrection = p.state->rootCorrection;
    const long long stride = static_cast<long long>(gridDim.x) * blockDim.x;
    for (long long i = static_cast<long long>(blockIdx.x) * blockDim.x + threadIdx.x; i < p.count; i += stride) {
        const float gradient = fmaf(p.decay, p.weights[i], p.gradients[i]);
        p.rule.apply(p.weights[i], p.firstMoments[i], p.secondMoments[i], gradient, stepSize, rootCorrection);
    }
}
