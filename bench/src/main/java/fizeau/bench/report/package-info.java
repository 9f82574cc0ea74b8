// SPDX-License-Identifier: Apache-2.0
/** What people read: text, tables, CSV and pictures, all made from one record. */
package fizeau.bench.report;
