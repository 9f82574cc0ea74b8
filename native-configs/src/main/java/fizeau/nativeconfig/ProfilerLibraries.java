// SPDX-License-Identifier: Apache-2.0
package fizeau.nativeconfig;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * NVIDIA's libraries for profiling, each the first file of its name. They are not part of a CUDA release as the engine uses
 * it: nothing but a profile asks for them.
 *
 * @param cupti the activity interface; the binding was made for CUDA 13 and takes no other major
 * @param runtime CUDA's runtime, which the bindings of both others are linked with
 * @param nvtx the functions of NVTX 3 as a library, which else are in a header only
 */
public record ProfilerLibraries(Optional<Path> cupti, Optional<Path> runtime, Optional<Path> nvtx) {

    public static final String CUPTI = "libcupti.so.13";
    public static final String RUNTIME = "libcudart.so.13";
    public static final String NVTX = "libnvtx3interop.so.1";

    /** Looks where CUDA's libraries are looked for, and where toolkits keep CUPTI. Reads folders only. */
    public static ProfilerLibraries find(Settings settings) {
        List<Path> folders = new ArrayList<>();
        for (SearchStep step : SearchSteps.standard()) {
            for (Path folder : step.folders().apply(settings)) {
                folders.add(folder);
                // .../lib64 of a toolkit, or .../targets/x86_64-linux/lib
                Path parent = folder.toAbsolutePath().normalize().getParent();
                if (parent != null) {
                    folders.add(parent.resolve("extras/CUPTI/lib64"));
                }
            }
        }
        return new ProfilerLibraries(first(folders, CUPTI), first(folders, RUNTIME), first(folders, NVTX));
    }

    private static Optional<Path> first(List<Path> folders, String name) {
        return folders.stream()
                .map(folder -> folder.resolve(name))
                .filter(Files::isRegularFile)
                .findFirst();
    }
}
