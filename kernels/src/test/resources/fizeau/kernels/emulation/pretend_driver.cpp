// SPDX-License-Identifier: Apache-2.0
//
// A libcuda.so.1 without a GPU: the driver functions that the CUDA backend calls, over the emulated kernels, so that the
// real JNI library and all code above it run on any machine with a compiler. It is stricter than a real driver where that
// finds mistakes, and never more forgiving:
//   * What goes to a stream waits there until somebody synchronises, so that a missing wait gives wrong numbers.
//   * Device memory is filled with NaN, ends at an inaccessible page and vanishes when it is freed.
//   * No call works before cuInit or on a thread without a current context; nothing that a capture forbids works in one.
//   * Captured work runs in the order that is furthest from that of the calls, as far as what waits for what allows, so that a
//     branch that should wait and does not gives wrong numbers; a branch that nobody waits for spoils the capture.
//   * Machine code is what the pretend NVRTC makes; a kernel is found only in the module of its own source.
//   * PTX must end at a zero, be for the device and claim no version above the lowest that knows the device, as portable
//     text has to; a kernel is found only among its entries.
//
// A file pretend.faults beside the library makes calls fail, one rule a line: `FUNCTION CODE [AFTER [lost]]`, for example
// `cuMemAlloc_v2 2` for every call, or `cuLaunchKernel 719 3 lost`: three launches go well, the fourth loses the device, and
// whatever is called in the context from then on answers the same, until its last reference is released.
// cuDeviceGetAttribute(LIVE_OBJECTS) answers how many things are not given back yet.
// pretendRecord and pretendTake are for the pretend CUPTI.
#include "pretend_activity.h"
#include "registered.h"

#include <dlfcn.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <deque>
#include <fstream>
#include <map>
#include <mutex>
#include <set>
#include <sstream>

