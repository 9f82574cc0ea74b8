// SPDX-License-Identifier: Apache-2.0
/** What a telescope measures: single, cumulative and dual measurements of an object. */
package fizeau.measure;
