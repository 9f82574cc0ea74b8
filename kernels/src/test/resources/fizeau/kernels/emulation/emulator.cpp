// SPDX-License-Identifier: Apache-2.0
//
// Runs recorded launches of the registered kernels on the CPU.
//     emulator layouts                         prints struct, field, kind and offset as the compiler sees them
//     emulator run REQUEST RESPONSE ORDER...   runs REQUEST once per order, each from fresh memory
//
// REQUEST, integers of 32 bits in native order unless said otherwise:
//     buffer count, then per buffer: size in bytes (64 bits), content
//     launch count, then per launch: name length, name, grid x, grid y, threads, shared bytes, struct bytes, struct
// RESPONSE: all buffers after the last launch, one after another, per order.
//
// A pointer in a struct holds (buffer number + 1) << 32 plus an offset in bytes; 0 is the null pointer. Every buffer is an
// allocation of its own, so that the address sanitizer sees an access past its end.
#include "registered.h"

#include <fstream>

[[noreturn]] static void refuse(const std::string &what) {
    fprintf(stderr, "emulator: %s\n", what.c_str());
    exit(2);
}

template <typename T>
static T read(std::istream &in) {
    T value;
    if (!in.read(reinterpret_cast<char *>(&value), sizeof(T))) {
        refuse("the request ends early");
    }
    return value;
}

static std::string readBytes(std::istream &in, size_t count) {
    std::string bytes(count, '\0');
    if (!in.read(bytes.data(), static_cast<std::streamsize>(count))) {
        refuse("the request ends early");
    }
    return bytes;
}

static const RegisteredKernel &kernelNamed(const std::string &name) {
    const RegisteredKernel *kernel = registered(name);
    if (kernel == nullptr) {
        refuse("no kernel " + name);
    }
    return *kernel;
}

using Buffers = std::vector<std::unique_ptr<char[]>>;

static void resolvePointers(std::string &parameters, const RegisteredKernel &kernel, const Buffers &buffers) {
    for (size_t offset : kernel.pointerOffsets) {
        uint64_t encoded;
        memcpy(&encoded, &parameters[offset], sizeof(encoded));
        const uint64_t number = encoded >> 32;
        if (number > buffers.size()) {
            refuse("pointer into buffer " + std::to_string(number - 1) + ", which does not exist");
        }
        char *address = number == 0 ? nullptr : buffers[number - 1].get() + (encoded & 0xffffffffu);
        memcpy(&parameters[offset], &address, sizeof(address));
    }
}

static void runRequest(const char *request, std::ostream &response) {
    std::ifstream in(request, std::ios::binary);
    Buffers buffers;
    std::vector<size_t> sizes;
    const int bufferCount = read<int>(in);
    for (int i = 0; i < bufferCount; i++) {
        sizes.push_back(read<uint64_t>(in));
        buffers.emplace_back(new char[sizes.back()]);
        if (!in.read(buffers.back().get(), static_cast<std::streamsize>(sizes.back()))) {
            refuse("the request ends early");
        }
    }
    const int launchCount = read<int>(in);
    for (int i = 0; i < launchCount; i++) {
        const RegisteredKernel &kernel = kernelNamed(readBytes(in, read<unsigned>(in)));
        const unsigned gridX = read<unsigned>(in), gridY = read<unsigned>(in), threads = read<unsigned>(in);
        const unsigned sharedBytes = read<unsigned>(in), structBytes = read<unsigned>(in);
        if (structBytes != kernel.structBytes) {
            refuse(std::string(kernel.name) + " takes " + std::to_string(kernel.structBytes) + " bytes of parameters, got "
                   + std::to_string(structBytes));
        }
        std::string parameters = readBytes(in, structBytes);
        resolvePointers(parameters, kernel, buffers);
        alignas(16) static char aligned[4096];  // what a kernel may take by value on every architecture
        memcpy(aligned, parameters.data(), structBytes);
        emulation::launch(kernel.name, dim3{gridX, gridY, 1}, threads, sharedBytes, [&] { kernel.call(aligned); });
    }
    for (size_t i = 0; i < buffers.size(); i++) {
        response.write(buffers[i].get(), static_cast<std::streamsize>(sizes[i]));
    }
}

int main(int count, char **arguments) {
    const std::string command = count > 1 ? arguments[1] : "";
    if (command == "layouts") {
        for (const StructField &field : STRUCT_FIELDS) {
            printf("%s %s %s %zu\n", field.structName, *field.path ? field.path : "-", field.kind, field.offset);
        }
        return 0;
    }
    if (command != "run" || count < 5) {
        refuse("usage: emulator layouts | emulator run REQUEST RESPONSE ORDER...");
    }
    std::ofstream response(arguments[3], std::ios::binary);
    for (int i = 4; i < count; i++) {
        emulation::scheduler().order = arguments[i];
        runRequest(arguments[2], response);
    }
    return response.flush() ? 0 : 2;
}
