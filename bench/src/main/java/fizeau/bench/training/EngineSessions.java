// SPDX-License-Identifier: Apache-2.0
package fizeau.bench.training;

/** stand-in */
final class EngineSessions {
    static final String NAME = "engine";

    private EngineSessions() {}
}
