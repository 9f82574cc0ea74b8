// SPDX-License-Identifier: Apache-2.0
package fizeau.kernels;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.within;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** An epoch on jets against double precision: matrices, losses, gradients by differences, the field and AdamW. */
@ExtendWith(EmulatorExtension.class)
class JetKernelsTest {

    private static final double BETA1 = 0.9;
    private static final double BETA2 = 0.999;
    private static final double EPSILON = 1e-8;
    private static final double LEARNING_RATE = 1e-3;

    /** Not a multiple of a tile's points, so that tiles straddle samples and the last has idle lanes. */
    private static final int POINTS = 41;

    private static final int SAMPLES = 2;
    private static final int PAIRS = 5;
    private static final int CAPACITY = 3;

    /** A network, a problem and what a launch needs of both. */
    private static final class Setup {
        final int width;
        final float[] columns;
        final float[] rows;
        final float[] parameters;
        final float[] x = Samples.uniform(11, POINTS, -1, 1);
        final float[] t = Samples.uniform(12, POINTS, 0, 1);
        final float[] edges = Samples.uniform(13, POINTS, 0, 3);
        final float[] pairT;
        final float[] source = Samples.uniform(14, SAMPLES * POINTS, -1, 1);
        final float[] truth = Samples.uniform(15, SAMPLES * POINTS, -1, 1);
        final float[] operators = Samples.uniform(16, 6 * SAMPLES, -1, 1);
        final int edgePoints;
        final int passes;
        final JetReference reference;

        Setup(int width, int passes, boolean paired) {
            this.width = width;
            this.passes = passes;
            double bound = Math.sqrt(3.0 / width);
            columns = Samples.uniform(1, 3 * width * width, -bound, bound);
            rows = Samples.uniform(2, 3 * width * width, -bound, bound);
            parameters = Samples.uniform(3, 7 * width + 1, -1.5, 1.5);
            for (int i = 0; i < POINTS; i++) {
                edges[i] = paired ? 0 : (int) edges[i];
            }
            pairT = paired ? Samples.uniform(17, PAIRS, 0, 1) : new float[0];
            edgePoints = paired ? 0 : 7;
            reference = new JetReference(
                    width,
                    Samples.doubles(columns),
                    Samples.doubles(rows),
                    new JetReference.Problem(
                            Samples.doubles(x),
                            Samples.doubles(t),
                            Samples.doubles(edges),
                            Samples.doubles(pairT),
                            Samples.doubles(source),
                            Samples.doubles(truth),
                            Samples.doubles(operators),
                            SAMPLES,
                            edgePoints,
                            -1,
                            1.5,
                            0.3f,
                            1.7f,
                            1,
                            0.5));
        }

        double[] wide() {
            return Samples.doubles(parameters);
        }
    }

    /** One epoch on the emulated device, after {@link #run}. */
    private static final class Epoch {
        final Emulation emulation;
        final Setup setup;
        final DeviceAddress parameters;
        final DeviceAddress weights;
        final DeviceAddress matrices;
        final DeviceAddress ends;
        final DeviceAddress losses;
        final DeviceAddress state;
        final DeviceAddress gradients;
        final DeviceAddress first;
        final DeviceAddress second;
        final DeviceAddress columns;
        final DeviceAddress rows;
        final JetProblem problem;

        Epoch(Emulator emulator, Setup setup) {
            this.setup = setup;
            emulation = emulator.begin();
            int trained = setup.parameters.length;
            parameters = emulation.upload(setup.parameters);
            weights = emulation.upload(new float[JetTiles.weightFloats()]);
            matrices = emulation.allocateFloats(JetTiles.matrixFloats());
            ends = emulation.allocateFloats(JetTiles.ENDS);
            losses = emulation.allocateDoubles(CAPACITY * JetTiles.LOSSES);
            state = emulation.upload(new TrainingState(AdamState.NEW, CAPACITY - 1, LEARNING_RATE));
            gradients = emulation.allocateFloats(trained);
            first = emulation.upload(new float[trained]);
            second = emulation.upload(new float[trained]);
            columns = emulation.upload(setup.columns);
            rows = emulation.upload(setup.rows);
            problem = new JetProblem(
                    emulation.upload(setup.x),
                    emulation.upload(setup.t),
                    emulation.upload(setup.edges),
                    emulation.upload(setup.pairT),
                    emulation.upload(setup.source),
                    emulation.upload(setup.truth),
                    emulation.upload(setup.operators),
                    POINTS,
                    setup.pairT.length,
                    SAMPLES,
                    setup.passes,
                    -1,
                    1.5f,
                    0.3f,
                    1.7f,
                    1,
                    0.5f,
                    setup.edgePoints == 0 ? 0 : (float) POINTS / setup.edgePoints);
        }

