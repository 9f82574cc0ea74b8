// SPDX-License-Identifier: Apache-2.0
//
// What the pretend driver tells the pretend CUPTI about the work it has done.
#pragma once

struct Activity {
    int kind;          // as CUPTI counts kinds: 1 copy, 2 fill, 10 kernel
    const char *name;  // of a kernel; lives as long as the process
    int copyKind;      // as CUPTI counts them: 1 to device, 2 to host, 8 on device
    unsigned stream, graph, correlation;
    unsigned long long bytes, start, end;  // nanoseconds of CLOCK_MONOTONIC
};
