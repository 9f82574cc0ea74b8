// SPDX-License-Identifier: Apache-2.0
//
// A libcuda.so.1 without a GPU: the driver functions that the CUDA backend calls, over the emulated kernels, so that the
// real JNI library and all code above it run on any machine with a compiler. It is stricter than a real driver where that
// finds mistakes, and never more forgiving:
//   * What goes to a stream waits there until somebody synchronises, so that a missing wait gives wrong numbers.
//   * Device memory is filled with NaN, ends at an inaccessible page and vanishes when it is freed.
//   * No call works before cuInit or on a thread without a current context; nothing that a capture forbids works in one.
//   * Machine code is what the pretend NVRTC makes; a kernel is found only in the module of its own source.
//
// A file pretend.faults beside the library makes calls fail, one rule a line: `FUNCTION CODE`, for example
// `cuMemAlloc_v2 2`. cuDeviceGetAttribute(LIVE_OBJECTS) answers how many things are not given back yet.
#include "registered.h"

#include <dlfcn.h>
#include <sys/mman.h>
#include <unistd.h>

#include <fstream>
#include <map>
#include <mutex>
#include <set>

namespace {

using Status = int;
using Address = unsigned long long;
using Work = std::function<void()>;

constexpr Status SUCCESS = 0, INVALID_VALUE = 1, OUT_OF_MEMORY = 2, NOT_INITIALIZED = 3, INVALID_DEVICE = 101,
                 INVALID_IMAGE = 200, INVALID_CONTEXT = 201, INVALID_HANDLE = 400, NOT_FOUND = 500, NOT_READY = 600,
                 CAPTURE_UNSUPPORTED = 900, CAPTURE_INVALIDATED = 901;
constexpr int LIVE_OBJECTS = 9001;
constexpr size_t MEMORY_BYTES = size_t(1) << 30;
constexpr const char *MACHINE_CODE = "PRETEND CUBIN ";  // then the file name of the source, then a line end

struct Stream {
    std::vector<Work> waiting;
    std::vector<Work> captured;
    bool capturing = false, invalidated = false;
};
struct Graph {
    std::vector<Work> works;
};
struct Module {
    std::string source;
    std::map<std::string, const RegisteredKernel *> functions;
};
struct Event {
    double milliseconds = -1;
};
struct Mapping {
    char *start;
    size_t mapped, bytes;
};

// Everything the process asked for and has not given back.
struct Driver {
    std::recursive_mutex lock;
    bool initialised = false;
    int retained = 0;
    std::map<Address, Mapping> memory;
    std::map<char *, size_t> pinned;
    std::set<Stream *> streams;
    std::set<Graph *> graphs;
    std::set<Module *> modules;
    std::set<Event *> events;
    size_t bytes = 0;
    int profiling = 0;
};

Driver &driver() {
    static Driver instance;
    return instance;
}

thread_local bool current = false;

// The code that the file of faults has for a function, or 0.
Status injected(const char *function) {
    static const std::string file = [] {
        Dl_info self{};
        dladdr(reinterpret_cast<void *>(&injected), &self);
        std::string path = self.dli_fname;
        return path.substr(0, path.rfind('/')) + "/pretend.faults";
    }();
    if (access(file.c_str(), R_OK) != 0) {
        return SUCCESS;
    }
    std::ifstream in(file);
    std::string name;
    for (Status code = 0; in >> name >> code;) {
        if (name == function) {
            return code;
        }
    }
    return SUCCESS;
}

void runAll(std::vector<Work> &works) {
    std::vector<Work> taken;
    taken.swap(works);
    for (Work &work : taken) {
        work();
    }
}

void drainAll() {
    for (Stream *stream : driver().streams) {
        runAll(stream->waiting);
    }
}

// Marks every capture as spoilt, as a forbidden call does; says whether there was one.
bool spoilCaptures() {
    bool any = false;
    for (Stream *stream : driver().streams) {
        any = any || stream->capturing;
        stream->invalidated = stream->invalidated || stream->capturing;
    }
    return any;
}

Status enqueue(Stream *stream, Work work) {
    if (driver().streams.count(stream) == 0) {
        return INVALID_HANDLE;
    }
    (stream->capturing ? stream->captured : stream->waiting).push_back(std::move(work));
    return SUCCESS;
}

bool isPinned(const char *at, size_t bytes) {
    auto next = driver().pinned.upper_bound(const_cast<char *>(at));
    if (next == driver().pinned.begin()) {
        return false;
    }
    --next;
    return at + bytes <= next->first + next->second;
}

// Whether bytes of one allocation on the device start here.
bool onDevice(Address at, size_t bytes) {
    auto next = driver().memory.upper_bound(at);
    if (next == driver().memory.begin()) {
        return false;
    }
    --next;
    return at + bytes <= next->first + next->second.bytes;
}

double now() {
    timespec time;
    clock_gettime(CLOCK_MONOTONIC, &time);
    return time.tv_sec * 1e3 + time.tv_nsec * 1e-6;
}

template <typename T>
bool erase(std::set<T *> &all, T *one) {
    if (all.erase(one) == 0) {
        return false;
    }
    delete one;
    return true;
}

}  // namespace

