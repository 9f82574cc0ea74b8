// SPDX-License-Identifier: Apache-2.0
//
// cuFFT for the pretend driver: plain transforms in double precision, queued in the driver's streams. Stricter than the real
// one where that finds mistakes: the work area must be given, large enough and on the device, and is scribbled over by every
// transform; arrays must lie on the device whole; plans are made outside of captures. Only what the engine calls is here.
#include "pretend_library.h"

#include <complex>
#include <map>
#include <vector>

namespace {

constexpr int SUCCESS = 0, INVALID_PLAN = 1, INVALID_TYPE = 3, INVALID_VALUE = 4, EXEC_FAILED = 6, INVALID_SIZE = 8,
              NO_WORKSPACE = 13, NOT_SUPPORTED = 16;
constexpr int C2C = 0x29, FORWARD = -1;

struct Sample {
    float re, im;
};

struct Plan {
    int ny = 0, nx = 0, images = 0;
    bool allocates = true;
    char *workArea = nullptr;
    size_t workBytes = 0;
    void *stream = nullptr;
};

std::recursive_mutex lock;
std::map<int, Plan> plans;
int newest = 0;

using Complex = std::complex<double>;

std::vector<Complex> rootsOf(int order) {
    std::vector<Complex> roots(order);
    for (int t = 0; t < order; t++) {
        roots[t] = std::polar(1.0, -2 * std::acos(-1.0) * t / order);
    }
    return roots;
}

// Transforms `count` samples that lie `stride` apart.
void transformLine(Complex *line, int count, int stride, const std::vector<Complex> &roots) {
    std::vector<Complex> sums(count);
    for (int k = 0; k < count; k++) {
        for (int j = 0; j < count; j++) {
            sums[k] += line[j * stride] * roots[static_cast<long long>(k) * j % count];
        }
    }
    for (int k = 0; k < count; k++) {
        line[k * stride] = sums[k];
    }
}

void transform(const Plan &plan, const Sample *from, Sample *to) {
    const std::vector<Complex> rootsY = rootsOf(plan.ny), rootsX = rootsOf(plan.nx);
    const size_t samples = static_cast<size_t>(plan.ny) * plan.nx;
    std::vector<Complex> image(samples);
    for (int i = 0; i < plan.images; i++) {
        for (size_t s = 0; s < samples; s++) {
            image[s] = Complex(from[i * samples + s].re, from[i * samples + s].im);
        }
        for (int y = 0; y < plan.ny; y++) {
            transformLine(&image[static_cast<size_t>(y) * plan.nx], plan.nx, 1, rootsX);
        }
        for (int x = 0; x < plan.nx; x++) {
            transformLine(&image[x], plan.ny, plan.nx, rootsY);
        }
        for (size_t s = 0; s < samples; s++) {
            to[i * samples + s] = {static_cast<float>(image[s].real()), static_cast<float>(image[s].imag())};
        }
    }
}

}  // namespace

#define ENTER(name)                                       \
    std::lock_guard<std::recursive_mutex> guard(lock);    \
    if (int fault = pretendFault(name)) {                 \
        return fault;                                     \
    }
#define ENTER_WITH_PLAN(name)             \
    ENTER(name)                           \
    auto found = plans.find(number);      \
    if (found == plans.end()) {           \
        return INVALID_PLAN;              \
    }                                     \
    Plan &plan = found->second;

// A version that no release has.
EXPORT cufftGetVersion(int *version) {
    ENTER("cufftGetVersion")
    *version = 12999;
    return SUCCESS;
}

EXPORT cufftCreate(int *number) {
    ENTER("cufftCreate")
    *number = ++newest;
    plans[*number] = Plan{};
    pretendHold(1);
    return SUCCESS;
}

EXPORT cufftSetAutoAllocation(int number, int allocate) {
    ENTER_WITH_PLAN("cufftSetAutoAllocation")
    plan.allocates = allocate != 0;
    return SUCCESS;
}

EXPORT cufftMakePlanMany(int number, int rank, int *edges, int *inEmbed, int inStride, int inDistance, int *outEmbed, int outStride,
                         int outDistance, int type, int batch, size_t *workSize) {
    ENTER_WITH_PLAN("cufftMakePlanMany")
    if (pretendSpoilCaptures()) {
        return EXEC_FAILED;
    }
    if (type != C2C) {
        return INVALID_TYPE;
    }
    if (rank != 2 || edges[0] < 1 || edges[1] < 1 || batch < 1) {
        return INVALID_SIZE;
    }
    const int samples = edges[0] * edges[1];
    const bool packed = inEmbed[1] == edges[1] && outEmbed[1] == edges[1] && inStride == 1 && outStride == 1
                        && inDistance == samples && outDistance == samples;
    if (!packed || plan.allocates) {
        return NOT_SUPPORTED;
    }
    plan.ny = edges[0];
    plan.nx = edges[1];
    plan.images = batch;
    plan.workBytes = sizeof(Sample) * samples * batch;
    *workSize = plan.workBytes;
    return SUCCESS;
}

EXPORT cufftSetWorkArea(int number, void *area) {
    ENTER_WITH_PLAN("cufftSetWorkArea")
    if (!pretend::onDevice(area, plan.workBytes)) {
        return INVALID_VALUE;
    }
    plan.workArea = static_cast<char *>(area);
    return SUCCESS;
}

EXPORT cufftSetStream(int number, void *stream) {
    ENTER_WITH_PLAN("cufftSetStream")
    plan.stream = stream;
    return SUCCESS;
}

EXPORT cufftExecC2C(int number, Sample *from, Sample *to, int direction) {
    ENTER_WITH_PLAN("cufftExecC2C")
    const size_t bytes = sizeof(Sample) * plan.ny * plan.nx * plan.images;
    if (direction != FORWARD) {
        return NOT_SUPPORTED;
    }
    if (plan.workArea == nullptr || plan.stream == nullptr) {
        return NO_WORKSPACE;
    }
    if (!pretend::onDevice(from, bytes) || !pretend::onDevice(to, bytes)) {
        return INVALID_VALUE;
    }
    const Plan copy = plan;
    const std::function<void()> work = [=] {
        memset(copy.workArea, 0xff, copy.workBytes);
        transform(copy, from, to);
    };
    return pretendEnqueue(plan.stream, &work) == SUCCESS ? SUCCESS : EXEC_FAILED;
}

// The handle goes even where the call fails, as it does on a device that is lost.
EXPORT cufftDestroy(int number) {
    std::lock_guard<std::recursive_mutex> guard(lock);
    if (plans.erase(number) == 0) {
        return INVALID_PLAN;
    }
    pretendHold(-1);
    return pretendFault("cufftDestroy");
}
