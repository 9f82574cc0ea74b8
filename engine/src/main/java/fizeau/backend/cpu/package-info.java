// SPDX-License-Identifier: Apache-2.0
/** The backend that runs everywhere: matrix products by OpenBLAS, FFTs by libtorch, everything else in Java. */
package fizeau.backend.cpu;
