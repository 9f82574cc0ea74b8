// SPDX-License-Identifier: Apache-2.0
/** Everything that is to be shown on a GPU, one step after the other in processes of their own, as one table. */
package fizeau.bench.evidence;
