// SPDX-License-Identifier: Apache-2.0
/**
 * Thin owners over JCuda: context, stream, memory, module, event and graph, each freed once and each error a sentence. The only
 * place of the engine where JCuda's types appear.
 */
package fizeau.backend.cuda.raw;
