// SPDX-License-Identifier: Apache-2.0
//
// The part of the CUDA kernel language that our kernels use, on a CPU: include this, then a .cu file, and compile with g++.
// Blocks run one after another; the threads of a block are fibers that switch only at barriers and warp operations, so a
// launch is deterministic for a given order of blocks, warps and lanes. Running it in several orders brings missing barriers
// and clashing blocks to light; the address and undefined-behaviour sanitizers see every access.
//
// Found at run time: barriers that not all threads reach, or reach at different places; warp operations that not all lanes
// of the warp reach; launches outside the limits. Shared memory is filled with NaN before each block.
// Not emulated: partial warp masks, atomics, barriers across blocks, textures, tensor cores, inline PTX. Warps are not in
// lock-step, as on devices since compute capability 7.0. Shared arrays cannot be declared inside function templates.
#ifndef CUDA_EMULATION_H
#define CUDA_EMULATION_H

#include <sys/mman.h>

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <functional>
#include <memory>
#include <numeric>
#include <random>
#include <string>
#include <vector>

// x86-64 switches stacks by a few instructions of its own; elsewhere, or on request, ucontext does, which is slower.
#if defined(__x86_64__) && !defined(EMULATION_UCONTEXT)
#define EMULATION_OWN_SWITCH 1
#else
#define EMULATION_OWN_SWITCH 0
#include <ucontext.h>
#endif
#if defined(__SANITIZE_ADDRESS__)
#include <sanitizer/common_interface_defs.h>
#endif

#define __global__
#define __device__
#define __forceinline__ inline __attribute__((always_inline))
// One section for all shared arrays, so that they can be filled with garbage before each block.
#define __shared__ static __attribute__((section("cuda_shared")))
#define FIZEAU_DYNAMIC_SHARED(type, name) type *name = reinterpret_cast<type *>(emulation::scheduler().dynamicShared.get())

struct uint3 {
    unsigned x, y, z;
};

struct dim3 {
    unsigned x, y, z;
};

struct alignas(8) float2 {
    float x, y;
};

inline float2 make_float2(float x, float y) { return {x, y}; }

inline unsigned __float_as_uint(float value) {
    unsigned bits;
    memcpy(&bits, &value, sizeof bits);
    return bits;
}

inline float __uint_as_float(unsigned bits) {
    float value;
    memcpy(&value, &bits, sizeof value);
    return value;
}
inline int min(int a, int b) { return std::min(a, b); }

inline uint3 threadIdx, blockIdx;
inline dim3 blockDim, gridDim;

extern "C" char __start_cuda_shared[], __stop_cuda_shared[];

