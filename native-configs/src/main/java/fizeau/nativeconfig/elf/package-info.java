// SPDX-License-Identifier: Apache-2.0
/**
 * Reading 64-bit little-endian ELF shared objects, and rewriting the name of a library that one of them needs in a
 * private copy. Plain bytes: nothing is loaded or executed.
 */
package fizeau.nativeconfig.elf;
