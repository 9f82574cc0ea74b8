// SPDX-License-Identifier: Apache-2.0
package fizeau.kernels;

import java.nio.charset.StandardCharsets;

/** Makes PTX with the right head and entries and nothing in them, which is all that the pretend driver reads. */
public final class PretendPtxCompiler implements KernelCompiler {

    @Override
    public String version() {
        return "pretend compiler 1";
    }

    @Override
    public byte[] compile(KernelSource source, CompileOptions options) {
        StringBuilder ptx = new StringBuilder();
        ptx.append(".version 9.0\n.target ").append(options.architecture().real());
        ptx.append("\n.address_size 64\n");
        String name = source.fileName().replace(".cu", "");
        for (Kernel kernel : KernelCatalog.kernelsOf(name)) {
            ptx.append(".visible .entry ").append(kernel.function()).append("(\n)\n{\n\tret;\n}\n");
        }
        return ptx.toString().getBytes(StandardCharsets.US_ASCII);
    }
}
