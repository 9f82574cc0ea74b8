// SPDX-License-Identifier: Apache-2.0
/** The decoder that turns a latent vector into a picture: its layers, its parameters and their seeded start. */
package fizeau.reconstruct;
