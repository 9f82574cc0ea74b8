// SPDX-License-Identifier: Apache-2.0
package fizeau.nativeconfig.elf;

import java.io.IOException;

/** A file is not an ELF shared object of the supported kind, or is damaged; the message is one sentence that says how. */
public final class ElfFormatException extends IOException {

    public ElfFormatException(String message) {
        super(message);
    }
}
