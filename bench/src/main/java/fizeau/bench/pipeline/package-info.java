// SPDX-License-Identifier: Apache-2.0
/** The engine as a tool: an object in, its measurements or its reconstruction out. */
package fizeau.bench.pipeline;
