// SPDX-License-Identifier: Apache-2.0
/** Changes single cells of a LaTeX table and leaves every other byte of the file as it is. */
package fizeau.bench.latex;
