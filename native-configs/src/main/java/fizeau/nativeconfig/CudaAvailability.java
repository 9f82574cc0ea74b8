// SPDX-License-Identifier: Apache-2.0
package fizeau.nativeconfig;

import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Whether the CUDA backend can be tried on this machine. Told from files: only calling the driver is proof. */
public sealed interface CudaAvailability permits CudaAvailability.Available, CudaAvailability.Unavailable {

    /**
     * A driver and a tested CUDA release that fits it.
     *
     * @param release CUDA release, for example {@code 13.0}
     * @param libraries what to load, all of that release, in the order of loading
     * @param missing what the release also has but this machine has not
     * @param remarks what may still get in the way, as sentences
     */
    record Available(
            String release,
            Map<CudaLibrary, NativeLibrary> libraries,
            List<MissingLibrary> missing,
            List<String> remarks)
            implements CudaAvailability {

        public Available {
            missing = List.copyOf(missing);
            remarks = List.copyOf(remarks);
        }

        /** Where a library is; empty when this machine does not have it. */
        public Optional<NativeLibrary> library(CudaLibrary library) {
            return Optional.ofNullable(libraries.get(library));
        }
    }

    /**
     * No CUDA release to use.
     *
     * @param reasons at least one; each says what is wrong and what to do
     * @param driverUsable whether there is a driver all the same: it runs kernels that were compiled beforehand
     */
    record Unavailable(List<String> reasons, boolean driverUsable) implements CudaAvailability {

        /** Nor a driver: the CPU has to do it. */
        public Unavailable(List<String> reasons) {
            this(reasons, false);
        }

        public Unavailable {
            reasons = List.copyOf(reasons);
            if (reasons.isEmpty()) {
                throw new IllegalArgumentException("CUDA cannot be unavailable without a reason");
            }
        }
    }

    /**
     * A library that is not on this machine.
     *
     * @param library which
     * @param soname its exact name
     * @param remedy how to get it
     */
    record MissingLibrary(CudaLibrary library, String soname, String remedy) {

        /** One sentence: what is missing, for what, and how to get it. */
        public String sentence() {
            return soname + " is missing, which " + library.purpose() + " needs: " + remedy;
        }
    }
}
