// SPDX-License-Identifier: Apache-2.0
//
// NVRTC for the pretend driver: what it makes of a source is a text that names the source, which is all that driver needs
// to find the kernels that were compiled for the CPU.
#include <cstring>
#include <new>
#include <string>

namespace {

constexpr int SUCCESS = 0, INVALID_INPUT = 3, INVALID_PROGRAM = 4;

struct Program {
    std::string name, text, log, product;
};

}  // namespace

#define EXPORT extern "C" __attribute__((visibility("default"))) int

// A version that no release has: what comes from here must never be taken for a real cubin of the same cache.
EXPORT nvrtcVersion(int *major, int *minor) {
    *major = 13;
    *minor = 9000;
    return SUCCESS;
}

extern "C" __attribute__((visibility("default"))) const char *nvrtcGetErrorString(int status) {
    return status == SUCCESS ? "NVRTC_SUCCESS" : "NVRTC_ERROR_OF_THE_PRETEND_COMPILER";
}

EXPORT nvrtcCreateProgram(Program **program, const char *text, const char *name, int, const char *const *, const char *const *) {
    if (text == nullptr || name == nullptr) {
        return INVALID_INPUT;
    }
    *program = new Program{name, text, "", ""};
    return SUCCESS;
}

EXPORT nvrtcDestroyProgram(Program **program) {
    delete *program;
    *program = nullptr;
    return SUCCESS;
}

EXPORT nvrtcCompileProgram(Program *program, int count, const char *const *options) {
    if (program == nullptr) {
        return INVALID_PROGRAM;
    }
    program->product = "PRETEND CUBIN " + program->name + "\n";
    for (int i = 0; i < count; i++) {
        program->product += std::string(options[i]) + "\n";
    }
    return SUCCESS;
}

EXPORT nvrtcGetCUBINSize(Program *program, size_t *bytes) {
    *bytes = program->product.size();
    return SUCCESS;
}

EXPORT nvrtcGetCUBIN(Program *program, char *cubin) {
    memcpy(cubin, program->product.data(), program->product.size());
    return SUCCESS;
}

// No driver of this machine takes PTX; the symbols are there because every NVRTC has them.
EXPORT nvrtcGetPTXSize(Program *, size_t *) {
    return INVALID_PROGRAM;
}

EXPORT nvrtcGetPTX(Program *, char *) {
    return INVALID_PROGRAM;
}

EXPORT nvrtcGetProgramLogSize(Program *program, size_t *bytes) {
    *bytes = program->log.size() + 1;
    return SUCCESS;
}

EXPORT nvrtcGetProgramLog(Program *program, char *log) {
    memcpy(log, program->log.c_str(), program->log.size() + 1);
    return SUCCESS;
}
