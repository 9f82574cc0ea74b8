// SPDX-License-Identifier: Apache-2.0
/**
 * The telescope as plain mathematics: sampling grids, apertures and their masks, scan patterns, point spread functions and
 * detector noise. Pixels and positions are always {@code (y, x)}; nothing here knows a backend.
 */
package fizeau.optics;
