// SPDX-License-Identifier: Apache-2.0
package fizeau.bench.profile;

import com.fasterxml.jackson.databind.JsonNode;
import fizeau.bench.trace.RangeStatistics;
import fizeau.bench.training.VariantSpec;
import fizeau.bench.workload.Workload;
import java.util.List;
import java.util.Map;

/**
 * The record of a profile on a device.
 *
 * @param kind {@code measured}
 * @param folder where the run's files are, as people see it
 * @param description device, driver, where its kernels come from
 * @param variant switches of the training; null where the operator was profiled
 * @param work what was profiled
 * @param seconds of the recorded pass, on the host
 * @param ranges of the host
 * @param device times on the device by name, by CUPTI; empty where it is not known
 * @param deviceStageSeconds times on the device by stage of an iteration; empty where it is not known, or nothing trains
 * @param deviceBusySeconds time in which the device did anything; null where it is not known
 * @param droppedRecords activities for which CUPTI had no room
 * @param peakDeviceBytes the most device memory that was held
 * @param tools NVIDIA's profilers: how to call them, and what they wrote where they are here
 * @param remarks what is missing and why, as sentences
 */
public record DeviceProfile(
        String schema,
        String kind,
        String command,
        String runId,
        String folder,
        String startedAt,
        String description,
        Workload workload,
        VariantSpec variant,
        String work,
        double seconds,
        List<RangeStatistics> ranges,
        List<DeviceTimes> device,
        Map<String, Double> deviceStageSeconds,
        Double deviceBusySeconds,
        long droppedRecords,
        long peakDeviceBytes,
        List<ProfilerTool.Run> tools,
        List<String> remarks,
        JsonNode environment) {

    public static final String SCHEMA = "fizeau.device-profile/2";

    /** The same after NVIDIA's profilers were called, or looked for. */
    DeviceProfile withTools(List<ProfilerTool.Run> runs) {
        return new DeviceProfile(
                schema,
                kind,
                command,
                runId,
                folder,
                startedAt,
                description,
                workload,
                variant,
                work,
                seconds,
                ranges,
                device,
                deviceStageSeconds,
                deviceBusySeconds,
                droppedRecords,
                peakDeviceBytes,
                runs,
                remarks,
                environment);
    }

    /** What a person wants to know first. */
    public String summary() {
        return new DeviceProfileText(this).summary();
    }
}
