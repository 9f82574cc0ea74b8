// SPDX-License-Identifier: Apache-2.0
/** The engine on an NVIDIA GPU, by kernels of our own; needs a driver and NVRTC, and cuFFT for the plan that names it. */
package fizeau.backend.cuda;
