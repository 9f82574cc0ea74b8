// SPDX-License-Identifier: Apache-2.0
package fizeau.bench.im2im;

/** Where volumes come from. Safe for use by several threads. */
public interface VolumeSource {

    /** How many volumes there are. */
    int count();

    /** Reads what the network sees. */
    RawVolume input(int index);

    /** Reads what it is to learn. */
    RawVolume target(int index);

    /** In words, for records. */
    String description();
}
