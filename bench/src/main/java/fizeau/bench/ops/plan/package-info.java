// SPDX-License-Identifier: Apache-2.0
/**
 * What is decided about a computation before a library is asked: its operations, which of them become one, where results lie.
 */
package fizeau.bench.ops.plan;
