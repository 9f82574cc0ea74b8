// SPDX-License-Identifier: Apache-2.0
/** Where time went, event by event: nested ranges, Chrome traces, TensorBoard event files and flame graphs. */
package fizeau.bench.trace;
