// SPDX-License-Identifier: Apache-2.0
package fizeau.bench.onednn;

import org.bytedeco.javacpp.Pointer;

/** A place in memory that somebody else owns. */
public final class At extends Pointer {

    public At(long place) {
        super((Pointer) null);
        address = place;
    }
}
