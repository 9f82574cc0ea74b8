// SPDX-License-Identifier: Apache-2.0
package fizeau.backend.cuda;

import fizeau.backend.Closing;
import fizeau.backend.cuda.raw.CudnnHandle;
import fizeau.backend.cuda.raw.DeviceMemory;
import fizeau.kernels.ActivateParameters;
import fizeau.kernels.AddMapsParameters;
import fizeau.kernels.DeviceAddress;
import fizeau.kernels.JoinMapsParameters;
import fizeau.kernels.SplitMapsParameters;
import fizeau.unet.UnetLayout;
import fizeau.unet.UnetLayout.Convolution;
import fizeau.unet.UnetWork;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * The residual 3D U-Net on a device: convolutions by cuDNN, everything between them by kernels of our own. Sums have a fixed
 * order. Owns its memory, handle and descriptors, borrows the session.
 */
final class DeviceUnet implements AutoCloseable {

    private static final double NO_RECTIFIER = 1; // slope below zero

    /** One level of the way down; {@code shortcut} is null where the way past the block changes nothing. */
    private record Down(UnetLayer first, UnetLayer second, UnetLayer shortcut) {}

    /** One level of the way up, with the joined maps and their gradient. */
    private record Up(
            UnetLayer larger, UnetLayer first, UnetLayer second, DeviceAddress both, DeviceAddress bothGradient) {}

    private final CudaSession session;
    private final UnetWork work;
    private final List<AutoCloseable> owned = new ArrayList<>();
    private final DeviceArrays arrays;
    private final DeviceMemory parameters;
    private final DeviceMemory gradients;
    private final DeviceMemory input;
    private final List<Down> down = new ArrayList<>();
    private final Map<Integer, Up> up = new HashMap<>();
    private final UnetLayer last;
    private DeviceAddress throughBlock = DeviceAddress.NULL; // gradients of a block's input, one way each
    private DeviceAddress pastBlock = DeviceAddress.NULL;

    /** @param trained whether there is a way back */
    DeviceUnet(CudaSession session, UnetWork work, UnetSwitches switches, boolean trained) {
        this.session = session;
        this.work = work;
        try {
            this.arrays = own(new DeviceArrays(session));
            CudnnHandle cudnn = own(CudnnHandle.open(session.context(), session.cudnn(), session.stream()));
            UnetLayout layout = work.layout();
            this.parameters = arrays.floats(layout.parameterCount(), "a network's parameters");
            this.gradients = trained ? arrays.floats(layout.parameterCount(), "their gradients") : null;
            this.input = arrays.zeroFloats(work.count(), "patches");
            UnetLayer.Shared shared =
                    new UnetLayer.Shared(session, cudnn, work, switches, arrays, parameters, gradients);
            Map<String, UnetLayer> layers = layers(shared);
            int levels = layout.filters().size();
            for (int level = 0; level < levels; level++) {
                String block = level == 0 ? "input" : "down" + level;
                down.add(new Down(
                        layers.get(block + ".conv1"), layers.get(block + ".conv2"), layers.get(block + ".conv3")));
            }
            for (int level = levels - 2; level >= 0; level--) {
                up.put(level, up(level, layers, trained));
            }
            this.last = layers.get("output.conv");
            if (trained) {
                // of the inputs of all blocks but the first; a lower level may have more values than the one above
                long largest = down.subList(0, levels - 1).stream()
                        .mapToLong(block -> block.second().count())
                        .max()
                        .orElse(1);
                throughBlock =
                        arrays.floats(largest, "gradients through a block").address();
                pastBlock = arrays.floats(largest, "gradients past a block").address();
            }
        } catch (RuntimeException failure) {
            throw Closing.afterFailure(failure, this::close);
        }
    }

    private <T extends AutoCloseable> T own(T part) {
        owned.add(part);
        return part;
    }

    /** All convolutions by the names of their weights. */
    private Map<String, UnetLayer> layers(UnetLayer.Shared shared) {
        List<UnetLayer.Plan> plans = new ArrayList<>();
        long largest = 1;
        for (Convolution convolution : work.layout().convolutions()) {
            plans.add(UnetLayer.Plan.of(convolution, shared, owned));
            largest =
                    Math.max(largest, (long) work.samples() * convolution.out() * work.voxels(convolution.outLevel()));
        }
        long bytes =
                plans.stream().mapToLong(UnetLayer.Plan::workspaceBytes).max().orElse(0);
        DeviceMemory workspace = bytes == 0 ? null : arrays.own(session.allocate(bytes, "the workspace of cuDNN"));
        DeviceMemory scratch = shared.trained() ? null : arrays.floats(largest, "maps before a norm");
        Map<String, UnetLayer> layers = new HashMap<>();
        for (UnetLayer.Plan plan : plans) {
            layers.put(plan.of().name(), new UnetLayer(plan, shared, workspace, scratch));
        }
        return layers;
    }

    private Up up(int level, Map<String, UnetLayer> layers, boolean trained) {
        String block = "up" + level;
        UnetLayer larger = layers.get(block + ".transp_conv");
        long joined = larger.count() + down.get(level).second().count();
        return new Up(
                larger,
                layers.get(block + ".conv1"),
                layers.get(block + ".conv2"),
                arrays.floats(joined, "joined maps").address(),
                trained ? arrays.floats(joined, "gradients of joined maps").address() : DeviceAddress.NULL);
    }

    /** Flat, in the order of the layout. */
    DeviceMemory parameters() {
        return parameters;
    }

