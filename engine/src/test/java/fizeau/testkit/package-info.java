// SPDX-License-Identifier: Apache-2.0
/**
 * What tests of every module share: plain double-precision references, the shapes to try, and the tolerances to hold.
 * Published as a test-jar; slow on purpose where slowness keeps a formula readable.
 */
package fizeau.testkit;
