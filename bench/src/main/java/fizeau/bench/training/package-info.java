// SPDX-License-Identifier: Apache-2.0
/**
 * The telescope family: trainings of the same workload by different implementations, timed in their own processes and
 * compared in quality before speed.
 */
package fizeau.bench.training;
