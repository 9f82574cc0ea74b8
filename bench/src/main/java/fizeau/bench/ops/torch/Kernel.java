// SPDX-License-Identifier: Apache-2.0
package fizeau.bench.ops.torch;

import org.bytedeco.pytorch.Tensor;

/** One way to compute an operator or a model, ready to run on its input. Owns what it prepared. Confined to one thread. */
interface Kernel extends AutoCloseable {

    /** One call: the whole work from the plain input to the plain output. */
    void run();

    /** The output of the last call, dense and row-major; valid until the next call. */
    Tensor output();

    @Override
    void close();
}
