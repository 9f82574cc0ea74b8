// SPDX-License-Identifier: Apache-2.0
package fizeau.bench.im2im;

import fizeau.backend.selection.DeviceName;
import java.util.Locale;
import java.util.Optional;
import java.util.function.Function;

/**
 * What the column {@code trainer} means: the value of {@link SettingKey#ACCELERATOR}. A GPU is asked for when a row first wants
 * it, once. Confined to one thread.
 */
public final class Trainers {
    private static final String CPU = Accelerator.CPU.word();
    private static final String GPU = Accelerator.GPU.word();

    private final DeviceName asked;
    private final Function<DeviceName, Optional<String>> obstacles;
    private Optional<String> obstacle;
    private boolean fellBack;

    /**
     * @param asked the device of the command line
     * @param obstacles says, in one phrase, why a device of CUDA cannot be used; empty where it can
     */
    public Trainers(DeviceName asked, Function<DeviceName, Optional<String>> obstacles) {
        this.asked = asked;
        this.obstacles = obstacles;
    }

    /** Everything on the processor. */
    public static Trainers processor() {
        return new Trainers(DeviceName.parse("cpu"), device -> Optional.of("the processor was asked for"));
    }

    /**
     * {@code cpu}, {@code gpu} or {@code gpu:N}; refuses, in one sentence, what is unknown or not possible here.
     *
     * @param trainer nothing: what the command line asked for, which, by itself, is the GPU where there is one
     */
    public String accelerator(String trainer) {
        return switch (trainer.toLowerCase(Locale.ROOT)) {
            case "" ->
                switch (asked.kind()) {
                    case CPU -> CPU;
                    case CUDA -> requireGpu("--device " + asked);
                    case AUTO -> {
                        fellBack = obstacle().isPresent();
                        yield fellBack ? CPU : card();
                    }
                };
            case "cpu" -> CPU;
            case "gpu" -> requireGpu("trainer gpu");
            case "ddp" ->
                throw new IllegalArgumentException(
                        "trainer ddp is not possible: it spreads a training over several graphics cards, use cpu or gpu");
            default -> throw new IllegalArgumentException("trainer " + trainer + " is unknown: use cpu or gpu");
        };
    }

    /** The GPU, for a row that names it elsewhere. */
    String requireGpu(String what) {
        if (asked.kind() == DeviceName.Kind.CPU) {
            throw new IllegalArgumentException(
                    what + " is not possible: --device cpu was asked for, leave one of them out");
        }
        obstacle().ifPresent(why -> {
            throw new IllegalArgumentException(what + " is not possible: " + why + ", use cpu");
        });
        return card();
    }

    /** Why rows that leave the choice to us are computed on the processor; empty where none is, or that was asked for. */
    public Optional<String> notice() {
        return fellBack ? obstacle : Optional.empty();
    }

    private Optional<String> obstacle() {
        if (obstacle == null) {
            obstacle = obstacles.apply(asked.kind() == DeviceName.Kind.CUDA ? asked : DeviceName.parse("cuda"));
        }
        return obstacle;
    }

    private String card() {
        return asked.ordinal() == 0 ? GPU : GPU + ":" + asked.ordinal();
    }
}
