// SPDX-License-Identifier: Apache-2.0
package fizeau.bench.ops.torch;

import fizeau.bench.ops.Computation;
import fizeau.bench.ops.LastUses;
import fizeau.bench.ops.OperatorShape.Convolution;
import fizeau.bench.ops.OperatorShape.Linear;
import fizeau.bench.ops.OperatorShape.MatMul;
import fizeau.bench.ops.OperatorShape.ResidualBlock;
import fizeau.bench.ops.ScriptAlgebra;
import java.util.ArrayList;
import java.util.List;
import java.util.function.UnaryOperator;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.bytedeco.javacpp.FloatPointer;
import org.bytedeco.javacpp.Pointer;
import org.bytedeco.openblas.global.openblas;
import org.bytedeco.pytorch.CompilationUnit;
import org.bytedeco.pytorch.Function;
import org.bytedeco.pytorch.IValue;
import org.bytedeco.pytorch.IValueVector;
import org.bytedeco.pytorch.OperatorHandle;
import org.bytedeco.pytorch.QualifiedName;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;

/** The ways to compute each kind of operator, by name. All read the same tensors and deliver plain row-major output. */
final class Implementations {
    static final String EAGER = "eager";
    static final String JIT = "jit";
    private static final String PREALLOCATED = "preallocated";
    private static final String BLAS = "openblas";
    private static final String ONEDNN = "onednn-packed";
    private static final String ONEDNN_LAST = "onednn-packed-channels-last";
    private static final String XNNPACK = "xnnpack-packed";
    private static final String CHANNELS_LAST = "channels-last";
    private static final String FOLDED = "folded";
    private static final String FOLDED_CHANNELS_LAST = "folded-channels-last";
    private static final String FOLDED_ONEDNN = "folded-onednn-packed";
    private static final String FOLDED_ONEDNN_FUSED = "folded-onednn-fused-channels-last";
    private static final String WINOGRAD = "winograd-4x4";
    private static final Pattern WINOGRAD_NAME = Pattern.compile(WINOGRAD + "/([1-9]\\d{0,3})(?:/([1-9]\\d{0,5}))?");

    private Implementations() {}

    /** Names of all that can compute it; eager and jit always come first, then what promises most. */
    static List<String> of(Computation shape) {
        List<String> names = new ArrayList<>(List.of(EAGER, JIT));
        if (shape instanceof Convolution convolution) {
            names.addAll(winograd(convolution));
        } else if (shape instanceof ResidualBlock block) {
            names.addAll(winograd(block.convolution()));
        }
        if (shape instanceof MatMul || shape instanceof Linear) {
            names.addAll(List.of(ONEDNN, XNNPACK, BLAS, PREALLOCATED));
        } else if (shape instanceof Convolution) {
            names.addAll(List.of(ONEDNN_LAST, CHANNELS_LAST, ONEDNN, XNNPACK));
        } else if (shape instanceof ResidualBlock) {
            names.addAll(List.of(FOLDED_ONEDNN_FUSED, FOLDED, FOLDED_CHANNELS_LAST, FOLDED_ONEDNN));
        }
        return names;
    }

    /** Whether it calls OpenBLAS without libtorch's pool taking part. */
    static boolean isBlasOnly(String name) {
        return name.equals(BLAS);
    }

    /** @param threads of implementations that have their own */
    static Kernel open(String name, Computation shape, Tensors p, int threads) {
        if (name.equals(EAGER)) {
            LastUses uses = LastUses.of(shape);
            return new LibtorchKernel(() -> shape.forward(new EagerAlgebra(uses), p.all()), () -> {});
        }
        if (name.equals(JIT)) {
            return script(shape, p);
        }
        if (shape instanceof MatMul product) {
            return product(name, product, p);
        }
        if (shape instanceof Linear linear) {
            return linear(name, linear, p);
        }
        if (shape instanceof Convolution convolution) {
            return convolution(name, convolution, p, threads);
        }
        if (shape instanceof ResidualBlock block) {
            return new ResidualKernels(block, p).open(name, threads);
        }
        throw unknown(name);
    }

    static IllegalArgumentException unknown(String name) {
        return new IllegalArgumentException("implementation " + name + " is unknown for this operator: search again");
    }

    private static Kernel script(Computation shape, Tensors p) {
        CompilationUnit unit = torch.compile(ScriptAlgebra.source(shape)).retainReference();
        Function forward = unit.get_function(new QualifiedName("forward"));
        IValue[] arguments = p.all().stream().map(IValue::new).toArray(IValue[]::new);
        return new LibtorchKernel(
                () -> new Tensor(forward.apply(new IValueVector(arguments)).toTensor()), unit::close);
    }

    private static Kernel product(String name, MatMul s, Tensors p) {
        Tensor x = p.get(0);
        Tensor w = p.get(1);
        return switch (name) {
            case PREALLOCATED -> new PreallocatedKernel(s.outputDims(), out -> torch.mm_out(out, x, w), () -> {});
            case BLAS -> {
                FloatPointer left = x.data_ptr_float().retainReference();
                FloatPointer right = w.data_ptr_float().retainReference();
                yield new PreallocatedKernel(
                        s.outputDims(),
                        out -> sgemm(s.m(), s.n(), s.k(), left, right, 0, out.data_ptr_float()),
                        () -> {});
            }
            case ONEDNN -> onednnLinear(x, w.t().contiguous(), null, s.m());
            case XNNPACK -> xnnpackLinear(x, w.t().contiguous(), null);
            default -> throw unknown(name);
        };
    }