#define EXPORT extern "C" __attribute__((visibility("default"))) Status
#define ENTER_ANYWHERE(name)                                    \
    std::lock_guard<std::recursive_mutex> guard(driver().lock); \
    if (Status fault = injected(name)) {                        \
        return fault;                                           \
    }
#define ENTER_INITIALISED(name)        \
    ENTER_ANYWHERE(name)               \
    if (!driver().initialised) {       \
        return NOT_INITIALIZED;        \
    }
#define ENTER(name)                            \
    ENTER_INITIALISED(name)                    \
    if (!current || driver().retained == 0) {  \
        return INVALID_CONTEXT;                \
    }
#define ENTER_OUTSIDE_CAPTURE(name) \
    ENTER(name)                     \
    if (spoilCaptures()) {          \
        return CAPTURE_UNSUPPORTED; \
    }

EXPORT cuInit(unsigned) {
    ENTER_ANYWHERE("cuInit")
    driver().initialised = true;
    return SUCCESS;
}

EXPORT cuDriverGetVersion(int *version) {
    ENTER_ANYWHERE("cuDriverGetVersion")
    *version = 13000;
    return SUCCESS;
}

EXPORT cuDeviceGetCount(int *count) {
    ENTER_INITIALISED("cuDeviceGetCount")
    *count = 1;
    return SUCCESS;
}

EXPORT cuDeviceGet(int *device, int ordinal) {
    ENTER_INITIALISED("cuDeviceGet")
    *device = 0;
    return ordinal == 0 ? SUCCESS : INVALID_DEVICE;
}

EXPORT cuDeviceGetName(char *name, int length, int) {
    ENTER_INITIALISED("cuDeviceGetName")
    snprintf(name, length, "pretend device");
    return SUCCESS;
}

EXPORT cuDeviceTotalMem_v2(size_t *bytes, int) {
    ENTER_INITIALISED("cuDeviceTotalMem_v2")
    *bytes = MEMORY_BYTES;
    return SUCCESS;
}

EXPORT cuDeviceGetAttribute(int *value, int attribute, int) {
    ENTER_INITIALISED("cuDeviceGetAttribute")
    const Driver &d = driver();
    switch (attribute) {
        case 75:  // compute capability, major
            *value = 7;
            return SUCCESS;
        case 76:  // minor
            *value = 5;
            return SUCCESS;
        case 16:  // multiprocessors
            *value = 1;
            return SUCCESS;
        case LIVE_OBJECTS:
            *value = static_cast<int>(d.memory.size() + d.pinned.size() + d.streams.size() + d.graphs.size()
                                      + d.modules.size() + d.events.size())
                     + d.retained + d.profiling;
            return SUCCESS;
        default:
            return INVALID_VALUE;
    }
}

EXPORT cuDevicePrimaryCtxRetain(void **context, int) {
    ENTER_INITIALISED("cuDevicePrimaryCtxRetain")
    driver().retained++;
    *context = &driver();
    return SUCCESS;
}

EXPORT cuDevicePrimaryCtxRelease_v2(int) {
    ENTER_INITIALISED("cuDevicePrimaryCtxRelease_v2")
    if (driver().retained == 0) {
        return INVALID_CONTEXT;
    }
    driver().retained--;
    return SUCCESS;
}

EXPORT cuCtxSetCurrent(void *context) {
    ENTER_INITIALISED("cuCtxSetCurrent")
    current = context != nullptr;
    return SUCCESS;
}

