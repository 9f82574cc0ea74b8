// SPDX-License-Identifier: Apache-2.0
package fizeau.bench.im2im;

/** What a task is computed on; the words are Lightning's. */
public enum Accelerator {
    CPU("cpu"),
    GPU("gpu");

    private final String word;

    Accelerator(String word) {
        this.word = word;
    }

    public String word() {
        return word;
    }
}
