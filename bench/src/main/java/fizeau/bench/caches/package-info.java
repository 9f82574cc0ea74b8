// SPDX-License-Identifier: Apache-2.0
/** What single caches cost and save: hits, misses and the work itself, timed call by call in processes of their own. */
package fizeau.bench.caches;
