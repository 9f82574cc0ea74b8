// SPDX-License-Identifier: Apache-2.0
/**
 * Which native CUDA libraries this machine has, which of them fit together, and rewriting a JNI library so that it binds
 * to the ones that are here. Nothing in this package loads a native library.
 */
package fizeau.nativeconfig;