namespace {

using Status = int;
using Address = unsigned long long;
using Work = std::function<void()>;

constexpr Status UNJOINED = 904, CAPTURED_EVENT = 907;
constexpr Status SUCCESS = 0, INVALID_VALUE = 1, OUT_OF_MEMORY = 2, NOT_INITIALIZED = 3, INVALID_DEVICE = 101,
                 INVALID_IMAGE = 200, INVALID_CONTEXT = 201, INVALID_PTX = 218, INVALID_HANDLE = 400, NOT_FOUND = 500, NOT_READY = 600,
                 CAPTURE_UNSUPPORTED = 900, CAPTURE_INVALIDATED = 901;
constexpr int LIVE_OBJECTS = 9001;
constexpr size_t MEMORY_BYTES = size_t(1) << 30;
constexpr const char *MACHINE_CODE = "PRETEND CUBIN ";  // then the file name of the source, then a line end

// Captured work and the numbers of the nodes that come before it.
struct Node {
    Work work;
    std::set<size_t> after;
};
struct Stream {
    std::deque<Work> waiting;
    std::vector<Node> captured;  // of the stream that began a capture: that of all its branches
    std::set<size_t> last;       // nodes that what comes next in a capture waits for
    Stream *leader = nullptr;    // that began the capture this one is in; itself where it did
    bool invalidated = false;
    unsigned number = 0;
};
struct Graph {
    std::vector<Node> nodes;
    unsigned number = 0;
};
struct Module {
    std::string source;             // of machine code
    std::set<std::string> entries;  // of PTX
};
struct Event {
    double milliseconds = -1;
    unsigned recorded = 0, reached = 0;  // times
    Stream *stream = nullptr;            // that recorded it last
    Stream *leader = nullptr;            // of the capture that it was recorded in
    std::set<size_t> last;               // what it waits for there
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
    int heldByLibraries = 0;
    Status lost = SUCCESS;
    bool recording = false;
    unsigned streamsMade = 0, graphsMade = 0, calls = 0, graphRunning = 0;
    std::vector<Activity> activities;
};

Driver &driver() {
    static Driver instance;
    return instance;
}

thread_local bool current = false;

// The code that the file of faults has for this call of a function, or 0.
Status injected(const char *function) {
    static const std::string file = [] {
        Dl_info self{};
        dladdr(reinterpret_cast<void *>(&injected), &self);
        char *real = realpath(self.dli_fname, nullptr);
        const std::string path = real;
        free(real);
        return path.substr(0, path.rfind('/')) + "/pretend.faults";
    }();
    static std::map<std::string, int> calls;  // since this file is there
    static std::pair<ino_t, long> known;
    struct stat state;
    if (stat(file.c_str(), &state) != 0) {
        known = {};
        return SUCCESS;
    }
    const std::pair<ino_t, long> identity(state.st_ino, state.st_mtim.tv_sec * 1000000000L + state.st_mtim.tv_nsec);
    if (identity != known) {
        known = identity;
        calls.clear();
    }
    const int before = calls[function]++;
    std::ifstream in(file);
    for (std::string line; std::getline(in, line);) {
        std::istringstream words(line);
        std::string name, lost;
        Status code = 0;
        int after = 0;
        words >> name >> code;
        words >> after >> lost;
        if (name == function && before >= after) {
            if (lost == "lost") {
                driver().lost = code;
            }
            return code;
        }
    }
    return SUCCESS;
}

void runNext(std::deque<Work> &works) {
    Work work = std::move(works.front());
    works.pop_front();
    work();
}

void runAll(std::deque<Work> &works) {
    while (!works.empty()) {
        runNext(works);
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
        any = any || stream->leader != nullptr;
        stream->invalidated = stream->invalidated || stream->leader != nullptr;
    }
    return any;
}

Status enqueue(Stream *stream, Work work) {
    if (driver().streams.count(stream) == 0) {
        return INVALID_HANDLE;
    }
    if (stream->leader == nullptr) {
        stream->waiting.push_back(std::move(work));
        return SUCCESS;
    }
    std::vector<Node> &nodes = stream->leader->captured;
    nodes.push_back({std::move(work), stream->last});
    stream->last = {nodes.size() - 1};
    return SUCCESS;
}

// Numbers of nodes in the order that is furthest from that of the calls.
std::vector<size_t> lateOrder(const std::vector<Node> &nodes) {
    std::vector<size_t> order;
    std::vector<size_t> open(nodes.size(), 0);  // how many that come before are still to run
    std::vector<std::vector<size_t>> behind(nodes.size());
    std::set<size_t> ready;
    for (size_t i = 0; i < nodes.size(); i++) {
        open[i] = nodes[i].after.size();
        for (size_t before : nodes[i].after) {
            behind[before].push_back(i);
        }
        if (open[i] == 0) {
            ready.insert(i);
        }
    }
    while (!ready.empty()) {
        const size_t next = *ready.rbegin();
        ready.erase(next);
        order.push_back(next);
        for (size_t later : behind[next]) {
            if (--open[later] == 0) {
                ready.insert(later);
            }
        }
    }
    return order;
}

// Whether everything captured comes before these nodes, or is one of them.
bool allJoined(const std::vector<Node> &nodes, const std::set<size_t> &last) {
    std::set<size_t> seen(last), edge(last);
    while (!edge.empty()) {
        std::set<size_t> before;
        for (size_t node : edge) {
            before.insert(nodes[node].after.begin(), nodes[node].after.end());
        }
        edge.clear();
        for (size_t node : before) {
            if (seen.insert(node).second) {
                edge.insert(node);
            }
        }
    }
    return seen.size() == nodes.size();
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

unsigned long long nanos() {
    timespec time;
    clock_gettime(CLOCK_MONOTONIC, &time);
    return time.tv_sec * 1000000000ull + time.tv_nsec;
}

double now() {
    return nanos() * 1e-6;
}

// Work that notes what it did and when, while somebody records.
Work noted(Activity activity, const Stream *stream, Work work) {
    activity.correlation = ++driver().calls;
    activity.stream = stream->number;
    return [activity, work] {
        Activity done = activity;
        done.graph = driver().graphRunning;
        done.start = nanos();
        work();
        done.end = nanos();
        if (driver().recording) {
            driver().activities.push_back(done);
        }
    };
}

Work copying(int copyKind, size_t bytes, const Stream *stream, Work work) {
    return noted({1, nullptr, copyKind, 0, 0, 0, bytes, 0, 0}, stream, std::move(work));
}

template <typename T>
bool erase(std::set<T *> &all, T *one) {
    if (all.erase(one) == 0) {
        return false;
    }
    delete one;
    return true;
}

// With its last reference a lost context goes, and all that could not be given back while it was lost.
void bury() {
    Driver &d = driver();
    for (auto &[address, mapping] : d.memory) {
        munmap(mapping.start, mapping.mapped);
    }
    for (auto &[host, bytes] : d.pinned) {
        free(host);
    }
    for (Stream *stream : d.streams) {
        delete stream;
    }
    for (Graph *graph : d.graphs) {
        delete graph;
    }
    for (Module *module : d.modules) {
        delete module;
    }
    for (Event *event : d.events) {
        delete event;
    }
    d.memory.clear();
    d.pinned.clear();
    d.streams.clear();
    d.graphs.clear();
    d.modules.clear();
    d.events.clear();
    d.bytes = 0;
    d.profiling = 0;
    d.lost = SUCCESS;
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
    }                                          \
    if (driver().lost != SUCCESS) {            \
        return driver().lost;                  \
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
                     + d.retained + d.profiling + d.heldByLibraries;
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
    if (driver().retained == 0 && driver().lost != SUCCESS) {
        bury();
    }
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
                                                         {INVALID_PTX, "CUDA_ERROR_INVALID_PTX"},
                                                         {INVALID_HANDLE, "CUDA_ERROR_INVALID_HANDLE"},
                                                         {NOT_FOUND, "CUDA_ERROR_NOT_FOUND"},
                                                         {700, "CUDA_ERROR_ILLEGAL_ADDRESS"},
                                                         {719, "CUDA_ERROR_LAUNCH_FAILED"},
                                                         {803, "CUDA_ERROR_SYSTEM_DRIVER_MISMATCH"}};
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
        return enqueue(stream, copying(1, bytes, stream, [=] { memcpy(target, from, bytes); }));
    }
    if (spoilCaptures()) {  // memory that may move must not be captured
        return CAPTURE_UNSUPPORTED;
    }
    auto staged = std::make_shared<std::string>(static_cast<const char *>(from), bytes);
    return enqueue(stream, copying(1, bytes, stream, [=] { memcpy(target, staged->data(), bytes); }));
}

