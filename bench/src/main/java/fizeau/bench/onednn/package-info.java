// SPDX-License-Identifier: Apache-2.0
/** oneDNN on the CPU: its engine, stream, memory and threads, for whoever computes with its primitives. */
package fizeau.bench.onednn;
