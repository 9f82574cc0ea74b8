// SPDX-License-Identifier: Apache-2.0
/** What a fresh process of the inference family does: opens a framework, compares its answer, times it. */
package fizeau.bench.infer.run;
