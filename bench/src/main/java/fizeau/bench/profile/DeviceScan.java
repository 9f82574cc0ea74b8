// SPDX-License-Identifier: Apache-2.0
package fizeau.bench.profile;

import fizeau.backend.Backend;
import fizeau.backend.MeasurementOperator;
import fizeau.backend.Plan;
import fizeau.backend.Ranges;
import fizeau.bench.workload.Workload;
import fizeau.optics.Mask;
import fizeau.optics.PixelPosition;
import java.util.ArrayList;
import java.util.List;

/**
 * The telescope alone, arrays of the host in and out. At each position of the scan the
 * object is measured through the mask of all positions so far and through the new one, and the measurement is taken back
 * through both, as often as the workload has epochs. Owns its operator; one thread.
 */
final class DeviceScan implements DeviceWork {

    static final String SAMPLE = "sample";
    static final String ITERATION = "iteration";
    static final String MEASURE = "measure";
    static final String ADJOINT = "adjoint";

    private final int epochs;
    private final float[] object;
    private final List<List<Mask>> masks = new ArrayList<>();
    private final float[] measurements;
    private final float[] upstream;
    private final float[] gradient;
    private final MeasurementOperator operator;

    /** @param object amplitudes of the workload's object */
    DeviceScan(Backend backend, Workload workload, float[] object) {
        this.epochs = workload.epochs();
        this.object = object.clone();
        Mask cumulative = Mask.closed(workload.frameShape());
        for (PixelPosition centre : workload.centres()) {
            Mask mask = workload.aperture().mask(workload.frameShape(), centre);
            cumulative = cumulative.union(mask);
            masks.add(List.of(cumulative, mask));
        }
        int pixels = workload.frameShape().count();
        this.measurements = new float[2 * pixels];
        this.upstream = new float[pixels];
        this.gradient = new float[workload.objectShape().count()];
        this.operator = backend.measurementOperator(
                workload.objectShape(),
                workload.frameShape(),
                backend.plans().contains(Plan.MATRIX) ? Plan.MATRIX : Plan.FFT);
    }

    @Override
    public String description() {
        return "the measurement operator and its adjoint over a scan, arrays copied to and from the host, by mask and by"
                + " cumulative mask";
    }

    @Override
    public int ranges() {
        return masks.size() * (1 + 3 * epochs);
    }

    @Override
    public String curveOf() {
        return ITERATION;
    }

    @Override
    public void prepare() {
        // everything lies ready
    }

    @Override
    public void run(Ranges ranges) {
        for (List<Mask> pair : masks) {
            ranges.around(SAMPLE, () -> {
                for (int epoch = 0; epoch < epochs; epoch++) {
                    ranges.around(ITERATION, () -> iterate(pair, ranges));
                }
            });
        }
    }

    private void iterate(List<Mask> pair, Ranges ranges) {
        // An optimiser has changed the object since the iteration before.
        operator.load(object);
        ranges.around(MEASURE, () -> operator.measure(pair, measurements));
        ranges.around(ADJOINT, () -> {
            for (int m = 0; m < pair.size(); m++) {
                System.arraycopy(measurements, m * upstream.length, upstream, 0, upstream.length);
                operator.adjoint(pair.get(m), upstream, gradient);
            }
        });
    }

    @Override
    public void close() {
        operator.close();
    }
}