namespace emulation {

constexpr int WARP = 32;
constexpr int MAX_THREADS = 1024;
constexpr unsigned MAX_GRID_Y = 65535;
constexpr size_t STACK_BYTES = 256 * 1024;
constexpr unsigned char GARBAGE = 0xff;  // NaN as float and double, -1 as int
constexpr int FAILURE_EXIT = 70;

enum class State { RUNNABLE, AT_BARRIER, AT_WARP_OPERATION, FINISHED };

struct Fiber {
    State state = State::FINISHED;
    int line = 0;      // of the barrier or warp operation it waits at
    int exchange = 0;  // which of the two exchange rows its next warp operation uses
    uint3 index{};
    int number = 0;
    char *stack = nullptr;
    void *fakeStack = nullptr;  // the address sanitizer's
#if EMULATION_OWN_SWITCH
    void *stackPointer = nullptr;
#else
    ucontext_t context;
#endif
};

struct Scheduler {
    std::vector<Fiber> fibers = std::vector<Fiber>(MAX_THREADS);
    Fiber *current = nullptr;
    int threads = 0;
    std::function<void()> body;
    std::unique_ptr<char[]> dynamicShared;
    uint64_t exchange[MAX_THREADS / WARP][2][WARP];
    std::string kernel;
    std::string order = "forward";  // or "reversed", or a number: the seed of a shuffle
    void *fakeStack = nullptr;
    const void *mainStack = nullptr;
    size_t mainStackBytes = 0;
#if EMULATION_OWN_SWITCH
    void *stackPointer = nullptr;
#else
    ucontext_t context;
#endif
};

inline Scheduler theScheduler;

inline Scheduler &scheduler() { return theScheduler; }

[[noreturn]] inline void fail(const std::string &what) {
    Scheduler &s = scheduler();
    fprintf(stderr, "emulation: %s in %s, block (%u, %u)\n", what.c_str(), s.kernel.c_str(), blockIdx.x, blockIdx.y);
    static const char *const names[] = {"runnable", "at barrier", "at warp operation", "finished"};
    for (int i = 0; i < s.threads; i++) {
        const Fiber &fiber = s.fibers[i];
        const bool repeats = i > 0 && fiber.state == s.fibers[i - 1].state && fiber.line == s.fibers[i - 1].line;
        if (!repeats) {
            fprintf(stderr, "  from thread %d: %s, line %d\n", i, names[static_cast<int>(fiber.state)], fiber.line);
        }
    }
    fflush(stderr);
    _Exit(FAILURE_EXIT);
}

#if EMULATION_OWN_SWITCH
// Saves the callee-saved registers and the stack pointer, continues on another stack. ucontext would do, but enters the
// operating system on every switch. A return to where nothing called from would be predicted wrongly every time, a jump is not.
extern "C" void emulation_switch(void **saved, void *next);
asm(".text\n"
    ".globl emulation_switch\n"
    ".type emulation_switch, @function\n"
    "emulation_switch:\n"
    "    pushq %rbp\n    pushq %rbx\n    pushq %r12\n    pushq %r13\n    pushq %r14\n    pushq %r15\n"
    "    movq %rsp, (%rdi)\n"
    "    movq %rsi, %rsp\n"
    "    popq %r15\n    popq %r14\n    popq %r13\n    popq %r12\n    popq %rbx\n    popq %rbp\n"
    "    popq %rcx\n    jmp *%rcx\n"
    ".size emulation_switch, . - emulation_switch\n");
#endif

inline void enterFiber(Fiber *fiber) {
    Scheduler &s = scheduler();
    s.current = fiber;
    threadIdx = fiber->index;
#if defined(__SANITIZE_ADDRESS__)
    __sanitizer_start_switch_fiber(&s.fakeStack, fiber->stack, STACK_BYTES);
#endif
#if EMULATION_OWN_SWITCH
    emulation_switch(&s.stackPointer, fiber->stackPointer);
#else
    swapcontext(&s.context, &fiber->context);
#endif
#if defined(__SANITIZE_ADDRESS__)
    __sanitizer_finish_switch_fiber(s.fakeStack, nullptr, nullptr);
#endif
}

inline void leaveFiber() {
    Scheduler &s = scheduler();
    Fiber *fiber = s.current;
#if defined(__SANITIZE_ADDRESS__)
    __sanitizer_start_switch_fiber(&fiber->fakeStack, s.mainStack, s.mainStackBytes);
#endif
#if EMULATION_OWN_SWITCH
    emulation_switch(&fiber->stackPointer, s.stackPointer);
#else
    swapcontext(&fiber->context, &s.context);
#endif
#if defined(__SANITIZE_ADDRESS__)
    __sanitizer_finish_switch_fiber(fiber->fakeStack, &s.mainStack, &s.mainStackBytes);
#endif
}

// Every fiber lives in this loop: one turn per thread that it plays.
inline void playThreads() {
    Scheduler &s = scheduler();
#if defined(__SANITIZE_ADDRESS__)
    __sanitizer_finish_switch_fiber(nullptr, &s.mainStack, &s.mainStackBytes);
#endif
    for (;;) {
        s.body();
        s.current->state = State::FINISHED;
        leaveFiber();
    }
}

inline void createStack(Fiber *fiber) {
    void *memory = mmap(nullptr, STACK_BYTES, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    if (memory == MAP_FAILED) {
        fail("no memory for another thread's stack");
    }
    fiber->stack = static_cast<char *>(memory);
#if EMULATION_OWN_SWITCH
    constexpr int SAVED_REGISTERS = 6;
    void **top = reinterpret_cast<void **>(fiber->stack + STACK_BYTES - 64);
    *--top = nullptr;  // where a return address would be: keeps the stack aligned as after a call
    *--top = reinterpret_cast<void *>(&playThreads);
    for (int i = 0; i < SAVED_REGISTERS; i++) {
        *--top = nullptr;
    }
    fiber->stackPointer = top;
#else
    getcontext(&fiber->context);
    fiber->context.uc_stack.ss_sp = fiber->stack;
    fiber->context.uc_stack.ss_size = STACK_BYTES;
    fiber->context.uc_link = nullptr;
    makecontext(&fiber->context, playThreads, 0);
#endif
}

// Opens the block's barrier when all threads wait at it; says whether it did.
inline bool releaseBlock() {
    Scheduler &s = scheduler();
    int waiting = 0, finished = 0;
    bool samePlace = true;
    int line = 0;
    for (int i = 0; i < s.threads; i++) {
        const Fiber &fiber = s.fibers[i];
        finished += fiber.state == State::FINISHED;
        if (fiber.state == State::AT_BARRIER) {
            samePlace = samePlace && (waiting == 0 || fiber.line == line);
            line = fiber.line;
            waiting++;
        }
    }
    if (waiting == 0 || waiting + finished < s.threads) {
        return false;
    }
    if (finished > 0) {
        fail("barrier that " + std::to_string(finished) + " threads never reach");
    }
    if (!samePlace) {
        fail("threads wait at different barriers");
    }
    for (int i = 0; i < s.threads; i++) {
        s.fibers[i].state = State::RUNNABLE;
    }
    return true;
}

// Runs one warp until its lanes have finished or wait for something that other warps or absent lanes must do.
inline void runWarp(int first, const std::vector<unsigned> &laneOrder) {
    Scheduler &s = scheduler();
    const int end = std::min(first + WARP, s.threads);
    for (bool goesOn = true; goesOn;) {
        for (unsigned lane : laneOrder) {
            const int number = first + static_cast<int>(lane);
            if (number < end && s.fibers[number].state == State::RUNNABLE) {
                enterFiber(&s.fibers[number]);
            }
        }
        goesOn = std::all_of(s.fibers.begin() + first, s.fibers.begin() + end, [&](const Fiber &fiber) {
            return fiber.state == State::AT_WARP_OPERATION && fiber.line == s.fibers[first].line;
        });
        for (int i = first; goesOn && i < end; i++) {
            s.fibers[i].state = State::RUNNABLE;
        }
    }
}

// Numbers 0 .. count - 1 in the order asked for.
inline std::vector<unsigned> ordered(unsigned count) {
    std::vector<unsigned> numbers(count);
    std::iota(numbers.begin(), numbers.end(), 0u);
    const std::string &order = scheduler().order;
    if (order == "reversed") {
        std::reverse(numbers.begin(), numbers.end());
    } else if (order != "forward") {
        std::mt19937 generator(static_cast<unsigned>(std::stoul(order)));
        std::shuffle(numbers.begin(), numbers.end(), generator);
    }
    return numbers;
}

// Not sanitized: it also writes what lies between the arrays. Eight bytes at a time: the section holds the arrays of all
// kernels that were compiled together, and filling it before every block took most of the time. Volatile, or it became a
// call of memset, which the sanitizer watches.
__attribute__((no_sanitize("address"))) inline void fillSharedWithGarbage(size_t dynamicBytes) {
    typedef uint64_t __attribute__((may_alias, aligned(1))) Word;
    const Word garbage = GARBAGE * (~Word{0} / 0xff);
    char *byte = __start_cuda_shared;
    for (; __stop_cuda_shared - byte >= static_cast<ptrdiff_t>(sizeof(Word)); byte += sizeof(Word)) {
        *reinterpret_cast<volatile Word *>(byte) = garbage;
    }
    for (; byte != __stop_cuda_shared; byte++) {
        *static_cast<volatile char *>(byte) = static_cast<char>(GARBAGE);
    }
    memset(scheduler().dynamicShared.get(), GARBAGE, dynamicBytes);
}

// One warp after another runs as far as it can, which brings out what a fast warp overwrites and a slow one still reads.
inline void runBlock() {
    Scheduler &s = scheduler();
    const std::vector<unsigned> warpOrder = ordered(static_cast<unsigned>((s.threads + WARP - 1) / WARP));
    const std::vector<unsigned> laneOrder = ordered(WARP);
    for (int i = 0; i < s.threads; i++) {
        s.fibers[i].state = State::RUNNABLE;
        s.fibers[i].line = 0;
        s.fibers[i].exchange = 0;
    }
    do {
        for (unsigned warp : warpOrder) {
            runWarp(static_cast<int>(warp) * WARP, laneOrder);
        }
    } while (releaseBlock());
    for (int i = 0; i < s.threads; i++) {
        if (s.fibers[i].state != State::FINISHED) {
            fail("dead-lock: a barrier or warp operation that not all threads reach");
        }
    }
}

inline void launch(const std::string &kernel, dim3 grid, unsigned threads, size_t sharedBytes, std::function<void()> body) {
    Scheduler &s = scheduler();
    s.kernel = kernel;
    s.threads = 0;
    if (threads < 1 || threads > MAX_THREADS || grid.x < 1 || grid.y < 1 || grid.y > MAX_GRID_Y) {
        fail("launch outside the limits");
    }
    s.threads = static_cast<int>(threads);
    s.body = std::move(body);
    s.dynamicShared.reset(new char[sharedBytes]);  // exactly as asked for: the address sanitizer guards both ends
    gridDim = grid;
    blockDim = {threads, 1, 1};
    for (unsigned i = 0; i < threads; i++) {
        Fiber &fiber = s.fibers[i];
        fiber.number = static_cast<int>(i);
        fiber.index = {i, 0, 0};
        if (fiber.stack == nullptr) {
            createStack(&fiber);
        }
    }
    for (unsigned block : ordered(grid.x * grid.y)) {
        blockIdx = {block % grid.x, block / grid.x, 0};
        fillSharedWithGarbage(sharedBytes);
        runBlock();
    }
}

inline void wait(State state, int line) {
    Fiber *self = scheduler().current;
    self->state = state;
    self->line = line;
    leaveFiber();
}

// Value of another lane. The rows of the exchange alternate, so that one wait per operation is enough.
template <typename T>
T shuffle(unsigned mask, T value, int sourceLane, int line) {
    static_assert(sizeof(T) <= sizeof(uint64_t), "a shuffle moves at most 8 bytes");
    Scheduler &s = scheduler();
    if (mask != 0xffffffffu) {
        fail("partial warp masks are not emulated");
    }
    Fiber *self = s.current;
    uint64_t *row = s.exchange[self->number / WARP][self->exchange];
    self->exchange ^= 1;
    memcpy(&row[self->number % WARP], &value, sizeof(T));
    wait(State::AT_WARP_OPERATION, line);
    T result;
    memcpy(&result, &row[sourceLane], sizeof(T));
    return result;
}

template <typename T>
T shuffleDown(unsigned mask, T value, int distance, int line) {
    const int lane = scheduler().current->number % WARP;
    return shuffle(mask, value, lane + distance < WARP ? lane + distance : lane, line);
}

}  // namespace emulation

#define __syncthreads() emulation::wait(emulation::State::AT_BARRIER, __LINE__)
#define __shfl_down_sync(mask, value, distance) emulation::shuffleDown(mask, value, distance, __LINE__)

#endif
