// SPDX-License-Identifier: Apache-2.0
package fizeau.bench.ops.plan;

import static org.assertj.core.api.Assertions.assertThat;

import fizeau.bench.infer.ImageModel;
import fizeau.bench.infer.Network;
import fizeau.bench.infer.ResNet;
import fizeau.bench.ops.plan.Arena.Buffer;
import fizeau.bench.ops.plan.Fusion.Group;
import fizeau.bench.ops.plan.Node.Kind;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** What is decided before the library is asked. */
class PlanTest {

    @Test
    void viewsAreReshapedWithoutACopyWhereThatIsPossible() {
        Layout rows = Layout.dense(2, 5, 12);
        Layout third = rows.sliced(2, 4, 4); // [2][5][4] with gaps between rows
        assertThat(third.offset()).isEqualTo(4);
        assertThat(third.reshaped(2, 5, 2, 2).strides()).containsExactly(60, 12, 2, 1);
        assertThat(third.reshaped(10, 4).strides()).containsExactly(12, 1);
        assertThat(third.reshaped(2, 20)).isNull();
        Layout first = rows.sliced(1, 0, 1); // [2][1][12]
        assertThat(first.reshaped(2, 12).strides()).containsExactly(60, 1);
        Layout turned = Layout.dense(2, 3, 4).permuted(0, 2, 1);
        assertThat(turned.strides()).containsExactly(12, 1, 4);
        assertThat(turned.reshaped(2, 12)).isNull();
        assertThat(turned.reshaped(2, 4, 3, 1).count()).isEqualTo(24);
    }

    @Test
    void resultsThatLiveAtTheSameTimeNeverShareMemory() {
        Random random = new Random(5);
        for (int trial = 0; trial < 50; trial++) {
            Arena arena = new Arena();
            List<Buffer> buffers = new ArrayList<>();
            List<int[]> lives = new ArrayList<>();
            List<Long> sizes = new ArrayList<>();
            long sum = 0;
            for (int i = 0; i < 30; i++) {
                long bytes = 64L * (1 + random.nextInt(50));
                int from = random.nextInt(40);
                int to = from + random.nextInt(6);
                Buffer buffer = arena.buffer(bytes);
                buffer.usedBy(to);
                buffer.usedBy(from);
                buffers.add(buffer);
                lives.add(new int[] {from, to});
                sizes.add(bytes);
                sum += bytes;
            }
            long size = arena.plan();
            assertThat(size).isLessThan(sum);
            for (int i = 0; i < 30; i++) {
                assertThat(buffers.get(i).offset() + sizes.get(i)).isLessThanOrEqualTo(size);
                for (int j = 0; j < i; j++) {
                    boolean together = lives.get(i)[0] <= lives.get(j)[1] && lives.get(j)[0] <= lives.get(i)[1];
                    boolean apart = buffers.get(i).offset() + sizes.get(i)
                                    <= buffers.get(j).offset()
                            || buffers.get(j).offset() + sizes.get(j)
                                    <= buffers.get(i).offset();
                    assertThat(!together || apart).isTrue();
                }
            }
        }
    }

    /** 53 convolutions with as many norms; 16 blocks with a sum each; a rectifier behind all but the 16 + 4 before sums. */
    @Test
    void everyNormSumAndRectifierOfResnet50IsTakenAlong() {
        List<Node> nodes = Trace.of(ImageModel.RESNET50.network(1));
        Fusion fusion = new Fusion(nodes, true);
        List<Group> groups =
                nodes.stream().map(fusion::endingAt).filter(Objects::nonNull).toList();
        List<Group> convolutions = groups.stream()
                .filter(group -> group.layer().kind() == Kind.CONVOLUTION)
                .toList();
        assertThat(convolutions).hasSize(53).allMatch(group -> group.norm() != null);
        assertThat(convolutions.stream().filter(group -> group.residual() != null))
                .hasSize(16);
        assertThat(convolutions.stream().filter(group -> group.activation() != null))
                .hasSize(49);
        List<Kind> left = nodes.stream()
                .filter(node -> fusion.endingAt(node) == null && !fusion.inside(node))
                .map(Node::kind)
                .filter(kind -> kind != Kind.PARAMETER)
                .toList();
        assertThat(left).containsExactly(Kind.MAX_POOL, Kind.MEAN, Kind.RESHAPE);
    }

    /** A sum replaces one of its operands only where nobody asks for that one again. */
    @Test
    void theTransformersSumsAndActivationsAreTakenAlong() {
        List<Node> nodes = Trace.of(ImageModel.VIT_B_16.network(1));
        Fusion fusion = new Fusion(nodes, true);
        List<Group> groups =
                nodes.stream().map(fusion::endingAt).filter(Objects::nonNull).toList();
        assertThat(groups.stream().filter(group -> group.residual() != null)).hasSize(24);
        assertThat(groups.stream().filter(group -> group.activation() != null)).hasSize(12);
        assertThat(nodes.stream().filter(node -> node.kind() == Kind.ADD && fusion.endingAt(node) == null))
                .hasSize(1); // that of the places
    }

    /** Counts value by value, in the order of the network, what eager operations hold. */
    @Test
    void networksKnowHowMuchTheyHoldAtThePeak() {
        for (Network network : List.of(
                ImageModel.RESNET50.network(3),
                ImageModel.VIT_B_16.network(2),
                ImageModel.RESNET_TINY.network(2),
                ImageModel.VIT_TINY.network(1),
                new ResNet(1, 37, 5, List.of(2, 1, 1), 7))) {
            assertThat(network.activationCount()).as("%s", network).isEqualTo(peak(Trace.of(network)));
        }
        assertThat(ImageModel.RESNET50.network(1).activationCount()).isEqualTo(150_528 + 3 * 802_816);
    }

    private static long peak(List<Node> nodes) {
        Map<Node, Node> memory = new HashMap<>(); // in place, or another view: whose memory it is
        Map<Node, Integer> last = new HashMap<>();
        for (int step = 0; step < nodes.size(); step++) {
            Node node = nodes.get(step);
            boolean shares = List.of(
                            Node.Kind.RELU, Node.Kind.ADD, Node.Kind.RESHAPE, Node.Kind.PERMUTE, Node.Kind.SLICE)
                    .contains(node.kind());
            memory.put(node, shares ? memory.get(node.operand(0)) : node);
            last.put(memory.get(node), step);
            for (Node operand : node.operands()) {
                last.put(memory.get(operand), step);
            }
        }
        last.put(nodes.get(0), nodes.size()); // the pictures stay
        long most = 0;
        for (int step = 0; step < nodes.size(); step++) {
            long held = 0;
            for (int made = 0; made <= step; made++) {
                Node node = nodes.get(made);
                boolean values = made == 0 || node.kind() != Node.Kind.PARAMETER && node.kind() != Node.Kind.EXPAND;
                if (values && memory.get(node) == node && last.get(node) >= step) {
                    held += node.dims().stream().reduce(1L, Math::multiplyExact);
                }
            }
            most = Math.max(most, held);
        }
        return most;
    }
}
