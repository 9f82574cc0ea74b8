// SPDX-License-Identifier: Apache-2.0
/**
 * What a benchmark ran on: the environment capsule of every record, and the memory and steal time of a running process.
 * What a machine does not tell is absent or "unknown", never guessed and never an error.
 */
package fizeau.bench.environment;
