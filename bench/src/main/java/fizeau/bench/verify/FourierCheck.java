// SPDX-License-Identifier: Apache-2.0
package fizeau.bench.verify;

import fizeau.fourier.Direction;
import fizeau.fourier.Normalization;

/** Group {@code fft}: centred transforms of complex images, both ways, in every normalisation, over any batch extents. */
final class FourierCheck implements CaseCheck {

    @Override
    public void check(CaseRun run) {
        GoldenArray input = run.golden().array("input");
        if (!input.isComplex()) {
            throw new IllegalArgumentException("input of case " + run.golden().name() + " must be complex, not "
                    + input.type().word());
        }
        compare(run, input, "fwd", Direction.FORWARD, Normalization.ORTHO);
        compare(run, input, "inv", Direction.INVERSE, Normalization.ORTHO);
        compare(run, input, "fb", Direction.FORWARD, Normalization.BACKWARD);
        compare(run, input, "ib", Direction.INVERSE, Normalization.BACKWARD);
        compare(run, input, "ff", Direction.FORWARD, Normalization.FORWARD);
        compare(run, input, "if_", Direction.INVERSE, Normalization.FORWARD);
    }

    private static void compare(
            CaseRun run, GoldenArray input, String name, Direction direction, Normalization normalization) {
        if (run.expects(name)) {
            float[] field = input.floats();
            run.backend()
                    .fourierTransform()
                    .transform(field, input.images(), input.imageShape(), direction, normalization);
            run.array(name, field);
        }
    }
}
