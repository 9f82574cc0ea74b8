// SPDX-License-Identifier: Apache-2.0
package fizeau.backend.cuda.raw;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import fizeau.backend.MeasurementOperator;
import fizeau.backend.Plan;
import fizeau.backend.cuda.CudaBackend;
import fizeau.backend.cuda.PretendCudaExtension;
import fizeau.backend.cuda.raw.DeviceActivity.Kind;
import fizeau.kernels.PretendCuda;
import fizeau.nativeconfig.ProfilerLibraries;
import fizeau.optics.Mask;
import fizeau.optics.Shape;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** What the device did, told by a pretend CUPTI through Bytedeco's real binding, on the clock of the host. */
@ExtendWith(PretendCudaExtension.class)
class CuptiTimelineTest {

    private static final Shape OBJECT = new Shape(7, 8);
    private static final Shape FRAME = new Shape(20, 24);
    private static final int REPEATS = 30; // more records than one buffer of the pretend library takes

    private final PretendCuda machine;

    CuptiTimelineTest(PretendCuda machine) {
        this.machine = machine;
    }

    @BeforeEach
    void noOtherCupti() {
        PretendCudaExtension.assumeItsCuptiCameFirst(machine);
    }

    private ProfilerLibraries libraries() {
        return ProfilerLibraries.find(machine.settings());
    }

    @Test
    void kernelsAndCopiesLieWithinTheTimesOfTheirCalls() {
        float[] image = new float[FRAME.count()];
        try (CudaBackend backend = CudaBackend.open(machine.settings(), 0);
                CuptiTimeline timeline = CuptiTimeline.open(libraries());
                MeasurementOperator operator = backend.measurementOperator(OBJECT, FRAME, Plan.MATRIX)) {
            operator.load(new float[OBJECT.count()]);
            operator.measure(List.of(Mask.open(FRAME)), image); // before anybody records
            timeline.start();
            long began = System.nanoTime();
            for (int i = 0; i < REPEATS; i++) {
                operator.measure(List.of(Mask.open(FRAME)), image);
            }
            long ended = System.nanoTime();
            List<DeviceActivity> activities = timeline.stop();

            assertThat(activities).isSortedAccordingTo((a, b) -> Long.compare(a.startNanos(), b.startNanos()));
            assertThat(activities).allSatisfy(activity -> {
                assertThat(activity.startNanos()).isBetween(began - 100_000, ended);
                assertThat(activity.endNanos()).isBetween(activity.startNanos(), ended + 100_000);
                assertThat(activity.stream()).isPositive();
            });
            assertThat(named(activities, "box_project")).hasSize(REPEATS).allMatch(kernel -> kernel.bytes() == 0);
            assertThat(named(activities, "row_amplitude")).hasSize(REPEATS);
            assertThat(named(activities, "copy to host"))
                    .hasSize(REPEATS)
                    .allMatch(copy -> copy.bytes() == (long) Float.BYTES * FRAME.count());
            assertThat(activities.stream().map(DeviceActivity::correlation)).doesNotHaveDuplicates();
            assertThat(timeline.dropped()).isZero();

            timeline.start();
            assertThat(timeline.stop()).as("a second recording begins empty").isEmpty();
            assertThatThrownBy(timeline::stop).isInstanceOf(IllegalStateException.class);
        }
        assertThat(LiveObjects.count()).isZero();
    }

    @Test
    void kernelsOfAGraphCarryItsNumber() {
        CudaDriver driver = CudaDriver.load(machine.libraries().resolve("libcuda.so.1"));
        try (CudaContext context = CudaContext.open(driver, 0);
                CuptiTimeline timeline = CuptiTimeline.open(libraries())) {
            CudaStream stream = CudaStream.open(context);
            DeviceMemory memory = DeviceMemory.allocate(context, 64, "a test");
            CudaGraph graph = stream.capture(() -> stream.clear(memory));
            timeline.start();
            stream.clear(memory);
            IntStream.range(0, 3).forEach(i -> stream.launch(graph));
            stream.synchronize();
            List<DeviceActivity> fills = timeline.stop();
            assertThat(fills).hasSize(4).allMatch(fill -> fill.kind() == Kind.FILL && fill.bytes() == 64);
            assertThat(fills.get(0).graph()).isZero();
            assertThat(fills.subList(1, 4)).allMatch(fill -> fill.graph() > 0);
        }
    }

    @Test
    void whatIsMissingIsNamed() {
        assertThatThrownBy(() ->
                        CuptiTimeline.open(new ProfilerLibraries(Optional.empty(), Optional.empty(), Optional.empty())))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageStartingWith("no timeline of kernels: libcudart.so.13 is not on this machine");
        ProfilerLibraries found = libraries();
        assertThatThrownBy(() ->
                        CuptiTimeline.open(new ProfilerLibraries(Optional.empty(), found.runtime(), Optional.empty())))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("libcupti.so.13 is not on this machine");
        assertThatThrownBy(() ->
                        NvtxRanges.open(new ProfilerLibraries(Optional.empty(), Optional.empty(), Optional.empty())))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("libnvtx3interop.so.1 is not on this machine");
    }

    /** Without a context CUPTI refuses, as the real one does without a driver. */
    @Test
    void aRefusalIsTold() {
        CudaDriver.load(machine.libraries().resolve("libcuda.so.1"));
        try (CuptiTimeline timeline = CuptiTimeline.open(libraries())) {
            assertThatThrownBy(timeline::start)
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessageStartingWith(
                            "no timeline of kernels: cuptiActivityEnable answered CUPTI_ERROR_NOT_INITIALIZED (15);");
        }
    }

    private static List<DeviceActivity> named(List<DeviceActivity> activities, String name) {
        return activities.stream()
                .filter(activity -> activity.name().equals(name))
                .toList();
    }
}
