// SPDX-License-Identifier: Apache-2.0
/** The stages that a backend computes, whatever it runs on, and the switches of its optimisations. */
package fizeau.backend;