EXPORT cuCtxSynchronize() {
    ENTER_OUTSIDE_CAPTURE("cuCtxSynchronize")
    drainAll();
    return SUCCESS;
}

EXPORT cuGetErrorName(Status status, const char **name) {
    static const std::map<Status, const char *> names = {{SUCCESS, "CUDA_SUCCESS"},
                                                         {INVALID_VALUE, "CUDA_ERROR_INVALID_VALUE"},
                                                         {OUT_OF_MEMORY, "CUDA_ERROR_OUT_OF_MEMORY"},
                                                         {INVALID_CONTEXT, "CUDA_ERROR_INVALID_CONTEXT"},
                                                         {INVALID_IMAGE, "CUDA_ERROR_INVALID_IMAGE"},
                                                         {INVALID_HANDLE, "CUDA_ERROR_INVALID_HANDLE"},
                                                         {NOT_FOUND, "CUDA_ERROR_NOT_FOUND"},
                                                         {700, "CUDA_ERROR_ILLEGAL_ADDRESS"}};
    auto found = names.find(status);
    *name = found == names.end() ? nullptr : found->second;
    return found == names.end() ? INVALID_VALUE : SUCCESS;
}

EXPORT cuGetErrorString(Status status, const char **text) {
    *text = "the pretend driver says so";
    return status >= 0 ? SUCCESS : INVALID_VALUE;
}

EXPORT cuMemGetInfo_v2(size_t *free, size_t *total) {
    ENTER("cuMemGetInfo_v2")
    *total = MEMORY_BYTES;
    *free = MEMORY_BYTES - driver().bytes;
    return SUCCESS;
}

