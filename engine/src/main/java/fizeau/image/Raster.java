// SPDX-License-Identifier: Apache-2.0
package fizeau.image;

import fizeau.optics.Shape;

/**
 * The pixels of a file, converted to one finite number each and otherwise untouched.
 *
 * @param shape rows and columns as stored in the file; row 0 is the file's first row
 * @param values {@code shape.count()} values, row-major, owned by this record; pictures are scaled to 0..1 of full range
 * @param quantity what the file format holds by convention
 */
record Raster(Shape shape, float[] values, PixelQuantity quantity) {}
