// SPDX-License-Identifier: Apache-2.0
package fizeau.bench;

import fizeau.backend.Plan;
import fizeau.backend.TrainingLevel;
import fizeau.nativeconfig.CudaAvailability;
import fizeau.nativeconfig.CudaLibrary;
import java.util.Optional;

/** Which of NVIDIA's libraries a training on a GPU needs, told from files before anything is started. */
final class TrainingLibraries {

    private TrainingLibraries() {}

    /** Why a level cannot train here, in one sentence; empty where it can. */
    static Optional<String> obstacle(CudaAvailability cuda, TrainingLevel level) {
        try {
            require(cuda, level, "auto");
            return Optional.empty();
        } catch (IllegalArgumentException missing) {
            return Optional.of(missing.getMessage());
        }
    }

    /**
     * Refuses, in one sentence and in the words of {@code doctor}, what needs a library that is not here.
     *
     * @param plan word of a transform plan
     */
    static void require(CudaAvailability cuda, TrainingLevel level, String plan) {
        if (level == TrainingLevel.LIBRARY) {
            String other = "--level " + TrainingLevel.FUSED.word();
            require(cuda, "--level " + level.word(), other, CudaLibrary.CUDNN);
            require(cuda, "--level " + level.word(), other, CudaLibrary.CUBLAS);
        }
        if (plan.equals(Plan.FFT.word())) {
            require(cuda, "--plan " + plan, "--plan " + Plan.MATRIX.word(), CudaLibrary.CUFFT);
        }
    }

    private static void require(CudaAvailability cuda, String asked, String other, CudaLibrary library) {
        String reason = "of CUDA only the driver is here; install a CUDA toolkit";
        if (cuda instanceof CudaAvailability.Available release) {
            if (release.library(library).isPresent()) {
                return;
            }
            reason = release.missing().stream()
                    .filter(missing -> missing.library() == library)
                    .map(CudaAvailability.MissingLibrary::sentence)
                    .findFirst()
                    .orElse("CUDA " + release.release() + " has no " + library.stem());
        }
        throw new IllegalArgumentException(asked + " is not possible: " + reason + "; or use " + other);
    }
}
