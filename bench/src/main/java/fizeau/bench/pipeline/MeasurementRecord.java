// SPDX-License-Identifier: Apache-2.0
package fizeau.bench.pipeline;

import com.fasterxml.jackson.databind.JsonNode;
import fizeau.bench.workload.Workload;
import java.util.List;
import java.util.Map;

/**
 * What was measured and how.
 *
 * @param schema {@link #SCHEMA}
 * @param kind of its numbers: simulated
 * @param command that made it
 * @param runId name of the run's folder
 * @param folder where the run's files are
 * @param wallSeconds of the measuring alone
 * @param device what computed it
 * @param workload sizes and scan; its epochs mean nothing here
 * @param wavelengthMetres of the light
 * @param resolutionRadians Rayleigh's limit of one aperture at the engine's default pixel pitch
 * @param snrDecibels of a pixel of intensity 1; null without noise
 * @param noiseSeed of the noise; null without noise
 * @param coverage share of k-space that the scan sees
 * @param apertures one for each measurement, in the order of the stack
 * @param units of the numbers, by what they count
 * @param files what each file holds
 * @param environment machine and process, the command line included
 */
public record MeasurementRecord(
        String schema,
        String kind,
        String command,
        String runId,
        String folder,
        String startedAt,
        double wallSeconds,
        String device,
        Workload workload,
        double wavelengthMetres,
        double resolutionRadians,
        Double snrDecibels,
        Long noiseSeed,
        double coverage,
        List<Aperture> apertures,
        Map<String, String> units,
        Map<String, String> files,
        JsonNode environment) {

    public static final String SCHEMA = "fizeau.measurement/1";

    /** Units of every record. */
    public static final Map<String, String> UNITS = Map.of(
            "amplitude", "square root of intensity; the object's largest is 1",
            "energy", "sum of squared amplitudes",
            "y, x", "pixels of the spectrum from zero frequency, rows downwards, columns to the right",
            "snrDecibels", "dB, 20 log10(intensity / standard deviation) at intensity 1");

    /**
     * One aperture position.
     *
     * @param number from 1, its place in the stack
     * @param y row of the centre
     * @param x column of the centre
     * @param openSamples spectrum samples it lets through
     * @param largest largest amplitude of its measurement
     * @param energy sum of squared amplitudes of its measurement
     */
    public record Aperture(int number, double y, double x, int openSamples, double largest, double energy) {}
}
