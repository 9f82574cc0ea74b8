// SPDX-License-Identifier: Apache-2.0
package fizeau.bench.im2im.torch;

import fizeau.bench.im2im.Im2imSettings;
import fizeau.bench.im2im.Im2imSwitch;

/** Makes networks as settings want them. */
final class Network {

    private Network() {}

    static ResidualUnet of(Im2imSettings settings, float[] values, boolean trained) {
        return new ResidualUnet(
                settings.layout(),
                values,
                new ResidualUnet.Form(
                        settings.on(Im2imSwitch.CHANNELS_LAST),
                        settings.on(Im2imSwitch.GROUP_NORM),
                        settings.on(Im2imSwitch.BF16),
                        settings.on(Im2imSwitch.PREPACK)),
                settings.on(Im2imSwitch.FUSED_OPTIMIZER),
                trained);
    }
}
