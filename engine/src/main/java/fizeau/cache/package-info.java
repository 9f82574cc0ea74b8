// SPDX-License-Identifier: Apache-2.0
/** One small bounded cache and its counters; what is cached is decided by its users. */
package fizeau.cache;
