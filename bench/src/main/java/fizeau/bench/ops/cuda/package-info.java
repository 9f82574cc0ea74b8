// SPDX-License-Identifier: Apache-2.0
/** Operators and networks on an NVIDIA GPU: a plan as calls of cuDNN, cuBLAS and kernels of ours, replayed as one graph. */
package fizeau.bench.ops.cuda;
