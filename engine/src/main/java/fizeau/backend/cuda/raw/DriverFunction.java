// SPDX-License-Identifier: Apache-2.0
package fizeau.backend.cuda.raw;

/**
 * Every function of the driver that is called here, by the symbol that JCuda's JNI library binds. That library binds lazily, and
 * a call to a symbol that the driver lacks ends the process: so no call goes past {@link CudaDriver#require}.
 */
enum DriverFunction {
    INIT("cuInit"),
    DRIVER_GET_VERSION("cuDriverGetVersion"),
    GET_ERROR_NAME("cuGetErrorName"),
    GET_ERROR_STRING("cuGetErrorString"),
    DEVICE_GET_COUNT("cuDeviceGetCount"),
    DEVICE_GET("cuDeviceGet"),
    DEVICE_GET_NAME("cuDeviceGetName"),
    DEVICE_TOTAL_MEM("cuDeviceTotalMem_v2"),
    DEVICE_GET_ATTRIBUTE("cuDeviceGetAttribute"),
    CONTEXT_RETAIN("cuDevicePrimaryCtxRetain"),
    CONTEXT_RELEASE("cuDevicePrimaryCtxRelease_v2"),
    CONTEXT_SET_CURRENT("cuCtxSetCurrent"),
    CONTEXT_SYNCHRONIZE("cuCtxSynchronize"),
    MEMORY_GET_INFO("cuMemGetInfo_v2"),
    MEMORY_ALLOCATE("cuMemAlloc_v2"),
    MEMORY_FREE("cuMemFree_v2"),
    PINNED_ALLOCATE("cuMemHostAlloc"),
    PINNED_FREE("cuMemFreeHost"),
    COPY_TO_DEVICE("cuMemcpyHtoDAsync_v2"),
    COPY_TO_HOST("cuMemcpyDtoHAsync_v2"),
    COPY_ON_DEVICE("cuMemcpyDtoDAsync_v2"),
    FILL("cuMemsetD8Async"),
    MODULE_LOAD("cuModuleLoadData"),
    MODULE_LOAD_PTX("cuModuleLoadDataEx", false),
    MODULE_UNLOAD("cuModuleUnload"),
    MODULE_GET_FUNCTION("cuModuleGetFunction"),
    LAUNCH("cuLaunchKernel"),
    STREAM_CREATE("cuStreamCreate"),
    STREAM_DESTROY("cuStreamDestroy_v2"),
    STREAM_SYNCHRONIZE("cuStreamSynchronize"),
    STREAM_WAIT_EVENT("cuStreamWaitEvent"),
    EVENT_CREATE("cuEventCreate"),
    EVENT_RECORD("cuEventRecord"),
    EVENT_SYNCHRONIZE("cuEventSynchronize"),
    EVENT_ELAPSED("cuEventElapsedTime"),
    EVENT_DESTROY("cuEventDestroy_v2"),
    CAPTURE_BEGIN("cuStreamBeginCapture_v2", false),
    CAPTURE_END("cuStreamEndCapture", false),
    GRAPH_INSTANTIATE("cuGraphInstantiateWithFlags", false),
    GRAPH_LAUNCH("cuGraphLaunch", false),
    GRAPH_EXECUTABLE_DESTROY("cuGraphExecDestroy", false),
    GRAPH_DESTROY("cuGraphDestroy", false),
    PROFILER_START("cuProfilerStart", false),
    PROFILER_STOP("cuProfilerStop", false);

    private final String symbol;
    private final boolean needed;

    DriverFunction(String symbol) {
        this(symbol, true);
    }

    DriverFunction(String symbol, boolean needed) {
        this.symbol = symbol;
        this.needed = needed;
    }

    String symbol() {
        return symbol;
    }

    /** Whether nothing can be computed without it. */
    boolean needed() {
        return needed;
    }
}
