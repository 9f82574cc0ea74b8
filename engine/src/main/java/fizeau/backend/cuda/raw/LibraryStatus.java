// SPDX-License-Identifier: Apache-2.0
package fizeau.backend.cuda.raw;

/**
 * What one code of a library is called and means for a user.
 *
 * @param name as the library's header has it
 * @param meaning what to do about it
 * @param outOfMemory whether the device has no memory left
 * @param mayHideDriverFailure whether it may come from a device that is lost: then the driver knows more
 */
record LibraryStatus(String name, String meaning, boolean outOfMemory, boolean mayHideDriverFailure) {

    static final String DEFECT = "this should not happen and is a defect of Fizeau: please report it";

    static final String HARDWARE = "the library or the driver failed: look for hardware errors in the system's log";
}