        Epoch queue(int blocks, boolean stepped, double weightDecay) {
            DeviceAddress parts = emulation.allocateFloats(Math.toIntExact(JetTiles.partFloats(blocks)));
            DeviceAddress squares = emulation.allocateDoubles(blocks * JetTiles.SQUARES);
            emulation.launch(new JetComposeParameters(parameters, columns, rows, weights, setup.width));
            emulation.launch(new JetTilesParameters(
                    problem,
                    parameters,
                    weights,
                    waiting(blocks),
                    parts,
                    squares,
                    DeviceAddress.NULL,
                    setup.width,
                    blocks));
            emulation.launch(new JetGatherParameters(
                    parts,
                    squares,
                    matrices,
                    ends,
                    losses,
                    state,
                    1.0 / (SAMPLES * POINTS),
                    setup.edgePoints == 0 ? 0 : 1.0 / (SAMPLES * setup.edgePoints),
                    setup.pairT.length == 0 ? 0 : 1.0 / setup.pairT.length,
                    BETA1,
                    BETA2,
                    blocks,
                    CAPACITY));
            emulation.launch(new JetStepParameters(
                    new ParameterStep(
                            parameters,
                            gradients,
                            first,
                            second,
                            state,
                            AdamRule.of(BETA1, BETA2, EPSILON),
                            stepped ? 1 : 0),
                    columns,
                    rows,
                    matrices,
                    ends,
                    state,
                    weightDecay,
                    setup.width));
            return this;
        }

        DeviceAddress waiting(int blocks) {
            return emulation.allocateFloats(Math.toIntExact(JetTiles.waitingFloats(blocks)));
        }
    }

    @Test
    void derivativesOfTheReferenceAreThoseOfItsValue() {
        JetReference reference = new Setup(7, 1, true).reference;
        double[] parameters = new Setup(7, 1, true).wide();
        double[][] m = reference.matrices(parameters);
        double x = 0.3;
        double t = 0.6;
        double e = 1e-4;
        double[] jet = reference.jet(parameters, m, x, t);
        double right = reference.jet(parameters, m, x + e, t)[0];
        double left = reference.jet(parameters, m, x - e, t)[0];
        double later = reference.jet(parameters, m, x, t + e)[0];
        double earlier = reference.jet(parameters, m, x, t - e)[0];
        assertThat(jet[1]).isCloseTo((right - left) / (2 * e), within(1e-5));
        assertThat(jet[2]).isCloseTo((later - earlier) / (2 * e), within(1e-5));
        double second = (right - 2 * jet[0] + left) / (e * e) + 0.5 * (later - 2 * jet[0] + earlier) / (e * e);
        assertThat(jet[3]).isCloseTo(second, within(1e-4));
        assertThat(Math.abs(jet[3])).isGreaterThan(1e-2);
    }

    @ParameterizedTest
    @CsvSource({"50,2,true,2", "50,1,false,1", "6,2,false,3", "13,1,true,3"})
    void lossesAndGradientFollowTheReference(int width, int passes, boolean paired, int blocks, Emulator emulator) {
        Setup setup = new Setup(width, passes, paired);
        Epoch epoch = new Epoch(emulator, setup).queue(blocks, false, 0);
        epoch.emulation.execute();
        double[] wide = setup.wide();
        double[] losses = epoch.emulation.doubles(epoch.losses);
        double[] expected = setup.reference.losses(wide);
        for (int part = 0; part < JetTiles.LOSSES; part++) {
            assertThat(expected[part]).isPositive();
            assertThat(losses[(CAPACITY - 1) * JetTiles.LOSSES + part])
                    .as("part %d of the loss", part)
                    .isCloseTo(expected[part], within(1e-5 * expected[part]));
        }
        assertThat(losses[0]).as("a slot that was not its turn").isNaN();
        assertThat(epoch.emulation.ints(epoch.state)[0]).isEqualTo(1);
        assertThat(epoch.emulation.ints(epoch.state)[3])
                .as("the ring's next slot")
                .isZero();
        Samples.assertClose("gradient", epoch.emulation.floats(epoch.gradients), setup.reference.gradient(wide), 2e-5);
        assertThat(epoch.emulation.floats(epoch.parameters)).isEqualTo(setup.parameters);
    }

