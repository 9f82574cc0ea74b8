// SPDX-License-Identifier: Apache-2.0
//
// What the pretend driver offers to the libraries of the pretend machine: they queue work where the driver does, and what they
// hold is counted there.
#pragma once

#include <cmath>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <functional>
#include <mutex>
#include <set>
#include <string>

#define IMPORT extern "C"
IMPORT int pretendFault(const char *function);
IMPORT int pretendEnqueue(void *stream, const std::function<void()> *work);
IMPORT int pretendOnDevice(unsigned long long address, size_t bytes);
IMPORT int pretendSpoilCaptures();
IMPORT void pretendHold(int change);

#define EXPORT extern "C" __attribute__((visibility("default"))) int

namespace pretend {

constexpr int LOST = 6;  // what pretendFault answers on a lost device

inline bool onDevice(const void *array, size_t bytes) {
    return pretendOnDevice(reinterpret_cast<unsigned long long>(array), bytes) != 0;
}

inline bool overlap(const void *one, size_t oneBytes, const void *other, size_t otherBytes) {
    const char *a = static_cast<const char *>(one), *b = static_cast<const char *>(other);
    return a < b + otherBytes && b < a + oneBytes;
}

// To 10 bits of mantissa, the nearest, as tensor cores take a float.
inline float tensorFloat(float value) {
    uint32_t bits;
    memcpy(&bits, &value, sizeof bits);
    bits = (bits + 0x1000) & 0xffffe000u;
    memcpy(&value, &bits, sizeof value);
    return value;
}

// To 8 bits of mantissa, the nearest, ties to even: the upper half of a float is a bfloat16.
inline uint16_t brainFloat(float value) {
    uint32_t bits;
    memcpy(&bits, &value, sizeof bits);
    return static_cast<uint16_t>((bits + 0x7fffu + ((bits >> 16) & 1u)) >> 16);
}

inline float fromBrainFloat(uint16_t value) {
    const uint32_t bits = static_cast<uint32_t>(value) << 16;
    float wide;
    memcpy(&wide, &bits, sizeof wide);
    return wide;
}

// A real library loads a kernel when it is first used, which a capture forbids. False where that spoilt one.
inline bool loaded(const std::string &kernel) {
    static std::set<std::string> all;
    return !all.insert(kernel).second || pretendSpoilCaptures() == 0;
}

}  // namespace pretend
