// SPDX-License-Identifier: Apache-2.0
package fizeau.bench.doctor;

/**
 * What libtorch says about itself once it is loaded.
 *
 * @param version of libtorch
 * @param threads its threads within one operation
 * @param vectorLevel the instructions it has chosen, for example "AVX512"
 */
public record LibtorchInfo(String version, int threads, String vectorLevel) {}
