// SPDX-License-Identifier: Apache-2.0
/** What every switch of the engine is worth, alone and left out, and what every cache costs and saves in a training. */
package fizeau.bench.ablation;
