// SPDX-License-Identifier: Apache-2.0
package fizeau.backend.cuda;

/**
 * Which of the three caches keep anything. Off means that the work is done again every time.
 *
 * @param measurement measurements of the loaded object, on the device
 * @param fft tables of roots of unity and transform plans, on the device
 * @param grid masks cut to their boxes, on the device
 */
public record CacheSwitches(boolean measurement, boolean fft, boolean grid) {

    /** What serves a user best who may measure the same again: all on. */
    public static final CacheSwitches ON = new CacheSwitches(true, true, true);

    /** For timings of fresh measurements: factors and masks are kept, measurements are not. */
    public static final CacheSwitches FRESH_MEASUREMENTS = new CacheSwitches(false, true, true);

    public static final CacheSwitches OFF = new CacheSwitches(false, false, false);
}
