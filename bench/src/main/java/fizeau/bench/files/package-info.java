// SPDX-License-Identifier: Apache-2.0
/** How results reach the disk: JSON, and run folders whose files are whole or absent. */
package fizeau.bench.files;
