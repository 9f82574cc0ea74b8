// SPDX-License-Identifier: Apache-2.0
//
// Kernels with one planted mistake each. The tests of the emulation expect every one of them to be found.
#include "fizeau.cuh"

struct BrokenParameters {
    int *data;  // [count]
    int count;
};

// A barrier that only some threads reach, the others having returned.
extern "C" __global__ void broken_barrier_in_branch(const BrokenParameters p) {
    if (static_cast<int>(threadIdx.x) < p.count / 2) {
        p.data[threadIdx.x] = 1;
        __syncthreads();
    }
}

// Two barriers, each reached by half of the threads.
extern "C" __global__ void broken_two_barriers(const BrokenParameters p) {
    if (threadIdx.x % 2 == 0) {
        __syncthreads();
    } else {
        p.data[threadIdx.x] = 1;
        __syncthreads();
    }
}

// Reads what a neighbour writes, with no barrier between.
extern "C" __global__ void broken_missing_barrier(const BrokenParameters p) {
    FIZEAU_DYNAMIC_SHARED(int, values);
    const int i = threadIdx.x;
    values[i] = p.data[i];
    p.data[i] = values[(i + 1) % p.count];
}

// The reduction's scratch is reused without a barrier: the first total may already hold parts of the second.
extern "C" __global__ void broken_reused_scratch(const BrokenParameters p) {
    __shared__ int total;
    for (int round = 0; round < 2; round++) {
        if (threadIdx.x == 0) {
            total = round + 1;
        }
        __syncthreads();
        p.data[round * blockDim.x + threadIdx.x] = total;
    }
}

// The same between warps that also shuffle: a fast warp's second round overwrites what a slow one has yet to read.
extern "C" __global__ void broken_overtaken_warp(const BrokenParameters p) {
    __shared__ int sums[MAX_WARPS];
    for (int round = 0; round < 2; round++) {
        const int sum = warpSum(p.data[threadIdx.x] + round);
        if (laneOf(threadIdx.x) == 0) {
            sums[warpOf(threadIdx.x)] = sum;
        }
        __syncthreads();
        if (threadIdx.x == 0) {
            p.data[p.count + round] = sums[0] + sums[1];
        }
    }
}

// Blocks that write the same place.
extern "C" __global__ void broken_clashing_blocks(const BrokenParameters p) {
    if (threadIdx.x == 0) {
        p.data[0] = blockIdx.x;
    }
}

// One past the end of a buffer.
extern "C" __global__ void broken_write_past_end(const BrokenParameters p) {
    for (int i = threadIdx.x; i <= p.count; i += blockDim.x) {
        p.data[i] = i;
    }
}

extern "C" __global__ void broken_read_before_start(const BrokenParameters p) {
    for (int i = threadIdx.x; i < p.count; i += blockDim.x) {
        p.data[i] = p.data[i - 1];
    }
}

// One past the end of the dynamic shared memory.
extern "C" __global__ void broken_dynamic_shared_overflow(const BrokenParameters p) {
    FIZEAU_DYNAMIC_SHARED(int, values);
    values[threadIdx.x + 1] = p.data[threadIdx.x];
}

// Past the end of a declared shared array, where the compiler does not see its bound.
static __attribute__((noinline)) void store(int *values, int index, int value) { values[index] = value; }

extern "C" __global__ void broken_declared_shared_overflow(const BrokenParameters p) {
    __shared__ int values[4];
    store(values, threadIdx.x % 8, p.data[threadIdx.x]);
}

// Shared memory that nobody wrote.
extern "C" __global__ void broken_unwritten_shared(const BrokenParameters p) {
    __shared__ int values[MAX_WARPS];
    p.data[threadIdx.x] = values[warpOf(threadIdx.x)];
}

// A shuffle that half of the warp does not take part in.
extern "C" __global__ void broken_partial_shuffle(const BrokenParameters p) {
    if (laneOf(threadIdx.x) < WARP_THREADS / 2) {
        p.data[threadIdx.x] = warpSum(p.data[threadIdx.x]);
    }
}

// An index computation that overflows int.
extern "C" __global__ void broken_overflow(const BrokenParameters p) {
    p.data[0] = (p.count << 20) * p.count;
}
