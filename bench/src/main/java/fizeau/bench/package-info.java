// SPDX-License-Identifier: Apache-2.0
/** The command line: one class per command, the options they share, and the exit codes. */
package fizeau.bench;
