// SPDX-License-Identifier: Apache-2.0
/**
 * Pictures in and out: reading image files into amplitude objects by one stated conversion, writing grey pictures and
 * NPY arrays, and the built-in scene that needs no file.
 */
package fizeau.image;