    /** Of the same order; only of a network that is trained. */
    DeviceMemory gradients() {
        return gradients;
    }

    /** {@code float[samples][nz][ny][nx]}. */
    DeviceMemory input() {
        return input;
    }

    /** Of the same shape. */
    DeviceMemory output() {
        return last.resultMemory();
    }

    /** With respect to the output: to be written before {@link #queueBackward}. */
    DeviceAddress outputGradient() {
        return last.gradient();
    }

    /** Where the last parameter lies, which is added to every output. */
    int bias() {
        return work.layout().offset("output.bias");
    }

    /** Queues the output of what is in the input. */
    void queueForward() {
        DeviceAddress signal = input.address();
        for (Down block : down) {
            DeviceAddress past = signal;
            if (block.shortcut() != null) {
                block.shortcut().convolve(signal);
                block.shortcut().normalise(DeviceAddress.NULL, NO_RECTIFIER);
                past = block.shortcut().result();
            }
            block.first().convolve(signal);
            block.first().normalise(DeviceAddress.NULL, UnetLayout.SLOPE);
            block.second().convolve(block.first().result());
            block.second().normalise(past, UnetLayout.SLOPE);
            signal = block.second().result();
        }
        for (int level = down.size() - 2; level >= 0; level--) {
            Up block = up.get(level);
            UnetLayer skip = down.get(level).second();
            block.larger().convolve(signal);
            session.launch(new JoinMapsParameters(
                    block.larger().result(),
                    skip.result(),
                    block.both(),
                    block.larger().sampleCount(),
                    skip.sampleCount(),
                    work.samples()));
            block.first().convolve(block.both());
            block.first().normalise(DeviceAddress.NULL, UnetLayout.SLOPE);
            block.second().convolve(block.first().result());
            block.second().normalise(DeviceAddress.NULL, UnetLayout.SLOPE);
            signal = block.second().result();
        }
        last.convolve(signal);
        session.launch(new ActivateParameters(last.result(), parameters.address(), 1, work.count(), bias(), 0));
    }

    /** Queues the gradients of all parameters but the last, at the last forward pass. */
    void queueBackward() {
        int levels = down.size();
        UnetLayer end = levels > 1 ? up.get(0).second() : down.get(0).second();
        last.weightGradient(end.result(), last.gradient());
        last.dataGradient(last.gradient(), end.gradient());
        for (int level = 0; level < levels - 1; level++) {
            queueBackward(up.get(level), level);
        }
        for (int level = levels - 1; level >= 0; level--) {
            queueBackward(down.get(level), level);
        }
    }

    private void queueBackward(Up block, int level) {
        UnetLayer skip = down.get(level).second();
        UnetLayer below = level == down.size() - 2
                ? down.get(level + 1).second()
                : up.get(level + 1).second();
        block.second().normaliseBackward(DeviceAddress.NULL, UnetLayout.SLOPE);
        block.second().weightGradient(block.first().result(), block.second().gradient());
        block.second().dataGradient(block.second().gradient(), block.first().gradient());
        block.first().normaliseBackward(DeviceAddress.NULL, UnetLayout.SLOPE);
        block.first().weightGradient(block.both(), block.first().gradient());
        block.first().dataGradient(block.first().gradient(), block.bothGradient());
        session.launch(new SplitMapsParameters(
                block.bothGradient(),
                block.larger().gradient(),
                skip.gradient(),
                block.larger().sampleCount(),
                skip.sampleCount(),
                work.samples()));
        block.larger().weightGradient(below.result(), block.larger().gradient());
        block.larger().dataGradient(block.larger().gradient(), below.gradient());
    }

    /** Nobody wants a gradient of the network's input, where the way down begins. */
    private void queueBackward(Down block, int level) {
        DeviceAddress from =
                level == 0 ? input.address() : down.get(level - 1).second().result();
        UnetLayer shortcut = block.shortcut();
        block.second().normaliseBackward(shortcut == null ? DeviceAddress.NULL : shortcut.gradient(), UnetLayout.SLOPE);
        block.second().weightGradient(block.first().result(), block.second().gradient());
        block.second().dataGradient(block.second().gradient(), block.first().gradient());
        block.first().normaliseBackward(DeviceAddress.NULL, UnetLayout.SLOPE);
        block.first().weightGradient(from, block.first().gradient());
        if (shortcut != null) {
            shortcut.normaliseBackward(DeviceAddress.NULL, NO_RECTIFIER);
            shortcut.weightGradient(from, shortcut.gradient());
        }
        if (level > 0) {
            UnetLayer before = down.get(level - 1).second();
            block.first().dataGradient(block.first().gradient(), throughBlock);
            shortcut.dataGradient(shortcut.gradient(), pastBlock);
            session.launch(new AddMapsParameters(before.gradient(), throughBlock, pastBlock, before.count()));
        }
    }

    /** Copies parameters in the order of the layout to the device. */
    void load(float[] values) {
        if (values.length != work.layout().parameterCount()) {
            throw new IllegalArgumentException(values.length + " parameters are not those of a network with filters "
                    + work.layout().filters() + ": there must be "
                    + work.layout().parameterCount());
        }
        session.upload(values, parameters);
    }

    /** A copy of all parameters. */
    float[] values() {
        float[] values = new float[work.layout().parameterCount()];
        session.download(parameters, 0, values, 0, values.length);
        return values;
    }

    @Override
    public void close() {
        List<AutoCloseable> newestFirst = new ArrayList<>(owned);
        Collections.reverse(newestFirst);
        owned.clear();
        Closing.all(newestFirst);
    }
}
