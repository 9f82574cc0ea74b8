// SPDX-License-Identifier: Apache-2.0
//
// A libcupti.so.13 over the pretend driver: the activity functions, with records as cupti_activity.h of CUDA 13.0 lays them
// out (a test compiles a comparison where that header is installed). Its clock is not the host's, buffers are asked for and
// returned on another thread, and a recording fills several of them, as with the real one.
#include "pretend_activity.h"

#include <dlfcn.h>
#include <time.h>

#include <cstddef>
#include <cstdint>
#include <cstring>
#include <set>
#include <thread>
#include <vector>

namespace {

constexpr int SUCCESS = 0, INVALID_PARAMETER = 1, MAX_LIMIT_REACHED = 12, NOT_INITIALIZED = 15, INVALID_KIND = 21;
constexpr uint64_t EPOCH = 1700000000000000000ull;

struct __attribute__((packed, aligned(8))) Kernel {  // CUpti_ActivityKernel10
    uint32_t kind;
    uint8_t cacheConfig, sharedMemoryConfig;
    uint16_t registersPerThread;
    int32_t cacheRequested, cacheExecuted;
    uint64_t start, end, completed;
    uint32_t deviceId, contextId, streamId;
    int32_t grid[3], block[3], staticSharedMemory, dynamicSharedMemory;
    uint32_t localMemoryPerThread, localMemoryTotal, correlationId;
    int64_t gridId;
    const char *name;
    void *reserved0;
    uint64_t queued, submitted;
    uint8_t launchType, carveoutRequested, carveout, padding;
    uint32_t sharedMemoryExecuted;
    uint64_t graphNodeId;
    int32_t shmemLimitConfig;
    uint32_t graphId;
    void *accessPolicyWindow;
    uint32_t channelId;
    int32_t channelType;
    uint32_t cluster[3], clusterSchedulingPolicy;
    uint64_t localMemoryTotal2;
    uint32_t maxPotentialClusterSize, maxActiveClusters;
    uint8_t isDeviceLaunched, padding3[7];
};
static_assert(sizeof(Kernel) == 216 && offsetof(Kernel, name) == 104 && offsetof(Kernel, graphId) == 156, "Kernel10");

struct __attribute__((packed, aligned(8))) Copy {  // CUpti_ActivityMemcpy6
    uint32_t kind;
    uint8_t copyKind, srcKind, dstKind, flags;
    uint64_t bytes, start, end;
    uint32_t deviceId, contextId, streamId, correlationId, runtimeCorrelationId, pad;
    void *reserved0;
    uint64_t graphNodeId;
    uint32_t graphId, channelId;
    int32_t channelType;
    uint8_t isDeviceLaunched, pad2[3];
    uint64_t copyCount;
};
static_assert(offsetof(Copy, graphId) == 72, "Memcpy6");

struct __attribute__((packed, aligned(8))) Fill {  // CUpti_ActivityMemset4
    uint32_t kind, value;
    uint64_t bytes, start, end;
    uint32_t deviceId, contextId, streamId, correlationId;
    uint16_t flags, memoryKind;
    uint32_t pad;
    void *reserved0;
    uint64_t graphNodeId;
    uint32_t graphId, channelId;
    int32_t channelType;
    uint8_t isDeviceLaunched, pad2[3];
};
static_assert(offsetof(Fill, graphId) == 72, "Memset4");

using RequestCallback = void (*)(uint8_t **, size_t *, size_t *);
using CompleteCallback = void (*)(void *, uint32_t, uint8_t *, size_t, size_t);

RequestCallback request;
CompleteCallback complete;
std::set<int> enabled;

template <typename Function>
Function ofDriver(const char *name) {
    void *driver = dlopen("libcuda.so.1", RTLD_LAZY | RTLD_NOLOAD);
    return driver == nullptr ? nullptr : reinterpret_cast<Function>(dlsym(driver, name));
}

std::vector<uint8_t> record(const Activity &done) {
    std::vector<uint8_t> bytes;
    auto append = [&](const auto &record) {
        bytes.resize(sizeof(record));
        memcpy(bytes.data(), &record, sizeof(record));
    };
    if (done.kind == 10) {
        Kernel kernel{};
        kernel.kind = 10;
        kernel.start = EPOCH + done.start;
        kernel.end = EPOCH + done.end;
        kernel.streamId = done.stream;
        kernel.correlationId = done.correlation;
        kernel.name = done.name;
        kernel.graphId = done.graph;
        append(kernel);
    } else if (done.kind == 1) {
        Copy copy{};
        copy.kind = 1;
        copy.copyKind = static_cast<uint8_t>(done.copyKind);
        copy.bytes = done.bytes;
        copy.start = EPOCH + done.start;
        copy.end = EPOCH + done.end;
        copy.streamId = done.stream;
        copy.correlationId = done.correlation;
        copy.graphId = done.graph;
        append(copy);
    } else {
        Fill fill{};
        fill.kind = 2;
        fill.bytes = done.bytes;
        fill.start = EPOCH + done.start;
        fill.end = EPOCH + done.end;
        fill.streamId = done.stream;
        fill.correlationId = done.correlation;
        fill.graphId = done.graph;
        append(fill);
    }
    return bytes;
}

size_t sizeOf(const uint8_t *record) {
    uint32_t kind;
    memcpy(&kind, record, sizeof(kind));
    return kind == 10 ? sizeof(Kernel) : kind == 1 ? sizeof(Copy) : sizeof(Fill);
}

void deliver(const std::vector<Activity> &activities) {
    constexpr size_t MOST = 40;  // a buffer is given back long before it is full, so that several are needed
    size_t next = 0;
    do {
        uint8_t *buffer = nullptr;
        size_t size = 0, most = 0, used = 0;
        request(&buffer, &size, &most);
        if (buffer == nullptr || reinterpret_cast<size_t>(buffer) % 8 != 0 || size < 1024) {
            return;
        }
        memset(buffer, 0xff, size);
        for (size_t i = 0; i < MOST && next < activities.size(); i++, next++) {
            std::vector<uint8_t> bytes = record(activities[next]);
            if (used + bytes.size() > size) {
                break;
            }
            memcpy(buffer + used, bytes.data(), bytes.size());
            used += bytes.size();
        }
        complete(nullptr, 0, buffer, size, used);
    } while (next < activities.size());
}

}  // namespace

