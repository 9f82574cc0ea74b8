// SPDX-License-Identifier: Apache-2.0
/** Which backend a user asked for, and which one this machine can give. */
package fizeau.backend.selection;
