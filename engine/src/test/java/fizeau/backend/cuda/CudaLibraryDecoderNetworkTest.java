// SPDX-License-Identifier: Apache-2.0
package fizeau.backend.cuda;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import fizeau.backend.Backend;
import fizeau.backend.DecoderNetwork;
import fizeau.backend.Precision;
import fizeau.backend.TrainingLevel;
import fizeau.backend.cuda.raw.CudaException;
import fizeau.backend.cuda.raw.LiveObjects;
import fizeau.kernels.PretendCuda;
import fizeau.reconstruct.DecoderLayout;
import fizeau.reconstruct.DecoderSpec;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/** The conformance suite for the decoder by libraries, and what becomes of them when something fails. */
@ExtendWith(PretendCudaExtension.class)
class CudaLibraryDecoderNetworkTest extends CudaDecoderNetworkTest {

    private static final DecoderSpec SPEC = new DecoderSpec(32, 16, true);

    private final PretendCuda machine;

    CudaLibraryDecoderNetworkTest(PretendCuda machine) {
        super(machine);
        this.machine = machine;
    }

    @Override
    protected Backend open(int threads) {
        return new LibraryLevelBackend((CudaBackend) super.open(threads));
    }

    private DecoderNetwork decoder() {
        return backend().decoder(SPEC);
    }

    /** Whatever fails while a decoder is opened: handles, descriptors and memory are given back. */
    @Test
    void aDecoderThatCannotBeOpenedLeavesNothing() throws Exception {
        decoder().close(); // loads what stays with the backend
        int before = LiveObjects.count();
        List<String> faults = List.of(
                "cudnnCreate 1001",
                "cudnnSetStream 2000",
                "cublasCreate_v2 1",
                "cublasSetStream_v2 7",
                "cublasSetWorkspace_v2 7",
                "cublasSetPointerMode_v2 7",
                "cublasSetMathMode 7",
                "cudnnCreateTensorDescriptor 4000",
                "cudnnCreateTensorDescriptor 4000 1",
                "cudnnCreateTensorDescriptor 4000 3",
                "cudnnSetTensor4dDescriptor 2000 2",
                "cudnnCreateFilterDescriptor 4000",
                "cudnnSetFilter4dDescriptor 2000",
                "cudnnCreateConvolutionDescriptor 4000",
                "cudnnSetConvolution2dDescriptor 2000",
                "cudnnSetConvolutionMathType 2000",
                "cuMemAlloc_v2 2 0",
                "cuMemAlloc_v2 2 9");
        for (String fault : faults) {
            try (AutoCloseable failing = machine.failing(fault)) {
                assertThatThrownBy(this::decoder)
                        .as(fault)
                        .isInstanceOf(CudaException.class)
                        .hasMessageContaining(fault.split(" ")[0]);
            }
            assertThat(LiveObjects.count()).as(fault).isEqualTo(before);
            assertThat(nativeBytes()).as(fault).isZero();
        }
    }

    @Test
    void messagesNameTheCallAndTheRemedy() throws Exception {
        try (AutoCloseable failing = machine.failing("cudnnCreate 1001")) {
            assertThatThrownBy(this::decoder)
                    .hasMessageContainingAll(
                            "cudnnCreate answered CUDNN_STATUS_NOT_INITIALIZED (1001)",
                            "a cuDNN handle was asked for",
                            "--level fused");
        }
        try (AutoCloseable failing = machine.failing("cublasCreate_v2 3")) {
            assertThatThrownBy(this::decoder)
                    .hasMessageContainingAll(
                            "cublasCreate_v2 answered CUBLAS_STATUS_ALLOC_FAILED (3)",
                            "are free",
                            "use smaller sizes or --level fused");
        }
    }

    /** Algorithms that no longer answer in a process that knows them: the pass tells it, and works again afterwards. */
    @Test
    void aPassThatFailsIsTold() throws Exception {
        float[] output = new float[SPEC.outputSize() * SPEC.outputSize()];
        try (DecoderNetwork decoder = decoder()) {
            float[] parameters = new float[DecoderLayout.of(SPEC).parameterCount()];
            decoder.forward(parameters, output);
            for (String call : List.of(
                    "cublasSgemv_v2 13",
                    "cudnnConvolutionForward 5000",
                    "cudnnConvolutionBackwardData 5000",
                    "cudnnBatchNormalizationForwardTraining 5000")) {
                try (AutoCloseable failing = machine.failing(call)) {
                    assertThatThrownBy(() -> decoder.forward(parameters, output))
                            .as(call)
                            .isInstanceOf(CudaException.class)
                            .hasMessageContaining(call.split(" ")[0]);
                }
            }
            for (String call : List.of(
                    "cublasSgemm_v2 13",
                    "cudnnConvolutionBackwardFilter 5000",
                    "cudnnConvolutionBackwardBias 5000",
                    "cudnnBatchNormalizationBackward 5000")) {
                try (AutoCloseable failing = machine.failing(call)) {
                    assertThatThrownBy(() -> decoder.backward(output, parameters))
                            .as(call)
                            .isInstanceOf(CudaException.class)
                            .hasMessageContaining(call.split(" ")[0]);
                }
            }
            decoder.forward(parameters, output);
        }
    }

    @Test
    void missingLibrariesAreToldWithTheirRemedy(@TempDir Path folder) throws Exception {
        for (String library : List.of("libcudnn.so.9", "libcublas.so.13", "libcublasLt.so.13")) {
            PretendCuda without = machine.variant(
                    Files.createDirectory(folder.resolve(library)), PretendCuda.DRIVER_VERSION, library);
            try (CudaBackend backend = CudaBackend.open(without.settings(), 0)) {
                assertThatThrownBy(() -> backend.decoder(SPEC, TrainingLevel.LIBRARY, Precision.FP32))
                        .as(library)
                        .isInstanceOf(IllegalArgumentException.class)
                        .hasMessageContainingAll(
                                "level library is not possible",
                                library.startsWith("libcudnn")
                                        ? "libcudnn.so.9 is missing"
                                        : "libcublas.so.13 is missing",
                                "pip install",
                                "use --level fused");
                backend.decoder(SPEC).close();
            }
        }
    }
}
