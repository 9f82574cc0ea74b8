// SPDX-License-Identifier: Apache-2.0
/**
 * A report as data (headline, tables whose cells know where in the record they come from, figures) and its renderings:
 * one self-contained HTML page, Markdown, CSV and LaTeX.
 */
package fizeau.bench.page;
