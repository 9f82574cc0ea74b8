// SPDX-License-Identifier: Apache-2.0
/**
 * How good an image is, measured against a reference in double precision. Also holds the image preparation of the
 * reference implementation, oddities included, so that its stored vectors can be checked.
 */
package fizeau.metric;
