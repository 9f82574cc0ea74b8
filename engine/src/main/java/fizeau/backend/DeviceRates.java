// SPDX-License-Identifier: Apache-2.0
package fizeau.backend;

/**
 * What a device was seen to reach, as yardsticks for how much better a computation could be.
 *
 * @param copyBytesPerSecond bytes read and written by a large copy, both counted
 * @param flopsPerSecond additions and multiplications in single precision, independent of each other
 */
public record DeviceRates(double copyBytesPerSecond, double flopsPerSecond) {

    public DeviceRates {
        if (!(copyBytesPerSecond > 0) || !(flopsPerSecond > 0)) {
            throw new IllegalArgumentException("rates of " + copyBytesPerSecond + " bytes and " + flopsPerSecond
                    + " operations per second: both must be positive");
        }
    }
}
