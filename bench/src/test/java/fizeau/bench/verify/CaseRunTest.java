// SPDX-License-Identifier: Apache-2.0
package fizeau.bench.verify;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.ObjectNode;
import fizeau.optics.Mask;
import fizeau.optics.Shape;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class CaseRunTest {

    @TempDir
    Path folder;

    private GoldenFolder golden;
    private ObjectNode oneCase;

    @BeforeEach
    void start() {
        golden = new GoldenFolder(folder);
        oneCase = golden.addCase("decoder", "small");
    }

    @Test
    void anArrayMayBeOffByItsRoundingOrAMillionthOfItsLargestValue() throws IOException {
        golden.addArray(oneCase, "rounded", "output", 1, -4)
                .put("f64_max_abs_diff", 1e-3)
                .put("max_abs", 4.0);
        golden.addArray(oneCase, "exact", "output", 1, -4).put("f64_max_abs_diff", 1e-9);
        CaseRun run = run();
        run.array("rounded", new double[] {1.0099, -4});
        run.array("exact", new double[] {1 + 3.9e-6, -4});
        run.array("exact", new double[] {1 + 4.1e-6, -4});
        assertThat(run.finish()).extracting(ArrayCheck::passed).containsExactly(true, true, false);
    }

    @Test
    void theDoublePrecisionTwinIsTheReference() throws IOException {
        golden.addArray(oneCase, "field", "output", 1).put("f64_max_abs_diff", 1e-7);
        golden.addArray(oneCase, "field_f64", "output", 2);
        CaseRun run = run();
        run.array("field", new double[] {2});
        assertThat(run.finish()).singleElement().matches(ArrayCheck::passed);
    }

    @Test
    void anArrayOfAnotherLengthFails() throws IOException {
        golden.addArray(oneCase, "field", "output", 1, 2);
        CaseRun run = run();
        run.array("field", new double[] {1});
        assertThat(run.finish()).singleElement().satisfies(check -> {
            assertThat(check.passed()).isFalse();
            assertThat(check.note()).contains("expected 2 numbers");
        });
    }

    @Test
    void aThousandthOfTheParametersMayTakeAnotherStep() throws IOException {
        float[] parameters = new float[2000];
        golden.addArray(oneCase, "params2", "output", parameters);
        CaseRun run = run();
        parameters[3] = parameters[5] = 3.9e-3f;
        run.parametersAfterSteps("params2", parameters, 1e-3, 2);
        parameters[7] = 2e-5f;
        run.parametersAfterSteps("params2", parameters, 1e-3, 2);
        parameters[7] = 0;
        parameters[3] = 4.1e-3f;
        run.parametersAfterSteps("params2", parameters, 1e-3, 2);
        parameters[3] = Float.NaN;
        run.parametersAfterSteps("params2", parameters, 1e-3, 2);
        assertThat(run.finish())
                .extracting(ArrayCheck::passed)
                .containsExactly(true, true, true, false, false, true, false, true);
    }

    @Test
    void masksAgreeSampleBySample() throws IOException {
        ObjectNode array = golden.addArray(oneCase, "masks", "output", 0);
        array.put("dtype", "uint8").putArray("shape").add(1).add(2).add(2);
        Files.write(folder.resolve(array.get("file").textValue()), new byte[] {1, 0, 0, 1});
        Shape shape = Shape.square(2);
        Mask other = Mask.of(shape, new boolean[] {true, false, true, true});
        CaseRun run = run();
        run.masks("masks", List.of(Mask.of(shape, new boolean[] {true, false, false, true})));
        run.masks("masks", List.of(other));
        array.put("f64_mask_pixels_different", 1);
        CaseRun undecided = run();
        undecided.masks("masks", List.of(other));
        assertThat(run.finish()).extracting(ArrayCheck::passed).containsExactly(true, false);
        assertThat(undecided.finish()).extracting(ArrayCheck::passed).containsExactly(true);
    }

    @Test
    void numbersAgreeRelativelyOrOnTheirScale() throws IOException {
        oneCase.withObject("/scalars").put("big", 1000.0).put("tiny", 1e-7).put("none", "inf");
        oneCase.withObject("/scalars").put("loss", 0.5).put("loss_f64", 0.501);
        CaseRun run = run();
        oneCase.withObject("/scalars").putArray("several").add(1.0).add(2.0).add(3.0);
        CaseRun several = run();
        several.scalars("several", new double[] {1.000009, 2, 3.00004}, 0);
        several.scalars("several", new double[] {Double.NaN, 2, 3}, 0);
        several.scalars("several", new double[] {1, 2}, 0);
        assertThat(several.finish().subList(0, 3))
                .extracting(ArrayCheck::passed)
                .containsExactly(false, false, false);
        run.scalar("big", 1000.009, 0);
        run.scalar("big", 1000.011, 0);
        run.scalar("tiny", 9e-7, 1);
        run.scalar("tiny", 1.1e-7, 0);
        run.scalar("none", Double.POSITIVE_INFINITY, 0);
        run.scalar("none", 1e9, 0);
        run.scalar("loss", 0.51, 1);
        run.scalar("loss", 0.512, 1);
        assertThat(run.finish())
                .extracting(ArrayCheck::passed)
                .containsExactly(true, false, true, false, true, false, true, false);
    }

    private CaseRun run() throws IOException {
        return new CaseRun(golden.open().cases().get(0), null);
    }
}
