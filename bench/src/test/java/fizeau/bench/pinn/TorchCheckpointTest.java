// SPDX-License-Identifier: Apache-2.0
package fizeau.bench.pinn;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import fizeau.bench.files.Json;
import fizeau.bench.pinn.checkpoint.StoredTensor;
import fizeau.bench.pinn.checkpoint.TorchFile;
import fizeau.pinn.LowRankNetwork;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Checkpoints of PyTorch. The files {@code width2_*.pt} were written by torch 2.6 with {@code WRITER} below, the scripted one
 * without its notes for debuggers; where Python has
 * torch, fresh ones are read too, and the network's value is torch's own.
 */
class TorchCheckpointTest {
    private static final double[] PARAMETERS = {0.7, 1.9, 0};

    /** Writes files of both phases, a wrapped one and a scripted one, and prints what torch computes with them. */
    private static final String WRITER = """
            import json, sys, torch
            width, folder = int(sys.argv[1]), sys.argv[2]
            torch.manual_seed(7)
            Linear, Parameter = torch.nn.Linear, torch.nn.Parameter

            class Basis(torch.nn.Module):
                def __init__(self):
                    super().__init__()
                    self.start_layer, self.end_layer = Linear(2, width), Linear(width, 1)
                    for i in range(3):
                        setattr(self, f"col_basis_{i}", Parameter(torch.randn(width, width)))
                        setattr(self, f"row_basis_{i}", Parameter(torch.randn(width, width).t()))

            class First(Basis):
                def __init__(self):
                    super().__init__()
                    self.meta_layer_1 = Linear(3, width)
                    self.meta_layer_2, self.meta_layer_3 = Linear(width, width), Linear(width, width)
                    for i in range(3):
                        setattr(self, f"meta_alpha_{i}", Linear(width, width))

                def alphas(self, parameters):
                    meta = torch.tanh(self.meta_layer_1(parameters))
                    meta = torch.tanh(self.meta_layer_3(torch.tanh(self.meta_layer_2(meta))))
                    return [torch.relu(layer(meta)) for layer in (self.meta_alpha_0, self.meta_alpha_1, self.meta_alpha_2)]

            class Second(Basis):
                def __init__(self, first, alphas):
                    super().__init__()
                    self.load_state_dict(first.state_dict(), strict=False)
                    self.alpha_0, self.alpha_1, self.alpha_2 = [Parameter(alpha.detach().abs() + 0.1) for alpha in alphas]

                def forward(self, x, t):
                    h = torch.tanh(self.start_layer(torch.cat([x, t], 1)))
                    h = torch.tanh(h @ (self.col_basis_0 @ torch.diag(self.alpha_0) @ self.row_basis_0))
                    h = torch.tanh(h @ (self.col_basis_1 @ torch.diag(self.alpha_1) @ self.row_basis_1))
                    h = torch.tanh(h @ (self.col_basis_2 @ torch.diag(self.alpha_2) @ self.row_basis_2))
                    return self.end_layer(h)

            first = First()
            alphas = first.alphas(torch.tensor([0.7, 1.9, 0.0]))
            second = Second(first, alphas)
            torch.save(first.state_dict(), f"{folder}/width{width}_first.pt")
            torch.save(second.state_dict(), f"{folder}/width{width}_second.pt")
            torch.save({"epoch": 20000, "loss": 0.25, "model_state_dict": {
                "_orig_mod." + name: tensor.double() for name, tensor in second.state_dict().items()}},
                f"{folder}/width{width}_wrapped.pt")
            torch.jit.script(second).save(f"{folder}/width{width}_scripted.pt")
            x, t = torch.tensor([[0.3]]), torch.tensor([[-0.4]])
            print(json.dumps({"alphas": torch.cat(alphas).tolist(), "value": second(x, t).item()}))
            """;

    @TempDir
    private Path folder;

    @ParameterizedTest
    @ValueSource(strings = {"second", "wrapped", "scripted"})
    void storedFilesOfTheSecondPhaseGiveTheSameNetwork(String kind) throws IOException {
        PinnWeights weights = PinnWeights.read(resource("width2_" + kind + ".pt"), PARAMETERS);
        assertThat(weights.width()).isEqualTo(2);
        PinnWeights plain = PinnWeights.read(resource("width2_second.pt"), new double[3]);
        assertThat(weights.trainable()).isEqualTo(plain.trainable());
        assertThat(weights.columns()).isDeepEqualTo(plain.columns());
        assertThat(weights.rows()).isDeepEqualTo(plain.rows());
    }

    @Test
    void theMetaNetworkGivesTheAlphas() throws IOException {
        Path file = resource("width2_first.pt");
        PinnWeights weights = PinnWeights.read(file, PARAMETERS);
        PinnWeights others = PinnWeights.read(file, new double[] {-3, 2, 1});
        LowRankNetwork network = weights.network();
        for (int layer = 0; layer < 3; layer++) {
            for (int k = 0; k < 2; k++) {
                assertThat(weights.trainable()[network.alpha(layer) + k]).isNotNegative();
            }
        }
        assertThat(others.trainable()).isNotEqualTo(weights.trainable());
        assertThat(others.columns()).isDeepEqualTo(weights.columns());
        assertThat(PinnWeights.described(file)).contains("first phase");
        assertThat(PinnWeights.described(resource("width2_second.pt"))).contains("second phase");
    }

