// SPDX-License-Identifier: Apache-2.0
package fizeau.kernels;

/**
 * How the last feature map lies in the image: padded by a frame, or cropped. A crop starts one pixel late, as the reference
 * implementation's does.
 *
 * @param imageEdge edge of the image
 * @param imageStart row and column of the image where the copied pixels start
 * @param mapStart row and column of the map where they start
 * @param copied rows and columns that are copied
 */
public record ImageWindow(int imageEdge, int imageStart, int mapStart, int copied) {

    public static ImageWindow of(int mapEdge, int imageEdge) {
        boolean pad = imageEdge >= mapEdge;
        int mapStart = pad ? 0 : (mapEdge - imageEdge) / 2 + 1;
        return new ImageWindow(
                imageEdge,
                pad ? (imageEdge - mapEdge) / 2 : 0,
                mapStart,
                pad ? mapEdge : Math.min(imageEdge, mapEdge - mapStart));
    }
}
