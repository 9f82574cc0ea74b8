// SPDX-License-Identifier: Apache-2.0
package fizeau.backend.cuda;

import fizeau.kernels.BoxGeometry;
import fizeau.kernels.FrameGeometry;
import fizeau.optics.Box;
import fizeau.optics.Mask;
import fizeau.optics.Shape;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;

/**
 * Masks that go through the kernels together: in boxes of one size, each where its mask is.
 *
 * @param masks none closed, all of one frame
 * @param boxNy rows of every box
 * @param boxNx columns of every box
 */
record MaskBatch(List<Mask> masks, int boxNy, int boxNx) {

    /** Boxes whose edges differ by less go together: the apertures of a scan differ by a sample or two. */
    private static final int EDGE_STEP = 8;

    MaskBatch {
        masks = List.copyOf(masks);
    }

    /**
     * A batch and which of the masks it was made from are in it.
     *
     * @param positions of the batch's masks in the list they came from
     */
    record Part(MaskBatch batch, List<Integer> positions) {}

    /** One mask in its own box. */
    static MaskBatch of(Mask mask) {
        return new MaskBatch(
                List.of(mask), mask.bounds().height(), mask.bounds().width());
    }

    /** All masks in boxes of the largest size; at least one mask, none closed. */
    static MaskBatch ofAll(List<Mask> masks) {
        if (masks.isEmpty() || masks.stream().anyMatch(mask -> mask.openCount() == 0)) {
            throw new IllegalArgumentException("a batch needs at least one mask and none that is closed");
        }
        return part(masks, IntStream.range(0, masks.size()).boxed().toList()).batch();
    }

    /** Groups masks by the size of their boxes, at most {@code most} in a group; closed ones are in none. */
    static List<Part> group(List<Mask> masks, Shape frame, int most) {
        Map<Shape, List<Integer>> bySize = new LinkedHashMap<>();
        for (int i = 0; i < masks.size(); i++) {
            Box box = masks.get(i).bounds();
            if (!box.isEmpty()) {
                Shape size = new Shape(stepped(box.height(), frame.ny()), stepped(box.width(), frame.nx()));
                bySize.computeIfAbsent(size, key -> new ArrayList<>()).add(i);
            }
        }
        List<Part> parts = new ArrayList<>();
        for (List<Integer> positions : bySize.values()) {
            for (int from = 0; from < positions.size(); from += most) {
                parts.add(part(masks, positions.subList(from, Math.min(positions.size(), from + most))));
            }
        }
        return parts;
    }

    private static Part part(List<Mask> masks, List<Integer> positions) {
        List<Mask> chosen = positions.stream().map(masks::get).toList();
        int boxNy =
                chosen.stream().mapToInt(mask -> mask.bounds().height()).max().orElseThrow();
        int boxNx =
                chosen.stream().mapToInt(mask -> mask.bounds().width()).max().orElseThrow();
        return new Part(new MaskBatch(chosen, boxNy, boxNx), List.copyOf(positions));
    }

    private static int stepped(int edge, int limit) {
        return Math.min(limit, (edge + EDGE_STEP - 1) / EDGE_STEP * EDGE_STEP);
    }

    /** The masks spread over objects in the middle of the frame, each object seen through as many as the others. */
    BoxGeometry geometry(Shape object, int objects) {
        if (objects < 1 || masks.size() % objects != 0) {
            throw new IllegalArgumentException(masks.size() + " masks cannot be spread over " + objects
                    + " objects: use a number of objects that divides them");
        }
        FrameGeometry geometry = FrameGeometry.centred(
                frame().ny(), frame().nx(), object.ny(), object.nx(), objects, masks.size() / objects);
        return new BoxGeometry(geometry, boxNy, boxNx);
    }

    Shape frame() {
        return masks.get(0).shape();
    }

    /** First row and column of each box, pushed inside the frame where the box is larger than its mask. */
    int[] origins() {
        int[] origins = new int[2 * masks.size()];
        for (int m = 0; m < masks.size(); m++) {
            Box bounds = masks.get(m).bounds();
            origins[2 * m] = Math.min(bounds.top(), frame().ny() - boxNy);
            origins[2 * m + 1] = Math.min(bounds.left(), frame().nx() - boxNx);
        }
        return origins;
    }

    /** 0 and 1 inside the boxes, {@code masks * boxNy * boxNx} values. */
    float[] samples() {
        int[] origins = origins();
        float[] samples = new float[masks.size() * boxNy * boxNx];
        int next = 0;
        for (int m = 0; m < masks.size(); m++) {
            for (int y = 0; y < boxNy; y++) {
                for (int x = 0; x < boxNx; x++) {
                    samples[next++] = masks.get(m).isOpen(origins[2 * m] + y, origins[2 * m + 1] + x) ? 1 : 0;
                }
            }
        }
        return samples;
    }
}