#define EXPORT extern "C" __attribute__((visibility("default"))) int

EXPORT cuptiGetVersion(uint32_t *version) {
    *version = 130000;
    return SUCCESS;
}

EXPORT cuptiGetResultString(int status, const char **text) {
    *text = status == SUCCESS ? "CUPTI_SUCCESS" : status == NOT_INITIALIZED ? "CUPTI_ERROR_NOT_INITIALIZED" : "CUPTI_ERROR";
    return SUCCESS;
}

EXPORT cuptiGetTimestamp(uint64_t *nanos) {
    timespec time;
    clock_gettime(CLOCK_MONOTONIC, &time);
    *nanos = EPOCH + time.tv_sec * 1000000000ull + time.tv_nsec;
    return SUCCESS;
}

EXPORT cuptiActivityRegisterCallbacks(RequestCallback wanted, CompleteCallback done) {
    if (wanted == nullptr || done == nullptr) {
        return INVALID_PARAMETER;
    }
    request = wanted;
    complete = done;
    return SUCCESS;
}

EXPORT cuptiActivityEnable(int kind) {
    if (kind != 1 && kind != 2 && kind != 10) {
        return INVALID_KIND;
    }
    auto record = ofDriver<int (*)(int)>("pretendRecord");
    if (record == nullptr || record(1) == 0) {
        return NOT_INITIALIZED;
    }
    enabled.insert(kind);
    return SUCCESS;
}

EXPORT cuptiActivityDisable(int kind) {
    return enabled.count(kind) == 1 ? SUCCESS : INVALID_KIND;
}

EXPORT cuptiActivityFlushAll(uint32_t) {
    auto take = ofDriver<size_t (*)(Activity *, size_t)>("pretendTake");
    auto record = ofDriver<int (*)(int)>("pretendRecord");
    if (take == nullptr || request == nullptr) {
        return NOT_INITIALIZED;
    }
    std::vector<Activity> activities;
    std::vector<Activity> some(64);
    for (size_t count = take(some.data(), some.size()); count > 0; count = take(some.data(), some.size())) {
        for (size_t i = 0; i < count; i++) {
            if (enabled.count(some[i].kind) == 1) {
                activities.push_back(some[i]);
            }
        }
    }
    record(0);
    enabled.clear();
    std::thread(deliver, activities).join();
    return SUCCESS;
}

EXPORT cuptiActivityGetNextRecord(uint8_t *buffer, size_t valid, uint8_t **record) {
    uint8_t *next = *record == nullptr ? buffer : *record + sizeOf(*record);
    if (next >= buffer + valid) {
        return MAX_LIMIT_REACHED;
    }
    *record = next;
    return SUCCESS;
}

EXPORT cuptiActivityGetNumDroppedRecords(void *, uint32_t, size_t *dropped) {
    *dropped = 0;
    return SUCCESS;
}