EXPORT cuMemcpyDtoHAsync_v2(void *to, Address from, size_t bytes, Stream *stream) {
    ENTER("cuMemcpyDtoHAsync_v2")
    if (!onDevice(from, bytes) || !isPinned(static_cast<char *>(to), bytes)) {
        return INVALID_VALUE;  // a real driver would take pageable memory: the backend promises not to use it
    }
    return enqueue(stream, copying(2, bytes, stream, [=] { memcpy(to, reinterpret_cast<void *>(from), bytes); }));
}

EXPORT cuMemcpyDtoDAsync_v2(Address to, Address from, size_t bytes, Stream *stream) {
    ENTER("cuMemcpyDtoDAsync_v2")
    if (!onDevice(from, bytes) || !onDevice(to, bytes)) {
        return INVALID_VALUE;
    }
    return enqueue(stream, copying(8, bytes, stream, [=] {
                       memcpy(reinterpret_cast<void *>(to), reinterpret_cast<void *>(from), bytes);
                   }));
}

EXPORT cuMemsetD8Async(Address to, unsigned char value, size_t bytes, Stream *stream) {
    ENTER("cuMemsetD8Async")
    if (!onDevice(to, bytes)) {
        return INVALID_VALUE;
    }
    return enqueue(stream, noted({2, nullptr, 0, 0, 0, 0, bytes, 0, 0}, stream,
                                 [=] { memset(reinterpret_cast<void *>(to), value, bytes); }));
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

namespace {

constexpr int JIT_ERROR_LOG_BUFFER = 5, JIT_ERROR_LOG_BUFFER_SIZE_BYTES = 6;
constexpr double NEWEST_PTX = 6.3;

// The value after a directive at the start of a line, or empty.
std::string directive(const std::string &ptx, const std::string &name) {
    size_t at = ptx.find("\n" + name + " ");
    size_t start = ptx.compare(0, name.size() + 1, name + " ") == 0 ? 0 : at == std::string::npos ? at : at + 1;
    if (start == std::string::npos) {
        return "";
    }
    size_t end = ptx.find('\n', start);
    std::string value = ptx.substr(start + name.size() + 1, end - start - name.size() - 1);
    return value.substr(0, value.find_last_not_of(" \r") + 1);
}

// What is wrong with PTX, or empty.
std::string complaint(const std::string &ptx) {
    std::string version = directive(ptx, ".version"), target = directive(ptx, ".target");
    if (version.empty()) {
        return "no .version: this is not PTX";
    }
    if (strtod(version.c_str(), nullptr) > NEWEST_PTX) {
        return "PTX version " + version + " is newer than this driver";
    }
    if (target != "sm_75") {
        return "target " + target + " is not this device's";
    }
    return directive(ptx, ".address_size") == "64" ? "" : "not for 64-bit addresses";
}

}  // namespace

EXPORT cuModuleLoadDataEx(Module **module, const void *image, unsigned count, const int *options, void **values) {
    ENTER_OUTSIDE_CAPTURE("cuModuleLoadDataEx")
    char *log = nullptr;
    size_t room = 0;
    for (unsigned i = 0; i < count; i++) {
        if (options[i] == JIT_ERROR_LOG_BUFFER) {
            log = static_cast<char *>(values[i]);
        } else if (options[i] == JIT_ERROR_LOG_BUFFER_SIZE_BYTES) {
            room = static_cast<unsigned>(reinterpret_cast<size_t>(values[i]));
        }
    }
    std::string ptx = static_cast<const char *>(image), wrong = complaint(ptx);
    if (!wrong.empty()) {
        if (log != nullptr && room > 0) {
            snprintf(log, room, "%s\n", wrong.c_str());
        }
        return INVALID_PTX;
    }
    auto made = new Module;
    const std::string entry = ".entry ";
    for (size_t at = ptx.find(entry); at != std::string::npos; at = ptx.find(entry, at)) {
        at += entry.size();
        made->entries.insert(ptx.substr(at, ptx.find_first_of("( \n", at) - at));
    }
    driver().modules.insert(made);
    *module = made;
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
    if (kernel == nullptr
        || (module->source != std::string(kernel->source) + ".cu" && module->entries.count(name) == 0)) {
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
    return enqueue(stream, noted({10, kernel->name, 0, 0, 0, 0, 0, 0, 0}, stream, [=] {
                       emulation::launch(kernel->name, dim3{gridX, gridY, 1}, threads, sharedBytes,
                                         [=] { kernel->call(copy->data()); });
                   }));
}

EXPORT cuStreamCreate(Stream **stream, unsigned) {
    ENTER_OUTSIDE_CAPTURE("cuStreamCreate")
    *stream = new Stream;
    (*stream)->number = ++driver().streamsMade;
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
    if (driver().streams.count(stream) == 0 || stream->leader != nullptr) {
        return INVALID_HANDLE;
    }
    stream->leader = stream;
    stream->invalidated = false;
    stream->captured.clear();
    stream->last.clear();
    return SUCCESS;
}

// Ends the capture even where the call then fails, as a real driver does.
static Status endCapture(Stream *stream) {
    if (driver().streams.count(stream) == 0 || stream->leader != stream) {
        return INVALID_HANDLE;
    }
    for (Stream *branch : driver().streams) {
        if (branch->leader == stream) {
            branch->leader = nullptr;
            stream->invalidated = stream->invalidated || branch->invalidated;
        }
    }
    for (Event *event : driver().events) {
        if (event->leader == stream) {
            event->leader = nullptr;
        }
    }
    return SUCCESS;
}

EXPORT cuStreamEndCapture(Stream *stream, Graph **graph) {
    std::lock_guard<std::recursive_mutex> ending(driver().lock);
    const Status ended = endCapture(stream);
    ENTER("cuStreamEndCapture")
    if (ended != SUCCESS) {
        return ended;
    }
    *graph = nullptr;
    if (stream->invalidated) {
        return CAPTURE_INVALIDATED;
    }
    if (!allJoined(stream->captured, stream->last)) {
        return UNJOINED;
    }
    *graph = new Graph{std::move(stream->captured), 0};
    driver().graphs.insert(*graph);
    return SUCCESS;
}

EXPORT cuGraphInstantiateWithFlags(Graph **executable, Graph *graph, unsigned long long) {
    ENTER("cuGraphInstantiateWithFlags")
    if (driver().graphs.count(graph) == 0) {
        return INVALID_HANDLE;
    }
    *executable = new Graph(*graph);
    (*executable)->number = ++driver().graphsMade;
    driver().graphs.insert(*executable);
    return SUCCESS;
}

EXPORT cuGraphLaunch(Graph *executable, Stream *stream) {
    ENTER("cuGraphLaunch")
    if (driver().graphs.count(executable) == 0) {
        return INVALID_HANDLE;
    }
    auto nodes = std::make_shared<std::vector<Node>>(executable->nodes);
    unsigned number = executable->number;
    return enqueue(stream, [=] {
        driver().graphRunning = number;
        for (size_t node : lateOrder(*nodes)) {
            (*nodes)[node].work();
        }
        driver().graphRunning = 0;
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
    if (driver().events.count(event) == 0 || driver().streams.count(stream) == 0) {
        return INVALID_HANDLE;
    }
    event->leader = stream->leader;
    if (stream->leader != nullptr) {
        event->last = stream->last;
        return SUCCESS;
    }
    event->milliseconds = -1;
    event->stream = stream;
    const unsigned mark = ++event->recorded;
    return enqueue(stream, [=] {
        event->milliseconds = now();
        event->reached = mark;
    });
}

EXPORT cuStreamWaitEvent(Stream *stream, Event *event, unsigned) {
    ENTER("cuStreamWaitEvent")
    if (driver().events.count(event) == 0 || driver().streams.count(stream) == 0) {
        return INVALID_HANDLE;
    }
    if (event->leader != nullptr) {  // takes the stream into that capture
        if (stream->leader != nullptr && stream->leader != event->leader) {
            return INVALID_VALUE;
        }
        if (stream->leader == nullptr) {
            stream->leader = event->leader;
            stream->invalidated = false;
            stream->last.clear();
        }
        stream->last.insert(event->last.begin(), event->last.end());
        return SUCCESS;
    }
    if (stream->leader != nullptr) {  // work outside the capture would have to be waited for at every replay
        spoilCaptures();
        return CAPTURE_UNSUPPORTED;
    }
    const unsigned mark = event->recorded;
    return enqueue(stream, [=] {
        while (event->reached < mark && !event->stream->waiting.empty()) {
            runNext(event->stream->waiting);
        }
    });
}

EXPORT cuEventSynchronize(Event *event) {
    ENTER_OUTSIDE_CAPTURE("cuEventSynchronize")
    if (driver().events.count(event) == 0) {
        return INVALID_HANDLE;
    }
    if (event->leader != nullptr) {
        return CAPTURED_EVENT;
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

// What the other libraries of the pretend machine build on: they queue work where the driver does, and what they hold is counted
// here. A library answers a lost device as some failure of its own.
EXPORT pretendFault(const char *function) {
    std::lock_guard<std::recursive_mutex> guard(driver().lock);
    constexpr Status EXEC_FAILED = 6;
    Status fault = injected(function);
    return fault != SUCCESS ? fault : driver().lost != SUCCESS ? EXEC_FAILED : SUCCESS;
}

EXPORT pretendEnqueue(Stream *stream, const Work *work) {
    std::lock_guard<std::recursive_mutex> guard(driver().lock);
    return enqueue(stream, *work);
}

EXPORT pretendOnDevice(Address address, size_t bytes) {
    std::lock_guard<std::recursive_mutex> guard(driver().lock);
    return onDevice(address, bytes);
}

EXPORT pretendSpoilCaptures() {
    std::lock_guard<std::recursive_mutex> guard(driver().lock);
    return spoilCaptures();
}

extern "C" __attribute__((visibility("default"))) void pretendHold(int change) {
    std::lock_guard<std::recursive_mutex> guard(driver().lock);
    driver().heldByLibraries += change;
}

// Whether what the device does is noted from now on; says whether a context is there, without which CUPTI records nothing.
EXPORT pretendRecord(int on) {
    std::lock_guard<std::recursive_mutex> guard(driver().lock);
    driver().recording = on != 0 && driver().retained > 0;
    return driver().retained;
}

// Hands out what was noted, the oldest first, as far as there is room.
extern "C" __attribute__((visibility("default"))) size_t pretendTake(Activity *to, size_t room) {
    std::lock_guard<std::recursive_mutex> guard(driver().lock);
    std::vector<Activity> &noted = driver().activities;
    size_t count = noted.size() < room ? noted.size() : room;
    std::copy(noted.begin(), noted.begin() + count, to);
    noted.erase(noted.begin(), noted.begin() + count);
    return count;
}
