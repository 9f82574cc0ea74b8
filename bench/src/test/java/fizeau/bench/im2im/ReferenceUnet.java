// SPDX-License-Identifier: Apache-2.0
package fizeau.bench.im2im;

import fizeau.unet.UnetLayout;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Iterator;
import java.util.List;

/** The residual U-Net by plain loops in double precision, one sample at a time: {@code [channel][voxel]}. */
public final class ReferenceUnet {
    private final UnetLayout layout;
    private final double[] values;
    private Iterator<UnetLayout.Segment> next;

    public ReferenceUnet(UnetLayout layout, double[] values) {
        this.layout = layout;
        this.values = values;
    }

    /** A picture with several channels. */
    private record Picture(int nz, int ny, int nx, double[][] channels) {
        double at(int channel, int z, int y, int x) {
            boolean inside = z >= 0 && z < nz && y >= 0 && y < ny && x >= 0 && x < nx;
            return inside ? channels[channel][(z * ny + y) * nx + x] : 0;
        }
    }

    public double[] forward(int[] size, double[] input) {
        next = layout.segments().iterator();
        Picture signal = new Picture(size[0], size[1], size[2], new double[][] {input});
        List<Picture> skips = new ArrayList<>();
        int before = 1;
        for (int level = 0; level < layout.filters().size(); level++) {
            int stride = level == 0 ? 1 : 2;
            Picture main = rectified(normal(convolution(signal, stride)));
            main = normal(convolution(main, 1));
            boolean changes = level > 0 || before != layout.filters().get(0);
            Picture past = changes ? normal(convolution(signal, stride)) : signal;
            signal = rectified(sum(main, past));
            skips.add(signal);
            before = layout.filters().get(level);
        }
        for (int level = layout.filters().size() - 2; level >= 0; level--) {
            Picture larger = transposed(signal);
            Picture both = joined(larger, skips.get(level));
            both = rectified(normal(convolution(both, 1)));
            signal = rectified(normal(convolution(both, 1)));
        }
        Picture out = convolution(signal, 1);
        double bias = values[next.next().offset()];
        double[] result = out.channels()[0].clone();
        for (int i = 0; i < result.length; i++) {
            result[i] += bias;
        }
        return result;
    }

    /** Mean over samples of soft Dice, plus mean binary cross entropy; or mean squared error. */
    public static double loss(Experiment experiment, double[][] outputs, double[][] targets) {
        double dice = 0;
        double sum = 0;
        int count = 0;
        for (int sample = 0; sample < outputs.length; sample++) {
            double common = 0;
            double all = 0;
            for (int i = 0; i < outputs[sample].length; i++) {
                double out = outputs[sample][i];
                double target = targets[sample][i];
                double p = 1 / (1 + Math.exp(-out));
                common += p * target;
                all += p + target;
                sum += experiment == Experiment.LABELFREE
                        ? (out - target) * (out - target)
                        : -target * Math.log(p) - (1 - target) * Math.log(1 - p);
                count++;
            }
            dice += (1 - (2 * common + 1e-5) / (all + 1e-5)) / outputs.length;
        }
        return sum / count + (experiment == Experiment.LABELFREE ? 0 : dice);
    }

    private Picture convolution(Picture in, int stride) {
        UnetLayout.Segment weight = next.next();
        int out = (int) weight.shape()[0];
        int channels = (int) weight.shape()[1];
        int kernel = (int) weight.shape()[2];
        int pad = kernel / 2;
        int nz = (in.nz() - 1) / stride + 1;
        int ny = (in.ny() - 1) / stride + 1;
        int nx = (in.nx() - 1) / stride + 1;
        double[][] result = new double[out][nz * ny * nx];
        for (int o = 0; o < out; o++) {
            for (int i = 0; i < nz * ny * nx; i++) {
                int z = i / (ny * nx) * stride - pad;
                int y = i / nx % ny * stride - pad;
                int x = i % nx * stride - pad;
                double sum = 0;
                int at = weight.offset() + o * channels * kernel * kernel * kernel;
                for (int c = 0; c < channels; c++) {
                    for (int k = 0; k < kernel * kernel * kernel; k++) {
                        sum += values[at++]
                                * in.at(c, z + k / kernel / kernel, y + k / kernel % kernel, x + k % kernel);
                    }
                }
                result[o][i] = sum;
            }
        }
        return new Picture(nz, ny, nx, result);
    }

    /** Kernel 2, stride 2: every voxel becomes a block of eight. */
    private Picture transposed(Picture in) {
        UnetLayout.Segment weight = next.next();
        int channels = (int) weight.shape()[0];
        int out = (int) weight.shape()[1];
        int ny = 2 * in.ny();
        int nx = 2 * in.nx();
        double[][] result = new double[out][8 * in.nz() * in.ny() * in.nx()];
        for (int o = 0; o < out; o++) {
            for (int i = 0; i < result[o].length; i++) {
                int z = i / (ny * nx);
                int y = i / nx % ny;
                int x = i % nx;
                int k = (z % 2 * 2 + y % 2) * 2 + x % 2;
                for (int c = 0; c < channels; c++) {
                    result[o][i] += values[weight.offset() + (c * out + o) * 8 + k] * in.at(c, z / 2, y / 2, x / 2);
                }
            }
        }
        return new Picture(2 * in.nz(), ny, nx, result);
    }

    private Picture normal(Picture in) {
        int gamma = next.next().offset();
        int beta = next.next().offset();
        double[][] result = new double[in.channels().length][];
        for (int c = 0; c < result.length; c++) {
            double[] channel = in.channels()[c].clone();
            double mean = 0;
            for (double value : channel) {
                mean += value / channel.length;
            }
            double variance = 0;
            for (double value : channel) {
                variance += (value - mean) * (value - mean) / channel.length;
            }
            for (int i = 0; i < channel.length; i++) {
                channel[i] = (channel[i] - mean) / Math.sqrt(variance + 1e-5) * values[gamma + c] + values[beta + c];
            }
            result[c] = channel;
        }
        return new Picture(in.nz(), in.ny(), in.nx(), result);
    }

    private static Picture rectified(Picture in) {
        double[][] result = new double[in.channels().length][];
        for (int c = 0; c < result.length; c++) {
            result[c] = Arrays.stream(in.channels()[c])
                    .map(value -> value > 0 ? value : 0.01 * value)
                    .toArray();
        }
        return new Picture(in.nz(), in.ny(), in.nx(), result);
    }

    private static Picture sum(Picture one, Picture two) {
        double[][] result = new double[one.channels().length][one.channels()[0].length];
        for (int c = 0; c < result.length; c++) {
            for (int i = 0; i < result[c].length; i++) {
                result[c][i] = one.channels()[c][i] + two.channels()[c][i];
            }
        }
        return new Picture(one.nz(), one.ny(), one.nx(), result);
    }

    private static Picture joined(Picture one, Picture two) {
        List<double[]> channels = new ArrayList<>(List.of(one.channels()));
        channels.addAll(List.of(two.channels()));
        return new Picture(one.nz(), one.ny(), one.nx(), channels.toArray(double[][]::new));
    }
}
