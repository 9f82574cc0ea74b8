// SPDX-License-Identifier: Apache-2.0
package fizeau.bench.ops.cuda;

import fizeau.backend.cuda.raw.CudnnConvolution.Pass;
import fizeau.bench.ops.OperatorShape;
import java.util.ArrayList;
import java.util.List;

/**
 * How a computation is done on a device where there is a choice.
 *
 * @param algorithm cuDNN's number for all convolutions; null: of each the fastest in a measurement
 * @param fused whether what follows a convolution is computed in the same call; otherwise by a kernel, with a given algorithm
 * @param transposed whether weights of products lie the other way round
 * @param graph whether a call is one graph; otherwise every piece is launched
 */
public record DeviceWays(Integer algorithm, boolean fused, boolean transposed, boolean graph) {
    /** What nothing speaks against. */
    public static final DeviceWays USUAL = new DeviceWays(null, true, false, true);

    private static final String CONVOLUTION = "cudnn";
    private static final String PRODUCT = "cublas";

    public DeviceWays {
        if (!fused && algorithm == null) {
            throw new IllegalArgumentException("convolutions with a kernel behind them need a given algorithm");
        }
    }

    /** All that are different for an operator, the most promising first. */
    static List<DeviceWays> of(OperatorShape shape) {
        List<DeviceWays> ways = new ArrayList<>();
        for (boolean graph : new boolean[] {true, false}) {
            if (convolves(shape)) {
                ways.add(new DeviceWays(null, true, false, graph));
                for (boolean fused : new boolean[] {true, false}) {
                    if (fused || shape instanceof OperatorShape.Convolution) { // a sum is only added by the fused call
                        Pass.FORWARD
                                .algorithms()
                                .forEach(number -> ways.add(new DeviceWays(number, fused, false, graph)));
                    }
                }
            } else {
                ways.add(new DeviceWays(null, true, false, graph));
                ways.add(new DeviceWays(null, true, true, graph));
            }
        }
        return ways;
    }

    /** The way of a word that {@link #word} gave for the same operator. */
    static DeviceWays named(OperatorShape shape, String word) {
        return of(shape).stream()
                .filter(one -> one.word(shape).equals(word))
                .findFirst()
                .orElseThrow(() -> new IllegalArgumentException(
                        "schedule " + word + " is unknown for " + shape + ": search again"));
    }

    /** For records: {@code cudnn-fused-1}, {@code cublas-transposed/calls}. */
    String word(OperatorShape shape) {
        String what = convolves(shape)
                ? CONVOLUTION + (fused ? "-fused" : "-plain") + (algorithm == null ? "" : "-" + algorithm)
                : PRODUCT + (transposed ? "-transposed" : "");
        return graph ? what : what + "/calls";
    }

    private static boolean convolves(OperatorShape shape) {
        return shape instanceof OperatorShape.Convolution || shape instanceof OperatorShape.ResidualBlock;
    }
}
