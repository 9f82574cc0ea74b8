// SPDX-License-Identifier: Apache-2.0
package fizeau.bench.pipeline;

import fizeau.bench.files.RunFolder;
import fizeau.bench.plot.CoveragePlot;
import fizeau.bench.plot.ImagePanels;
import fizeau.bench.plot.Panel;
import fizeau.bench.workload.Workload;
import fizeau.image.AmplitudeImage;
import fizeau.image.FitsFile;
import fizeau.image.NpyFile;
import fizeau.image.PngWriter;
import fizeau.optics.Shape;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;

/** Writes the files of a {@code measure} run. */
public final class MeasurementFiles {
    private static final String STACK = "measurements.npy";
    private static final String CUBE = "measurements.fits";
    private static final String HITS = "coverage.npy";

    private final RunFolder folder;
    private final Workload workload;

    public MeasurementFiles(RunFolder folder, Workload workload) {
        this.folder = folder;
        this.workload = workload;
        contents().keySet().forEach(folder::expect);
    }

    /** What each file holds. */
    public Map<String, String> contents() {
        int n = workload.samples();
        Shape frame = workload.frameShape();
        Map<String, String> contents = new LinkedHashMap<>();
        contents.put(STACK, "float32 amplitudes, shape (" + n + ", " + frame.ny() + ", " + frame.nx() + ")");
        contents.put(CUBE, "the same amplitudes as a cube; row 0 is the first row stored");
        contents.put(HITS, "float32 counts: how many apertures let each sample of the centred spectrum through");
        contents.put("object.npy", "float32 amplitudes of the object, largest 1");
        contents.put("object.png", "the object's amplitudes, 0 to 1, 8 bits");
        contents.put("panels.png", "object, three of the measurements, and all apertures together");
        contents.put("coverage.png", "the apertures in k-space and the order they were taken in");
        contents.put("result.json", "the record: what was measured and how, centres, units, environment");
        return contents;
    }

    /** Writes the data, then the pictures. */
    public void write(AmplitudeImage object, MeasuredScan scan, List<String> history) {
        Shape frame = workload.frameShape();
        int count = scan.apertures().size();
        keep(STACK, path -> NpyFile.write(path, array(scan.stack(), count, frame.ny(), frame.nx())));
        keep(CUBE, path -> FitsFile.writeCube(path, count, frame, scan.stack(), history));
        keep(HITS, path -> NpyFile.write(path, array(scan.hits(), frame.ny(), frame.nx())));
        Shape shape = object.shape();
        float[] amplitudes = object.toArray();
        keep("object.npy", path -> NpyFile.write(path, array(amplitudes, shape.ny(), shape.nx())));
        folder.attempt("object.png", path -> PngWriter.writeGrey8(path, shape, amplitudes, 0, 1));
        folder.attempt("panels.png", path -> ImagePanels.write(path, panels(shape, amplitudes, scan)));
        folder.attempt(
                "coverage.png",
                path -> CoveragePlot.write(
                        path,
                        "what the scan sees of k-space",
                        workload.coverage(),
                        workload.centres(),
                        workload.apertureRadius()));
    }

    private List<Panel> panels(Shape object, float[] amplitudes, MeasuredScan scan) {
        int last = scan.apertures().size() - 1;
        List<Panel> panels = new ArrayList<>();
        panels.add(Panel.of("object", object, amplitudes));
        for (int index : List.of(0, last / 2, last).stream().distinct().toList()) {
            panels.add(Panel.of("measurement " + (index + 1), workload.frameShape(), scan.image(index)));
        }
        panels.add(Panel.of("all apertures together", workload.frameShape(), scan.together()));
        return panels;
    }

    private void keep(String name, Consumer<Path> writing) {
        writing.accept(folder.resolve(name));
        folder.add(name);
    }

    private static NpyFile.Array array(float[] values, Integer... shape) {
        return new NpyFile.Array(List.of(shape), values);
    }
}
