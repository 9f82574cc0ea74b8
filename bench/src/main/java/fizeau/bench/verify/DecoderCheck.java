// SPDX-License-Identifier: Apache-2.0
package fizeau.bench.verify;

import fizeau.optics.Shape;
import fizeau.reconstruct.DecoderInitializer;
import fizeau.reconstruct.DecoderLayout;
import fizeau.reconstruct.DecoderSpec;

/** Group {@code decoder}: layers, parameters and buffers of a decoder, its seeded start, and full training steps. */
final class DecoderCheck implements CaseCheck {

    @Override
    public void check(CaseRun run) {
        GoldenCase golden = run.golden();
        String activation = golden.text("output_activation", "sigmoid");
        if (!activation.equals("sigmoid")) {
            throw new IllegalArgumentException(
                    "output activation " + activation + " of case " + golden.name() + " is unknown: use sigmoid");
        }
        DecoderLayout layout = DecoderLayout.of(
                new DecoderSpec(golden.integer("input_size"), golden.integer("output_size"), golden.flag("use_bn")));
        new DecoderLayoutCheck(run, layout).check();
        if (!golden.hasArray("params0")) {
            return;
        }
        if (golden.hasParameter("torch_manual_seed")) {
            long seed = (long) golden.number("torch_manual_seed");
            run.extraArray("params0 from the seed", "params0", DecoderInitializer.initialParameters(layout, seed));
        }
        Shape frame = golden.array("object").imageShape();
        if (!frame.equals(Shape.square(layout.spec().inputSize()))) {
            throw new IllegalArgumentException("case " + golden.name() + " trains in a frame of " + frame
                    + ", but the decoder's input size is " + layout.spec().inputSize());
        }
        new DecoderTrainingCheck(run, layout, frame).check();
    }
}
