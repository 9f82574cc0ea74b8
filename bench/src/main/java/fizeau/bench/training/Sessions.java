// SPDX-License-Identifier: Apache-2.0
package fizeau.bench.training;

import java.util.List;
import java.util.ServiceLoader;
import java.util.stream.Collectors;

/** Finds the provider of a variant. */
final class Sessions {

    private Sessions() {}

    static SessionFactory open(VariantSpec variant) {
        return providerOf(variant).open(variant);
    }

    static SessionProvider providerOf(VariantSpec variant) {
        List<SessionProvider> providers = ServiceLoader.load(SessionProvider.class).stream()
                .map(ServiceLoader.Provider::get)
                .toList();
        return providers.stream()
                .filter(provider -> provider.name().equals(variant.provider()))
                .findFirst()
                .orElseThrow(() -> new IllegalArgumentException("session provider " + variant.provider()
                        + " of variant " + variant.name() + " is unknown: use one of "
                        + providers.stream().map(SessionProvider::name).collect(Collectors.joining(", "))));
    }
}
