// SPDX-License-Identifier: Apache-2.0
package fizeau.bench.im2im;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import fizeau.random.NormalGenerator;
import fizeau.unet.UnetLayout;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import javax.imageio.IIOImage;
import javax.imageio.ImageIO;
import javax.imageio.ImageWriter;
import javax.imageio.stream.ImageOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Volumes on their way to the network and back. */
class VolumesTest {
    private static final int[] SIZE = {8, 16, 24};
    private static final Preparation SEGMENTATION = new Preparation(Experiment.SEGMENTATION, 2, 0.1);

    @TempDir
    private Path folder;

    @Test
    void reductionTakesMeans() {
        short[] values = new short[2 * 4 * 5];
        for (int i = 0; i < values.length; i++) {
            values[i] = (short) (60_000 + 17 * i);
        }
        Volume small = new RawVolume(2, 4, 5, values).reduced(2);
        assertThat(new int[] {small.nz(), small.ny(), small.nx()}).containsExactly(1, 2, 2);
        for (int y = 0; y < 2; y++) {
            for (int x = 0; x < 2; x++) {
                double sum = 0;
                for (int k = 0; k < 8; k++) {
                    int at = ((k / 4) * 4 + 2 * y + k / 2 % 2) * 5 + 2 * x + k % 2;
                    sum += 60_000 + 17 * at;
                }
                assertThat(small.values()[2 * y + x]).isCloseTo((float) (sum / 8), within(0.01f));
            }
        }
        assertThatThrownBy(() -> new RawVolume(2, 4, 5, values).reduced(4)).hasMessageContaining("too small");
    }

    @Test
    void inputsAreNormalisedAndMasksAreZerosAndOnes() {
        SyntheticVolumes source = new SyntheticVolumes(2, SIZE, 3);
        Volume input = SEGMENTATION.input(source.input(0));
        double mean = 0;
        double square = 0;
        for (float value : input.values()) {
            mean += value / input.count();
            square += value * value / (double) input.count();
        }
        assertThat(mean).isCloseTo(0, within(1e-5));
        assertThat(square).isCloseTo(1, within(1e-4));
        float[] mask = SEGMENTATION.target(source.target(0)).values();
        int inside = 0;
        for (float value : mask) {
            assertThat(value == 0 || value == 1).isTrue();
            inside += (int) value;
        }
        assertThat(inside).isBetween(1, mask.length - 1);
        assertThat(source.input(0).values()).isNotEqualTo(source.input(1).values());
        assertThat(new SyntheticVolumes(1, SIZE, 3).input(0).values())
                .isEqualTo(source.input(0).values());
        assertThat(new SyntheticVolumes(1, SIZE, 4).input(0).values())
                .isNotEqualTo(source.input(0).values());
    }

    @Test
    void patchesDoNotDependOnWhoMakesThemWhen() {
        SyntheticVolumes source = new SyntheticVolumes(3, SIZE, 1);
        int[] patch = {2, 4, 8};
        PatchDataset plain = new PatchDataset(source, SEGMENTATION, patch, 5, true, false);
        PatchDataset kept = new PatchDataset(source, SEGMENTATION, patch, 5, true, true);
        try (Loader<PatchBatch> ahead = new Loader<>(index -> kept.training(1, index, 2), 4, true)) {
            for (int index = 0; index < 4; index++) {
                PatchBatch expected = plain.training(1, index, 2);
                PatchBatch got = ahead.next();
                assertThat(got.input()).isEqualTo(expected.input());
                assertThat(got.target()).isEqualTo(expected.target());
            }
            assertThatThrownBy(ahead::next).isInstanceOf(IllegalStateException.class);
        }
        assertThat(plain.training(1, 0, 2).input())
                .isNotEqualTo(plain.training(1, 1, 2).input());
        assertThat(plain.training(1, 0, 2).input())
                .isNotEqualTo(plain.training(2, 0, 2).input());
        PatchDataset bare = new PatchDataset(source, SEGMENTATION, patch, 5, false, false);
        assertThat(bare.training(1, 0, 2).input())
                .isNotEqualTo(plain.training(1, 0, 2).input());
        assertThat(bare.training(1, 0, 2).target())
                .isEqualTo(plain.training(1, 0, 2).target());
        assertThat(bare.validation(0, 2).input())
                .isEqualTo(plain.validation(0, 2).input());
        PatchDataset tooLarge = new PatchDataset(source, SEGMENTATION, new int[] {8, 8, 8}, 5, true, false);
        try (Loader<PatchBatch> failing = new Loader<>(index -> tooLarge.training(0, index, 1), 1, true)) {
            assertThatThrownBy(failing::next)
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessageContaining("does not fit into a volume of 4 x 8 x 12");
        }
    }

