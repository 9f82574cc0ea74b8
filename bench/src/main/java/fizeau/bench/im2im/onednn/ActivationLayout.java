// SPDX-License-Identifier: Apache-2.0
package fizeau.bench.im2im.onednn;

import fizeau.bench.onednn.OneDnn;
import fizeau.unet.UnetLayout;
import fizeau.unet.UnetLayout.Convolution;
import java.util.List;
import org.bytedeco.dnnl.memory;
import org.bytedeco.dnnl.memory.format_tag;

/**
 * How the activations of one sample lie in memory: in blocks of as many channels as a vector register holds, which oneDNN's
 * convolutions of few channels are fastest in, and in which tensors are joined by lying one behind the other.
 *
 * @param block channels in a block
 * @param patch voxels along z, y and x
 */
record ActivationLayout(int block, List<Integer> patch) {
    private static final memory.data_type FLOAT = memory.data_type.f32;
    private static final int OF_512_BITS = 16;

    ActivationLayout(int[] patch) {
        this(OneDnn.floatsInAVector(), List.of(patch[0], patch[1], patch[2]));
    }

    /** Whether a network comes in whole blocks on this processor; without them oneDNN has only plain loops. */
    static boolean suits(UnetLayout layout) {
        int block = OneDnn.floatsInAVector();
        return block > 1 && layout.filters().stream().allMatch(count -> count % block == 0);
    }

    /** Of the network's input and output, which have one channel, as the caller has them. */
    memory.desc outside() {
        return new memory.desc(dims(1, 0), FLOAT, format_tag.abcde);
    }

    /** A block that is not full ends in zeros. Where no block is quick, those of eight are right all the same. */
    memory.desc of(int channels, int level) {
        format_tag tag = block == OF_512_BITS ? format_tag.aBcde16b : format_tag.aBcde8b;
        return new memory.desc(dims(channels, level), FLOAT, tag);
    }

    memory.desc source(Convolution one) {
        return one.ofNetworkInput() ? outside() : of(one.in(), one.level());
    }

    memory.desc target(Convolution one) {
        return of(one.out(), one.outLevel());
    }

    private long[] dims(int channels, int level) {
        return new long[] {1, channels, patch.get(0) >> level, patch.get(1) >> level, patch.get(2) >> level};
    }
}
