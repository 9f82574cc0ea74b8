// SPDX-License-Identifier: Apache-2.0
/** The opponent of the jets: the same training by libtorch's automatic differentiation, derivatives by double backward. */
package fizeau.bench.pinn.eager;
