// SPDX-License-Identifier: Apache-2.0
/** Reads tensors out of files that PyTorch has written, without PyTorch and without running what the files ask to run. */
package fizeau.bench.pinn.checkpoint;
