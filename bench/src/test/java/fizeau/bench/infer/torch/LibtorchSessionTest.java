// SPDX-License-Identifier: Apache-2.0
package fizeau.bench.infer.torch;

import static org.assertj.core.api.Assertions.assertThat;

import fizeau.bench.infer.Network;
import fizeau.bench.infer.NumberFormat;
import fizeau.bench.infer.Pictures;
import fizeau.bench.infer.ResNet;
import fizeau.bench.infer.TensorFile;
import fizeau.bench.infer.VisionTransformer;
import fizeau.bench.ops.Algebra;
import fizeau.bench.ops.torch.LiveTensors;
import java.lang.reflect.Proxy;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.bytedeco.pytorch.Tensor;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The baseline holds as few results as torchvision's modules would. */
class LibtorchSessionTest {
    @TempDir
    private Path folder;

    @Test
    void aDeepNetworkHoldsNoMoreThanAShallowOne() {
        // the block's input, the branch, the picture beside it and what its norm makes of it
        assertThat(most(new ResNet(2, 32, 8, List.of(1, 2), 10))).isLessThanOrEqualTo(4);
        assertThat(most(new ResNet(2, 32, 8, List.of(3, 7), 10)))
                .isEqualTo(most(new ResNet(2, 32, 8, List.of(1, 2), 10)));
        assertThat(most(new VisionTransformer(2, 32, 8, 7, 32, 4, 64, 10)))
                .isEqualTo(most(new VisionTransformer(2, 32, 8, 2, 32, 4, 64, 10)))
                .isLessThanOrEqualTo(6);
    }

    @Test
    void memoryThatIsUsedAgainChangesNoBit() {
        Network network = new ResNet(2, 32, 8, List.of(2, 2), 10);
        try (LibtorchSession session = open(network)) {
            session.run();
            float[] once = session.output();
            List<Tensor> copies = new ArrayList<>(); // hold the memory of all results, so that none is used again
            session.run(algebra -> keeping(algebra, copies));
            assertThat(session.output()).containsExactly(once);
            copies.forEach(Tensor::close);
        }
    }

    @SuppressWarnings("unchecked") // the proxy implements exactly this interface and passes values through
    private static Algebra<Tensor> keeping(Algebra<Tensor> algebra, List<Tensor> copies) {
        return (Algebra<Tensor>) Proxy.newProxyInstance(
                Algebra.class.getClassLoader(), new Class<?>[] {Algebra.class}, (proxy, method, arguments) -> {
                    Tensor result = (Tensor) method.invoke(algebra, arguments);
                    copies.add(new Tensor(result).retainReference());
                    return result;
                });
    }

    private int most(Network network) {
        LiveTensors live = new LiveTensors();
        try (LibtorchSession session = open(network)) {
            session.run(live::around);
            return live.most();
        }
    }

    private LibtorchSession open(Network network) {
        Path file = folder.resolve("weights");
        TensorFile.write(file, network.weights(1));
        LibtorchSession session = new LibtorchSession(network, TensorFile.open(file), NumberFormat.FLOAT32, 1, 1);
        session.input(Pictures.synthetic(network.batch(), network.edge(), false));
        return session;
    }
}