    private static Kernel linear(String name, Linear s, Tensors p) {
        Tensor x = p.get(0);
        Tensor w = p.get(1);
        Tensor b = p.get(2);
        return switch (name) {
            case PREALLOCATED -> {
                Tensor transposed = w.t().retainReference();
                yield new PreallocatedKernel(
                        s.outputDims(),
                        out -> torch.addmm_out(out, b, x, transposed, new Scalar(1), new Scalar(1)),
                        transposed::close);
            }
            case BLAS -> blasLinear(s, x, w.t().contiguous().retainReference(), b);
            case ONEDNN -> onednnLinear(x, w, b, s.batch());
            case XNNPACK -> xnnpackLinear(x, w, b);
            default -> throw unknown(name);
        };
    }

    /** The bias is laid into the output first; the product is added to it. The weight is transposed once. */
    private static Kernel blasLinear(Linear s, Tensor x, Tensor transposed, Tensor b) {
        FloatPointer left = x.data_ptr_float().retainReference();
        FloatPointer right = transposed.data_ptr_float().retainReference();
        Tensor biases = b.expand(s.batch(), s.out()).contiguous().retainReference();
        FloatPointer rows = biases.data_ptr_float().retainReference();
        long bytes = (long) Float.BYTES * s.batch() * s.out();
        return new PreallocatedKernel(
                s.outputDims(),
                out -> {
                    FloatPointer target = out.data_ptr_float();
                    Pointer.memcpy(target, rows, bytes);
                    sgemm(s.batch(), s.out(), s.in(), left, right, 1, target);
                },
                () -> {
                    biases.close();
                    transposed.close();
                });
    }

    private static void sgemm(int m, int n, int k, FloatPointer a, FloatPointer b, float beta, FloatPointer c) {
        int plain = openblas.CblasNoTrans;
        openblas.cblas_sgemm(openblas.CblasRowMajor, plain, plain, m, n, k, 1f, a, k, b, n, beta, c, n);
    }

    private static Kernel onednnLinear(Tensor x, Tensor weight, Tensor bias, long batch) {
        PointwiseKernels pointwise = new PointwiseKernels();
        UnaryOperator<Tensor> linear = pointwise.linear(weight, bias, batch);
        return new LibtorchKernel(() -> linear.apply(x), pointwise::close);
    }

    private static Kernel xnnpackLinear(Tensor x, Tensor weight, Tensor bias) {
        IValue packed = Dispatch.call(
                "prepacked::linear_clamp_prepack", new IValue(weight), optional(bias), new IValue(), new IValue());
        IValue input = new IValue(x).retainReference();
        OperatorHandle run = Dispatch.find("prepacked::linear_clamp_run").retainReference();
        return new LibtorchKernel(() -> Dispatch.tensor(run, input, packed), packed::close);
    }

    private static Kernel convolution(String name, Convolution s, Tensors p, int threads) {
        Tensor x = p.get(0);
        Tensor w = p.get(1);
        Tensor b = p.get(2);
        EagerAlgebra algebra = new EagerAlgebra();
        return switch (name) {
            case CHANNELS_LAST -> {
                Tensor last = w.contiguous(torch.MemoryFormat.ChannelsLast).retainReference();
                yield new LibtorchKernel(
                        () -> algebra.convolution(x.contiguous(torch.MemoryFormat.ChannelsLast), last, b, 1, 1, 1)
                                .contiguous(),
                        last::close);
            }
            case ONEDNN_LAST -> {
                PointwiseKernels pointwise = new PointwiseKernels();
                UnaryOperator<Tensor> packed = pointwise.convolution(w, b, s, false);
                yield new LibtorchKernel(
                        () -> packed.apply(PointwiseKernels.channelsLast(x)).contiguous(), pointwise::close);
            }
            case ONEDNN -> {
                PackedConvolution packed = PackedConvolution.onednn(w, b, s, false);
                yield new LibtorchKernel(() -> packed.apply(x), packed::close);
            }
            case XNNPACK -> {
                PackedConvolution packed = PackedConvolution.xnnpack(w, b);
                yield new LibtorchKernel(() -> packed.apply(x).contiguous(), packed::close);
            }
            default -> {
                Crew crew = new Crew(threads);
                WinogradConvolution winograd =
                        new WinogradConvolution(s, Tensors.values(w), Tensors.values(b), false, chunksOf(name), crew);
                java.nio.FloatBuffer input = Tensors.buffer(x);
                yield new PreallocatedKernel(
                        s.outputDims(), out -> winograd.run(input, null, Tensors.buffer(out)), () -> {
                            winograd.close();
                            crew.close();
                        });
            }
        };
    }

    static boolean isWinograd(String name) {
        return name.startsWith(WINOGRAD + "/");
    }

    private static List<String> winograd(Convolution shape) {
        return WinogradConvolution.Chunks.of(shape).stream()
                .map(chunks -> WINOGRAD + "/" + chunks.rows() + (chunks.outputs() == 0 ? "" : "/" + chunks.outputs()))
                .toList();
    }

    /** The numbers behind the slashes. */
    static WinogradConvolution.Chunks chunksOf(String name) {
        Matcher numbers = WINOGRAD_NAME.matcher(name);
        if (!numbers.matches()) {
            throw unknown(name);
        }
        int outputs = numbers.group(2) == null ? 0 : Integer.parseInt(numbers.group(2));
        return new WinogradConvolution.Chunks(Integer.parseInt(numbers.group(1)), outputs);
    }

    private static IValue optional(Tensor tensor) {
        return tensor == null ? new IValue() : new IValue(tensor);
    }
}
