// SPDX-License-Identifier: Apache-2.0
package fizeau.bench.im2im;

import fizeau.random.NormalGenerator;
import java.util.concurrent.atomic.AtomicReferenceArray;

/**
 * Patches of volumes. Patch {@code n} of epoch {@code e} is the same whoever asks for it, in whatever order: place and
 * augmentation are drawn from a generator seeded by both. Training patches lie anywhere and are scaled and shifted in
 * intensity by up to a tenth; validation patches lie in the middle and stay as they are. Safe for use by several threads.
 */
public final class PatchDataset {
    private static final double REACH = 0.1;

    private record Prepared(Volume input, Volume target) {}

    private final VolumeSource source;
    private final Preparation preparation;
    private final int[] patch;
    private final long seed;
    private final boolean augment;
    private final AtomicReferenceArray<Prepared> kept;

    /**
     * @param patch voxels along z, y and x
     * @param keep whether volumes are prepared once and then kept, instead of for every patch
     */
    public PatchDataset(
            VolumeSource source, Preparation preparation, int[] patch, long seed, boolean augment, boolean keep) {
        this.source = source;
        this.preparation = preparation;
        this.patch = patch.clone();
        this.seed = seed;
        this.augment = augment;
        this.kept = keep ? new AtomicReferenceArray<>(source.count()) : null;
    }

    /** Batch {@code index} of an epoch, {@code count} patches of volumes in shuffled order. */
    public PatchBatch training(int epoch, int index, int count) {
        PatchBatch batch = empty(count);
        for (int i = 0; i < count; i++) {
            long number = (long) index * count + i;
            NormalGenerator random = new NormalGenerator(((seed * 31 + epoch) * 1_000_003 + number) * 7919 + 17);
            fill(batch, i, (int) (random.nextUniform() * source.count()), random);
        }
        return batch;
    }

    /** Batch {@code index} of the validation. */
    public PatchBatch validation(int index, int count) {
        PatchBatch batch = empty(count);
        for (int i = 0; i < count; i++) {
            fill(batch, i, (index * count + i) % source.count(), null);
        }
        return batch;
    }

    private PatchBatch empty(int count) {
        int voxels = PatchBatch.voxels(patch);
        return new PatchBatch(count, patch, new float[count * voxels], new float[count * voxels]);
    }

    private void fill(PatchBatch batch, int position, int index, NormalGenerator random) {
        Prepared volume = prepared(index);
        int[] space = {
            volume.input().nz() - patch[0],
            volume.input().ny() - patch[1],
            volume.input().nx() - patch[2]
        };
        if (space[0] < 0 || space[1] < 0 || space[2] < 0) {
            throw new IllegalArgumentException("a patch of " + Im2imSettings.words(patch)
                    + " voxels does not fit into a volume of " + volume.input().nz() + " x "
                    + volume.input().ny() + " x " + volume.input().nx()
                    + " after its reduction: use larger volumes or a smaller data.patch");
        }
        int[] at = new int[3];
        for (int axis = 0; axis < 3; axis++) {
            at[axis] = random == null ? space[axis] / 2 : (int) (random.nextUniform() * (space[axis] + 1));
        }
        int voxels = PatchBatch.voxels(patch);
        volume.input().crop(at[0], at[1], at[2], patch, batch.input(), position * voxels);
        volume.target().crop(at[0], at[1], at[2], patch, batch.target(), position * voxels);
        if (augment && random != null) {
            float scale = (float) (1 + REACH * (2 * random.nextUniform() - 1));
            float shift = (float) (REACH * (2 * random.nextUniform() - 1));
            for (int i = position * voxels; i < (position + 1) * voxels; i++) {
                batch.input()[i] = batch.input()[i] * scale + shift;
            }
        }
    }

    private Prepared prepared(int index) {
        Prepared there = kept == null ? null : kept.get(index);
        if (there == null) {
            there = new Prepared(preparation.input(source.input(index)), preparation.target(source.target(index)));
            if (kept != null) {
                kept.set(index, there);
            }
        }
        return there;
    }
}