    @Test
    void tiffFilesAreReadPageByPage() throws IOException {
        short[] deep = new short[3 * 4 * 5];
        for (int i = 0; i < deep.length; i++) {
            deep[i] = (short) (i * 1031);
        }
        writeTiff("b.tif", 3, 4, 5, deep, BufferedImage.TYPE_USHORT_GRAY);
        assertThat(TiffVolumes.read(folder.resolve("b.tif")))
                .usingRecursiveComparison()
                .isEqualTo(new RawVolume(3, 4, 5, deep));
        short[] shallow = {1, 2, 200, 255};
        writeTiff("a.TIFF", 1, 2, 2, shallow, BufferedImage.TYPE_BYTE_GRAY);
        TiffVolumes volumes = new TiffVolumes(folder, false);
        assertThat(volumes.count()).isEqualTo(2);
        assertThat(volumes.input(0).values()).isEqualTo(shallow);
        assertThatThrownBy(() -> new TiffVolumes(folder, true)).hasMessageContaining("has no a_target.TIFF beside it");
        writeTiff("a_target.TIFF", 1, 2, 2, shallow, BufferedImage.TYPE_BYTE_GRAY);
        writeTiff("b_target.tif", 3, 4, 5, deep, BufferedImage.TYPE_USHORT_GRAY);
        assertThat(new TiffVolumes(folder, true).target(1).values()).isEqualTo(deep);
        assertThat(new TiffVolumes(folder, true).count()).isEqualTo(2);

        Path damaged = Files.write(folder.resolve("c.tif"), new byte[] {73, 73, 42, 0, 8, 0, 0, 0, 1});
        assertThatThrownBy(() -> TiffVolumes.read(damaged))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("cannot be read as TIFF");
        assertThatThrownBy(() -> new TiffVolumes(folder.resolve("none"), false)).hasMessageContaining("does not exist");
        assertThatThrownBy(() -> new TiffVolumes(Files.createDirectory(folder.resolve("empty")), false))
                .hasMessageContaining("holds no TIFF file");
    }

    private void writeTiff(String name, int nz, int ny, int nx, short[] values, int type) throws IOException {
        ImageWriter writer = ImageIO.getImageWritersByFormatName("tiff").next();
        try (ImageOutputStream out =
                ImageIO.createImageOutputStream(folder.resolve(name).toFile())) {
            writer.setOutput(out);
            writer.prepareWriteSequence(null);
            for (int z = 0; z < nz; z++) {
                BufferedImage plane = new BufferedImage(nx, ny, type);
                for (int i = 0; i < ny * nx; i++) {
                    plane.getRaster().setSample(i % nx, i / nx, 0, values[z * ny * nx + i] & 0xffff);
                }
                writer.writeToSequence(new IIOImage(plane, null, null), null);
            }
            writer.endWriteSequence();
        } finally {
            writer.dispose();
        }
    }

    @Test
    void windowsCoverAVolumeAndPutItTogetherAgain() {
        int[] size = {5, 9, 12};
        int[] window = {4, 4, 8};
        Volume volume = random(size, 1);
        for (double overlap : new double[] {0, 0.5}) {
            SlidingWindow plan = new SlidingWindow(size, window, overlap);
            SlidingWindow.Assembly assembly = plan.new Assembly();
            float[] values = new float[PatchBatch.voxels(window) + 3];
            for (int place = 0; place < plan.places().size(); place++) {
                int[] at = plan.places().get(place);
                volume.crop(at[0], at[1], at[2], window, values, 3);
                assembly.add(place, values, 3);
            }
            float[] together = assembly.mean().values();
            for (int i = 0; i < together.length; i++) {
                assertThat(together[i]).isCloseTo(volume.values()[i], within(1e-5f));
            }
        }
        assertThat(new SlidingWindow(size, window, 0).places()).hasSize(2 * 3 * 2);
        assertThatThrownBy(() -> new SlidingWindow(size, new int[] {8, 4, 4}, 0))
                .hasMessageContaining("does not fit");
    }

