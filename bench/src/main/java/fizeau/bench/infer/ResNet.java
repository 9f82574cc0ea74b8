// SPDX-License-Identifier: Apache-2.0
package fizeau.bench.infer;

import fizeau.bench.ops.Algebra;
import fizeau.bench.ops.Parameter;
import java.util.Iterator;
import java.util.List;

/**
 * A residual network of bottleneck blocks (He et al. 2015) as torchvision builds it: the stride sits in the 3 x 3
 * convolution, and a block that changes shape has a 1 x 1 convolution beside it.
 *
 * @param stem channels of the first layer
 * @param blocks number of blocks of each stage; every stage after the first halves the picture
 */
public record ResNet(int batch, int edge, int stem, List<Integer> blocks, int classes) implements Network {
    private static final int EXPANSION = 4;
    private static final double EPSILON = 1e-5;

    public ResNet {
        blocks = List.copyOf(blocks);
    }

    /** 25,557,032 weights on pictures of 224 x 224 pixels. */
    public static ResNet resnet50(int batch) {
        return new ResNet(batch, 224, 64, List.of(3, 4, 6, 3), 1000);
    }

    @Override
    public ResNet withBatch(int other) {
        return new ResNet(other, edge, stem, blocks, classes);
    }

    @Override
    public String kind() {
        return "resnet";
    }

    @Override
    public List<Parameter> parameters(long seed) {
        ParameterList p = new ParameterList(seed).pictures(batch, edge);
        p.weight("conv1.weight", 3 * 49, (long) stem, 3L, 7L, 7L).batchNorm("bn1", stem);
        long in = stem;
        for (int stage = 0; stage < blocks.size(); stage++) {
            long width = (long) stem << stage;
            for (int block = 0; block < blocks.get(stage); block++) {
                String name = "layer" + (stage + 1) + "." + block + ".";
                p.weight(name + "conv1.weight", in, width, in, 1L, 1L).batchNorm(name + "bn1", width);
                p.weight(name + "conv2.weight", 9 * width, width, width, 3L, 3L).batchNorm(name + "bn2", width);
                p.weight(name + "conv3.weight", width, EXPANSION * width, width, 1L, 1L)
                        .batchNorm(name + "bn3", EXPANSION * width);
                if (block == 0) {
                    p.weight(name + "downsample.0.weight", in, EXPANSION * width, in, 1L, 1L)
                            .batchNorm(name + "downsample.1", EXPANSION * width);
                }
                in = EXPANSION * width;
            }
        }
        return p.linear("fc", in, classes).list();
    }

    @Override
    public <V> V forward(Algebra<V> a, List<V> parameters) {
        Iterator<V> p = parameters.iterator();
        V x = a.relu(normalised(a, a.convolution(p.next(), p.next(), null, 2, 3, 1), p));
        x = a.maxPool(x, 3, 2, 1);
        for (int stage = 0; stage < blocks.size(); stage++) {
            for (int block = 0; block < blocks.get(stage); block++) {
                int stride = stage > 0 && block == 0 ? 2 : 1;
                V branch = a.relu(normalised(a, a.convolution(x, p.next(), null, 1, 0, 1), p));
                branch = a.relu(normalised(a, a.convolution(branch, p.next(), null, stride, 1, 1), p));
                branch = normalised(a, a.convolution(branch, p.next(), null, 1, 0, 1), p);
                V beside = block > 0 ? x : normalised(a, a.convolution(x, p.next(), null, stride, 0, 1), p);
                x = a.relu(a.add(branch, beside));
            }
        }
        V pooled = a.reshape(a.meanOfPixels(x), batch, width());
        return a.linear(pooled, p.next(), p.next());
    }

    @Override
    public double gigaflop() {
        double pixels = Math.pow(halved(edge), 2);
        double sum = pixels * 3 * 49 * stem;
        int now = halved(halved(edge));
        double in = stem;
        for (int stage = 0; stage < blocks.size(); stage++) {
            double width = (double) stem * (1 << stage);
            for (int block = 0; block < blocks.get(stage); block++) {
                double before = (double) now * now;
                now = stage > 0 && block == 0 ? halved(now) : now;
                double after = (double) now * now;
                sum += before * in * width + after * width * width * (9 + EXPANSION);
                sum += block == 0 ? after * in * EXPANSION * width : 0;
                in = EXPANSION * width;
            }
        }
        return 2e-9 * batch * (sum + in * classes);
    }

    /** The first layer and its norm, or in one of the stages the branch, what stands beside it, and the norm of that. */
    @Override
    public long activationCount() {
        long rows = halved(edge);
        long most = 2L * stem * rows * rows;
        rows = halved(halved(edge));
        for (int stage = 0; stage < blocks.size(); stage++) {
            rows = stage > 0 ? (rows + 1) / 2 : rows;
            most = Math.max(most, 3 * ((long) EXPANSION * stem << stage) * rows * rows);
        }
        return batch * (most + inputCount());
    }

    private long width() {
        return (long) EXPANSION * stem << blocks.size() - 1;
    }

    private static int halved(int edge) {
        return (edge + 1) / 2;
    }

    private static <V> V normalised(Algebra<V> a, V x, Iterator<V> p) {
        return a.batchNorm(x, p.next(), p.next(), p.next(), p.next(), EPSILON);
    }
}