    @Test
    void matricesAreComposedAsTheyAreAndTransposed(Emulator emulator) {
        Setup setup = new Setup(13, 1, true);
        Epoch epoch = new Epoch(emulator, setup);
        epoch.emulation.launch(
                new JetComposeParameters(epoch.parameters, epoch.columns, epoch.rows, epoch.weights, 13));
        epoch.emulation.execute();
        float[] weights = epoch.emulation.floats(epoch.weights);
        for (int layer = 0; layer < JetTiles.LAYERS; layer++) {
            double[] expected = setup.reference.compose(setup.wide(), layer);
            for (int i = 0; i < JetTiles.MAX_WIDTH; i++) {
                for (int j = 0; j < JetTiles.MAX_WIDTH; j++) {
                    double wanted = i < 13 && j < 13 ? expected[i * 13 + j] : 0;
                    int straight = ((2 * layer) * 50 + i) * 60 + j / 10 * 12 + j % 10;
                    int turned = ((2 * layer + 1) * 50 + j) * 60 + i / 10 * 12 + i % 10;
                    assertThat((double) weights[straight]).isCloseTo(wanted, within(1e-6));
                    assertThat(weights[turned]).isEqualTo(weights[straight]);
                }
            }
        }
    }

    @Test
    void theFieldIsThePhysicalOne(Emulator emulator) {
        Setup setup = new Setup(50, 2, true);
        Epoch epoch = new Epoch(emulator, setup);
        DeviceAddress field = epoch.emulation.allocateFloats(POINTS);
        epoch.emulation.launch(
                new JetComposeParameters(epoch.parameters, epoch.columns, epoch.rows, epoch.weights, 50));
        epoch.emulation.launch(new JetTilesParameters(
                epoch.problem.pointsOnce(),
                epoch.parameters,
                epoch.weights,
                epoch.waiting(1),
                DeviceAddress.NULL,
                DeviceAddress.NULL,
                field,
                50,
                1));
        epoch.emulation.execute();
        Samples.assertClose("field", epoch.emulation.floats(field), setup.reference.field(setup.wide()), 2e-6);
    }

    @Test
    void twoStepsAreThoseOfAdamWithDecoupledDecay(Emulator emulator) {
        Setup setup = new Setup(6, 1, true);
        double decay = 3;
        float[][] gradients = new float[2][];
        Epoch epoch = new Epoch(emulator, setup).queue(1, false, 0);
        epoch.emulation.execute();
        gradients[0] = epoch.emulation.floats(epoch.gradients);
        epoch = new Epoch(emulator, setup).queue(1, true, decay).queue(1, false, 0);
        epoch.emulation.execute();
        gradients[1] = epoch.emulation.floats(epoch.gradients);
        epoch = new Epoch(emulator, setup).queue(1, true, decay).queue(1, true, decay);
        epoch.emulation.execute();

        double[] expected = setup.wide();
        double[] first = new double[expected.length];
        double[] second = new double[expected.length];
        for (int step = 1; step <= 2; step++) {
            for (int i = 0; i < expected.length; i++) {
                expected[i] *= 1 - LEARNING_RATE * decay;
            }
            OptimizeReference.adamStep(
                    expected,
                    Samples.doubles(gradients[step - 1]),
                    first,
                    second,
                    OptimizeReference.adamAdvance(step, LEARNING_RATE, BETA1, BETA2),
                    BETA1,
                    BETA2,
                    EPSILON);
        }
        Samples.assertClose("parameters", epoch.emulation.floats(epoch.parameters), expected, 1e-6);
        double[] losses = epoch.emulation.doubles(epoch.losses);
        assertThat(losses[0]).as("the second epoch's loss").isNotEqualTo(losses[2 * JetTiles.LOSSES]);
        assertThat(epoch.emulation.ints(epoch.state)[0]).isEqualTo(2);
    }

    @Test
    void refusesWhatDoesNotFit() {
        DeviceAddress none = DeviceAddress.NULL;
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new JetComposeParameters(none, none, none, none, 51))
                .withMessageContaining("width 51")
                .withMessageContaining("1 to 50");
        JetProblem problem = problem(33, 0, 2, 2);
        assertThat(problem.tiles()).isEqualTo(3);
        assertThat(problem(32, 17, 2, 1).tiles()).isEqualTo(3);
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new JetTilesParameters(problem, none, none, none, none, none, none, 50, 4))
                .withMessageContaining("4 blocks for 3 tiles");
        assertThatIllegalArgumentException()
                .isThrownBy(() ->
                        new JetTilesParameters(problem, none, none, none, none, none, new DeviceAddress(16), 50, 1))
                .withMessageContaining("pointsOnce");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> problem(33, 0, 2, 3))
                .withMessageContaining("3 passes");
        assertThat(new JetTilesParameters(problem, none, none, none, none, none, none, 50, 3).launchShape())
                .isEqualTo(new LaunchShape(3, 1, 160, 41_604));
        assertThat(JetTiles.blocks(2640, 132)).isEqualTo(396);
        assertThat(JetTiles.blocks(5, 132)).isEqualTo(5);
    }

    private static JetProblem problem(int points, int pairs, int samples, int passes) {
        DeviceAddress none = DeviceAddress.NULL;
        return new JetProblem(
                none, none, none, none, none, none, none, points, pairs, samples, passes, 0, 1, 0, 1, 1, 0, 0);
    }
}
