// SPDX-License-Identifier: Apache-2.0
package fizeau.bench.infer.onednn;

import org.bytedeco.javacpp.Pointer;

/** A place in memory that somebody else owns. */
final class At extends Pointer {

    At(long place) {
        super((Pointer) null);
        address = place;
    }
}
