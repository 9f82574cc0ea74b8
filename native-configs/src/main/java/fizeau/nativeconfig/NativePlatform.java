// SPDX-License-Identifier: Apache-2.0
package fizeau.nativeconfig;

import fizeau.nativeconfig.elf.ElfHeader;
import java.util.Locale;
import java.util.Optional;

/** Operating systems and processors for which CUDA libraries are looked for, with the names others give them. */
public enum NativePlatform {
    LINUX_X86_64("linux-x86_64", "x86_64-linux", "x86_64-linux-gnu", ElfHeader.MACHINE_X86_64),
    LINUX_ARM64("linux-arm64", "sbsa-linux", "aarch64-linux-gnu", ElfHeader.MACHINE_AARCH64);

    private final String javaCppName;
    private final String toolkitTarget;
    private final String multiarchName;
    private final int elfMachine;

    NativePlatform(String javaCppName, String toolkitTarget, String multiarchName, int elfMachine) {
        this.javaCppName = javaCppName;
        this.toolkitTarget = toolkitTarget;
        this.multiarchName = multiarchName;
        this.elfMachine = elfMachine;
    }

    /** The platform that the properties {@code os.name} and {@code os.arch} name; empty for any other. */
    public static Optional<NativePlatform> of(Settings settings) {
        String system = settings.property("os.name").orElse("").toLowerCase(Locale.ROOT);
        if (!system.equals("linux")) {
            return Optional.empty();
        }
        return switch (settings.property("os.arch").orElse("")) {
            case "amd64", "x86_64" -> Optional.of(LINUX_X86_64);
            case "aarch64", "arm64" -> Optional.of(LINUX_ARM64);
            default -> Optional.empty();
        };
    }

    /** Folder name in Bytedeco's jars. */
    public String javaCppName() {
        return javaCppName;
    }

    /** Folder name below {@code targets} of a CUDA toolkit. */
    public String toolkitTarget() {
        return toolkitTarget;
    }

    /** Folder name below {@code /usr/lib} on Debian and its kin. */
    public String multiarchName() {
        return multiarchName;
    }

    /** Processor number in the header of its libraries. */
    public int elfMachine() {
        return elfMachine;
    }
}
