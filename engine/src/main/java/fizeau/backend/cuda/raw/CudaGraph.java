// SPDX-License-Identifier: Apache-2.0
package fizeau.backend.cuda.raw;

import fizeau.backend.Closing;
import jcuda.driver.CUgraph;
import jcuda.driver.CUgraphExec;
import jcuda.driver.JCudaDriver;

/** Captured work that is launched as one. Owns its executable form; borrows the memory it reads and writes. */
public final class CudaGraph extends CudaResource {

    private final CUgraphExec handle = new CUgraphExec();

    private CudaGraph(CudaContext context) {
        super(context);
    }

    /** Makes the executable form and gives the captured form back. */
    static CudaGraph of(CudaContext context, CUgraph captured) {
        CudaGraph graph = new CudaGraph(context);
        try {
            context.call(
                    DriverFunction.GRAPH_INSTANTIATE, () -> JCudaDriver.cuGraphInstantiate(graph.handle, captured, 0));
        } catch (RuntimeException failure) {
            context.forget(graph);
            throw Closing.afterFailure(failure, () -> destroy(context, captured));
        }
        try {
            destroy(context, captured);
        } catch (RuntimeException failure) {
            throw Closing.afterFailure(failure, graph);
        }
        return graph;
    }

    private static void destroy(CudaContext context, CUgraph captured) {
        context.call(DriverFunction.GRAPH_DESTROY, () -> JCudaDriver.cuGraphDestroy(captured));
    }

    CUgraphExec handle() {
        requireOpen();
        return handle;
    }

    @Override
    String describe() {
        return "graph";
    }

    @Override
    void release() {
        context().call(DriverFunction.GRAPH_EXECUTABLE_DESTROY, () -> JCudaDriver.cuGraphExecDestroy(handle));
    }
}