EXPORT cuMemAlloc_v2(Address *address, size_t bytes) {
    ENTER_OUTSIDE_CAPTURE("cuMemAlloc_v2")
    if (bytes == 0) {
        return INVALID_VALUE;
    }
    if (bytes > MEMORY_BYTES - driver().bytes) {
        return OUT_OF_MEMORY;
    }
    const size_t page = 4096, aligned = (bytes + 15) / 16 * 16, body = (aligned + page - 1) / page * page;
    void *start = mmap(nullptr, body + page, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    if (start == MAP_FAILED) {
        return OUT_OF_MEMORY;
    }
    char *bottom = static_cast<char *>(start);
    mprotect(bottom + body, page, PROT_NONE);
    memset(bottom, emulation::GARBAGE, body);
    *address = reinterpret_cast<Address>(bottom + body - aligned);
    driver().memory[*address] = {bottom, body + page, bytes};
    driver().bytes += bytes;
    return SUCCESS;
}

EXPORT cuMemFree_v2(Address address) {
    ENTER_OUTSIDE_CAPTURE("cuMemFree_v2")
    auto found = driver().memory.find(address);
    if (found == driver().memory.end()) {
        return INVALID_VALUE;
    }
    drainAll();  // as a driver does before memory goes
    driver().bytes -= found->second.bytes;
    munmap(found->second.start, found->second.mapped);
    driver().memory.erase(found);
    return SUCCESS;
}

EXPORT cuMemHostAlloc(void **host, size_t bytes, unsigned) {
    ENTER_OUTSIDE_CAPTURE("cuMemHostAlloc")
    char *memory = static_cast<char *>(malloc(bytes));
    memset(memory, emulation::GARBAGE, bytes);
    driver().pinned[memory] = bytes;
    *host = memory;
    return SUCCESS;
}

EXPORT cuMemFreeHost(void *host) {
    ENTER_OUTSIDE_CAPTURE("cuMemFreeHost")
    drainAll();
    if (driver().pinned.erase(static_cast<char *>(host)) == 0) {
        return INVALID_VALUE;
    }
    free(host);
    return SUCCESS;
}

EXPORT cuMemcpyHtoDAsync_v2(Address to, const void *from, size_t bytes, Stream *stream) {
    ENTER("cuMemcpyHtoDAsync_v2")
    if (!onDevice(to, bytes)) {
        return INVALID_VALUE;
    }
    void *target = reinterpret_cast<void *>(to);
    if (isPinned(static_cast<const char *>(from), bytes)) {
        return enqueue(stream, [=] { memcpy(target, from, bytes); });
    }
    if (spoilCaptures()) {  // memory that may move must not be captured
        return CAPTURE_UNSUPPORTED;
    }
    auto staged = std::make_shared<std::string>(static_cast<const char *>(from), bytes);
    return enqueue(stream, [=] { memcpy(target, staged->data(), bytes); });
}

EXPORT cuMemcpyDtoHAsync_v2(void *to, Address from, size_t bytes, Stream *stream) {
    ENTER("cuMemcpyDtoHAsync_v2")
    if (!onDevice(from, bytes) || !isPinned(static_cast<char *>(to), bytes)) {
        return INVALID_VALUE;  // a real driver would take pageable memory: the backend promises not to use it
    }
    return enqueue(stream, [=] { memcpy(to, reinterpret_cast<void *>(from), bytes); });
}

EXPORT cuMemcpyDtoDAsync_v2(Address to, Address from, size_t bytes, Stream *stream) {
    ENTER("cuMemcpyDtoDAsync_v2")
    if (!onDevice(from, bytes) || !onDevice(to, bytes)) {
        return INVALID_VALUE;
    }
    return enqueue(stream, [=] { memcpy(reinterpret_cast<void *>(to), reinterpret_cast<void *>(from), bytes); });
}

EXPORT cuMemsetD8Async(Address to, unsigned char value, size_t bytes, Stream *stream) {
    ENTER("cuMemsetD8Async")
    if (!onDevice(to, bytes)) {
        return INVALID_VALUE;
    }
    return enqueue(stream, [=] { memset(reinterpret_cast<void *>(to), value, bytes); });
}

EXPORT cuModuleLoadData(Module **module, const void *image) {
    ENTER_OUTSIDE_CAPTURE("cuModuleLoadData")
    const char *text = static_cast<const char *>(image);
    if (strncmp(text, MACHINE_CODE, strlen(MACHINE_CODE)) != 0) {
        return INVALID_IMAGE;
    }
    const char *name = text + strlen(MACHINE_CODE);
    *module = new Module{std::string(name, strcspn(name, "\n")), {}};
    driver().modules.insert(*module);
    return SUCCESS;
}

EXPORT cuModuleUnload(Module *module) {
    ENTER_OUTSIDE_CAPTURE("cuModuleUnload")
    drainAll();
    return erase(driver().modules, module) ? SUCCESS : INVALID_HANDLE;
}

EXPORT cuModuleGetFunction(const RegisteredKernel **function, Module *module, const char *name) {
    ENTER("cuModuleGetFunction")
    if (driver().modules.count(module) == 0) {
        return INVALID_HANDLE;
    }
    const RegisteredKernel *kernel = registered(name);
    if (kernel == nullptr || module->source != std::string(kernel->source) + ".cu") {
        return NOT_FOUND;
    }
    *function = kernel;
    return SUCCESS;
}

EXPORT cuLaunchKernel(const RegisteredKernel *kernel, unsigned gridX, unsigned gridY, unsigned gridZ, unsigned threads,
                      unsigned blockY, unsigned blockZ, unsigned sharedBytes, Stream *stream, void **parameters, void **) {
    ENTER("cuLaunchKernel")
    if (kernel == nullptr || gridX < 1 || gridY < 1 || gridY > emulation::MAX_GRID_Y || gridZ != 1 || threads < 1
        || threads > emulation::MAX_THREADS || blockY != 1 || blockZ != 1 || sharedBytes > 48 * 1024) {
        return INVALID_VALUE;
    }
    // Parameters are copied now, as a driver does: the caller may change its buffer at once.
    auto copy = std::make_shared<std::vector<std::max_align_t>>(kernel->structBytes / sizeof(std::max_align_t) + 1);
    memcpy(copy->data(), parameters[0], kernel->structBytes);
    return enqueue(stream, [=] {
        emulation::launch(kernel->name, dim3{gridX, gridY, 1}, threads, sharedBytes, [=] { kernel->call(copy->data()); });
    });
}

EXPORT cuStreamCreate(Stream **stream, unsigned) {
    ENTER_OUTSIDE_CAPTURE("cuStreamCreate")
    *stream = new Stream;
    driver().streams.insert(*stream);
    return SUCCESS;
}

EXPORT cuStreamDestroy_v2(Stream *stream) {
    ENTER("cuStreamDestroy_v2")
    if (driver().streams.count(stream) == 0) {
        return INVALID_HANDLE;
    }
    runAll(stream->waiting);
    erase(driver().streams, stream);
    return SUCCESS;
}

EXPORT cuStreamSynchronize(Stream *stream) {
    ENTER_OUTSIDE_CAPTURE("cuStreamSynchronize")
    if (driver().streams.count(stream) == 0) {
        return INVALID_HANDLE;
    }
    runAll(stream->waiting);
    return SUCCESS;
}

EXPORT cuStreamBeginCapture_v2(Stream *stream, int) {
    ENTER("cuStreamBeginCapture_v2")
    if (driver().streams.count(stream) == 0 || stream->capturing) {
        return INVALID_HANDLE;
    }
    stream->capturing = true;
    stream->invalidated = false;
    stream->captured.clear();
    return SUCCESS;
}

EXPORT cuStreamEndCapture(Stream *stream, Graph **graph) {
    if (injected("cuStreamEndCapture") != SUCCESS && driver().streams.count(stream) != 0) {
        stream->capturing = false;  // it ends the capture, whatever it answers
    }
    ENTER("cuStreamEndCapture")
    if (driver().streams.count(stream) == 0 || !stream->capturing) {
        return INVALID_HANDLE;
    }
    stream->capturing = false;
    *graph = nullptr;
    if (stream->invalidated) {
        return CAPTURE_INVALIDATED;
    }
    *graph = new Graph{std::move(stream->captured)};
    driver().graphs.insert(*graph);
    return SUCCESS;
}

EXPORT cuGraphInstantiateWithFlags(Graph **executable, Graph *graph, unsigned long long) {
    ENTER("cuGraphInstantiateWithFlags")
    if (driver().graphs.count(graph) == 0) {
        return INVALID_HANDLE;
    }
    *executable = new Graph(*graph);
    driver().graphs.insert(*executable);
    return SUCCESS;
}

EXPORT cuGraphLaunch(Graph *executable, Stream *stream) {
    ENTER("cuGraphLaunch")
    if (driver().graphs.count(executable) == 0) {
        return INVALID_HANDLE;
    }
    auto works = std::make_shared<std::vector<Work>>(executable->works);
    return enqueue(stream, [=] {
        for (Work &work : *works) {
            work();
        }
    });
}

EXPORT cuGraphExecDestroy(Graph *executable) {
    ENTER("cuGraphExecDestroy")
    return erase(driver().graphs, executable) ? SUCCESS : INVALID_HANDLE;
}

EXPORT cuGraphDestroy(Graph *graph) {
    ENTER("cuGraphDestroy")
    return erase(driver().graphs, graph) ? SUCCESS : INVALID_HANDLE;
}

EXPORT cuEventCreate(Event **event, unsigned) {
    ENTER("cuEventCreate")
    *event = new Event;
    driver().events.insert(*event);
    return SUCCESS;
}

EXPORT cuEventRecord(Event *event, Stream *stream) {
    ENTER("cuEventRecord")
    if (driver().events.count(event) == 0) {
        return INVALID_HANDLE;
    }
    event->milliseconds = -1;
    return enqueue(stream, [=] { event->milliseconds = now(); });
}

EXPORT cuEventSynchronize(Event *event) {
    ENTER_OUTSIDE_CAPTURE("cuEventSynchronize")
    if (driver().events.count(event) == 0) {
        return INVALID_HANDLE;
    }
    drainAll();
    return SUCCESS;
}

EXPORT cuEventElapsedTime(float *milliseconds, Event *start, Event *end) {
    ENTER("cuEventElapsedTime")
    if (driver().events.count(start) == 0 || driver().events.count(end) == 0) {
        return INVALID_HANDLE;
    }
    if (start->milliseconds < 0 || end->milliseconds < 0) {
        return NOT_READY;
    }
    *milliseconds = static_cast<float>(end->milliseconds - start->milliseconds);
    return SUCCESS;
}

EXPORT cuEventDestroy_v2(Event *event) {
    ENTER("cuEventDestroy_v2")
    drainAll();  // a recording may still wait
    return erase(driver().events, event) ? SUCCESS : INVALID_HANDLE;
}

EXPORT cuProfilerStart() {
    ENTER("cuProfilerStart")
    driver().profiling = 1;
    return SUCCESS;
}

EXPORT cuProfilerStop() {
    ENTER("cuProfilerStop")
    driver().profiling = 0;
    return SUCCESS;
}
