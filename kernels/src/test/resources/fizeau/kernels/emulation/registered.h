// SPDX-License-Identifier: Apache-2.0
//
// The kernels that were compiled for the CPU, and the layouts of their parameters as the compiler sees them.
#ifndef REGISTERED_H
#define REGISTERED_H

#include "cuda_emulation.h"

#include <cstddef>
#include <type_traits>

struct StructField {
    const char *structName;
    const char *path;
    const char *kind;
    size_t offset;
};

struct RegisteredKernel {
    const char *name;
    const char *source;  // file name without its ending
    size_t structBytes;
    std::vector<size_t> pointerOffsets;
    void (*call)(const void *parameters);
};

template <typename T>
constexpr const char *kindOf() {
    return std::is_pointer<T>::value          ? "POINTER"
           : std::is_same<T, int>::value       ? "INT"
           : std::is_same<T, long long>::value ? "LONG"
           : std::is_same<T, float>::value     ? "FLOAT"
           : std::is_same<T, double>::value    ? "DOUBLE"
                                               : "OTHER";
}

#define STRUCT_FIELD(type, path) {#type, #path, kindOf<decltype(std::declval<type>().path)>(), offsetof(type, path)}
#define STRUCT_END(type) {#type, "", "SIZE", sizeof(type)}

// Written by the tests from KernelCatalog: includes the sources, defines STRUCT_FIELDS and KERNELS.
#include "registry.inc"

static inline const RegisteredKernel *registered(const std::string &name) {
    for (const RegisteredKernel &kernel : KERNELS) {
        if (name == kernel.name) {
            return &kernel;
        }
    }
    return nullptr;
}

#endif