    @Test
    void labelsAreThoseOfAFloodFill() {
        for (int seed = 0; seed < 20; seed++) {
            Volume output = random(new int[] {3, 5, 7}, seed);
            Postprocess.Result result = Postprocess.of(Experiment.SEGMENTATION, output);
            int[] expected = flood(output);
            assertThat(result.values()).isEqualTo(expected);
            assertThat(result.regions()).isEqualTo(Arrays.stream(expected).max().orElseThrow());
        }
    }

    private static int[] flood(Volume volume) {
        int[] labels = new int[volume.count()];
        int next = 0;
        for (int start = 0; start < labels.length; start++) {
            if (labels[start] > 0 || volume.values()[start] <= 0) {
                continue;
            }
            next++;
            Deque<Integer> open = new ArrayDeque<>();
            open.push(start);
            labels[start] = next;
            while (!open.isEmpty()) {
                int at = open.pop();
                int x = at % volume.nx();
                int y = at / volume.nx() % volume.ny();
                int z = at / volume.nx() / volume.ny();
                int[][] neighbours = {
                    {z - 1, y, x}, {z + 1, y, x}, {z, y - 1, x}, {z, y + 1, x}, {z, y, x - 1}, {z, y, x + 1}
                };
                for (int[] n : neighbours) {
                    boolean within = n[0] >= 0
                            && n[0] < volume.nz()
                            && n[1] >= 0
                            && n[1] < volume.ny()
                            && n[2] >= 0
                            && n[2] < volume.nx();
                    int to = (n[0] * volume.ny() + n[1]) * volume.nx() + n[2];
                    if (within && labels[to] == 0 && volume.values()[to] > 0) {
                        labels[to] = next;
                        open.push(to);
                    }
                }
            }
        }
        return labels;
    }

    @Test
    void picturesAreRescaledToTheirRange() {
        Postprocess.Result result =
                Postprocess.of(Experiment.LABELFREE, new Volume(1, 1, 4, new float[] {-1, 0, 0.5f, 3}));
        assertThat(result.values()).containsExactly(0, 16_384, 24_576, 65_535);
        assertThat(Postprocess.of(Experiment.LABELFREE, new Volume(1, 1, 2, new float[] {2, 2}))
                        .values())
                .containsExactly(0, 0);
    }

    @Test
    void theLayoutIsThatOfTheOriginal() {
        UnetLayout layout = new UnetLayout(List.of(16, 32, 64));
        Map<String, Integer> counts = new HashMap<>();
        layout.segments().forEach(segment -> counts.put(segment.name(), segment.count()));
        assertThat(counts)
                .containsEntry("input.conv1", 16 * 27)
                .containsEntry("input.conv3", 16)
                .containsEntry("down2.conv3", 64 * 32)
                .containsEntry("up1.transp_conv", 64 * 32 * 8)
                .containsEntry("up0.conv1", 32 * 16 * 27)
                .containsEntry("output.bias", 1);
        int sum = counts.values().stream().mapToInt(Integer::intValue).sum();
        assertThat(layout.parameterCount()).isEqualTo(sum);
        assertThat(layout.seeded(1)).isEqualTo(layout.seeded(1)).isNotEqualTo(layout.seeded(2));
        double square = 0;
        float[] values = layout.seeded(1);
        UnetLayout.Segment some = layout.segments().stream()
                .filter(segment -> segment.name().equals("down2.conv2"))
                .findFirst()
                .orElseThrow();
        for (int i = 0; i < some.count(); i++) {
            square += values[some.offset() + i] * values[some.offset() + i] / (double) some.count();
        }
        assertThat(square).isCloseTo(2 / (1.0001 * 64 * 27), within(2e-5));
    }

    private static Volume random(int[] size, long seed) {
        NormalGenerator random = new NormalGenerator(seed);
        float[] values = new float[PatchBatch.voxels(size)];
        for (int i = 0; i < values.length; i++) {
            values[i] = (float) random.nextNormal();
        }
        return new Volume(size[0], size[1], size[2], values);
    }
}
