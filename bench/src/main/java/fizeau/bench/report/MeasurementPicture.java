// SPDX-License-Identifier: Apache-2.0
package fizeau.bench.report;

import fizeau.backend.Backend;
import fizeau.backend.MeasurementOperator;
import fizeau.backend.Plan;
import fizeau.backend.cpu.CpuBackend;
import fizeau.bench.files.RunFolder;
import fizeau.bench.training.Campaign;
import fizeau.bench.workload.Workload;
import fizeau.image.NpyFile;
import fizeau.optics.Mask;
import fizeau.optics.Shape;
import java.util.List;

/** What the detector sees of the object through the first aperture, for the picture of it. */
final class MeasurementPicture {
    /** Amplitudes of the whole frame. */
    static final String FILE = "measurement.npy";

    private MeasurementPicture() {}

    /** Measures the object in the run's folder and writes the amplitudes beside it. */
    static void write(RunFolder folder, Workload workload) {
        Shape frame = workload.frameShape();
        float[] object =
                NpyFile.read(folder.path().resolve(Campaign.OBJECT_FILE)).values();
        float[] amplitudes = new float[frame.count()];
        Mask mask = workload.aperture().mask(frame, workload.centres().get(0));
        try (Backend backend = CpuBackend.open(1);
                MeasurementOperator operator =
                        backend.measurementOperator(workload.objectShape(), frame, Plan.MATRIX)) {
            operator.load(object);
            operator.measure(List.of(mask), amplitudes);
        }
        NpyFile.write(folder.resolve(FILE), new NpyFile.Array(List.of(frame.ny(), frame.nx()), amplitudes));
        folder.add(FILE);
    }
}