    @ParameterizedTest
    @ValueSource(ints = {2, 50})
    void whatPythonWritesNowIsReadAsPythonMeansIt(int width) throws IOException, InterruptedException {
        JsonNode expected = written(width);
        PinnWeights first = PinnWeights.read(folder.resolve("width" + width + "_first.pt"), PARAMETERS);
        for (int k = 0; k < 3 * width; k++) {
            assertThat((double) first.trainable()[first.network().alpha(0) + k])
                    .isCloseTo(expected.path("alphas").path(k).asDouble(), within(1e-6));
        }
        for (String kind : new String[] {"second", "wrapped", "scripted"}) {
            PinnWeights weights = PinnWeights.read(folder.resolve("width" + width + "_" + kind + ".pt"), PARAMETERS);
            assertThat(value(weights, 0.3, -0.4))
                    .as(kind)
                    .isCloseTo(expected.path("value").asDouble(), within(1e-5));
        }
    }

    @Test
    void whatIsNoCheckpointIsRefusedInWords() throws IOException {
        refused(Files.write(folder.resolve("empty.pt"), new byte[0]), "is neither a JSON checkpoint nor an archive");
        refused(Files.writeString(folder.resolve("text.pt"), "hello"), "is neither a JSON checkpoint nor an archive");
        refused(folder.resolve("none.pt"), "is no file that can be read");
        refused(folder, "is no file that can be read");
        refused(zip("a.zip", Map.of("readme", "x".getBytes(StandardCharsets.UTF_8))), "holds no data.pkl");
        refused(zip("b.zip", Map.of("b/data.pkl", new byte[] {(byte) 0x80, 2, '}'})), "its pickle is damaged");
        refused(zip("c.zip", Map.of("c/data.pkl", new byte[] {(byte) 0x80, 2, 'i'})), "operation 0x69");
        refused(
                zip("d.zip", Map.of("d/data.pkl", new byte[] {(byte) 0x80, 2, '}', '.'})),
                "0 tensors start_layer.weight");
        byte[] whole = Files.readAllBytes(resource("width2_second.pt"));
        byte[] cut = java.util.Arrays.copyOf(whole, whole.length / 2);
        refused(Files.write(folder.resolve("cut.pt"), cut), "cut.pt");
    }

    @Test
    void namesOfTensorsAreThoseOfTheModules() throws IOException {
        Map<String, StoredTensor> tensors = TorchFile.read(resource("width2_scripted.pt"));
        assertThat(tensors).containsKeys("start_layer.weight", "end_layer.bias", "alpha_2");
        assertThat(tensors.get("start_layer.weight").shape()).containsExactly(2, 2);
    }

    private void refused(Path file, String words) {
        assertThatThrownBy(() -> PinnWeights.described(file))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining(words)
                .hasMessageNotContaining("\n");
    }

    private Path zip(String name, Map<String, byte[]> entries) throws IOException {
        Path file = folder.resolve(name);
        try (ZipOutputStream zip = new ZipOutputStream(Files.newOutputStream(file))) {
            for (Map.Entry<String, byte[]> entry : entries.entrySet()) {
                zip.putNextEntry(new ZipEntry(entry.getKey()));
                zip.write(entry.getValue());
                zip.closeEntry();
            }
        }
        return file;
    }

    private Path resource(String name) throws IOException {
        try (var stream = TorchCheckpointTest.class.getResourceAsStream(name)) {
            return Files.write(folder.resolve(name), stream.readAllBytes());
        }
    }

    private JsonNode written(int width) throws IOException, InterruptedException {
        Path script = Files.writeString(folder.resolve("writer.py"), WRITER);
        Path said = folder.resolve("said.txt");
        Process process;
        try {
            process = new ProcessBuilder("python3", script.toString(), String.valueOf(width), folder.toString())
                    .redirectErrorStream(true)
                    .redirectOutput(said.toFile())
                    .start();
        } catch (IOException missing) {
            Assumptions.abort("no python3 here");
            return null;
        }
        assertThat(process.waitFor(3, TimeUnit.MINUTES)).isTrue();
        String text = Files.readString(said);
        Assumptions.assumeFalse(text.contains("No module named 'torch'"), "python3 has no torch");
        assertThat(process.exitValue()).as(text).isZero();
        String[] lines = text.strip().split("\n");
        return Json.parse(lines[lines.length - 1], JsonNode.class);
    }

    private static double value(PinnWeights weights, double x, double t) {
        int h = weights.width();
        LowRankNetwork network = weights.network();
        float[] p = weights.trainable();
        double[] y = new double[h];
        for (int j = 0; j < h; j++) {
            y[j] = Math.tanh(p[j] * x + p[h + j] * t + p[2 * h + j]);
        }
        for (int layer = 0; layer < 3; layer++) {
            double[] inner = new double[h];
            double[] next = new double[h];
            for (int k = 0; k < h; k++) {
                for (int i = 0; i < h; i++) {
                    inner[k] += y[i] * weights.columns()[layer][i * h + k];
                }
                inner[k] *= p[network.alpha(layer) + k];
            }
            for (int j = 0; j < h; j++) {
                for (int k = 0; k < h; k++) {
                    next[j] += inner[k] * weights.rows()[layer][k * h + j];
                }
                next[j] = Math.tanh(next[j]);
            }
            y = next;
        }
        double sum = p[network.endBias()];
        for (int j = 0; j < h; j++) {
            sum += p[network.endWeights() + j] * y[j];
        }
        return sum;
    }
}
