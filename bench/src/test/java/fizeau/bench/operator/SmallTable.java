// SPDX-License-Identifier: Apache-2.0
package fizeau.bench.operator;

import fizeau.backend.cuda.CacheSwitches;
import fizeau.bench.protocol.ProtocolSpec;
import fizeau.bench.protocol.WarmUpRule;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;

/** A table that is measured in a second or two. */
final class SmallTable {
    /** One size, which is no power of 2: every row costs a full collection of garbage beside its few calls. */
    static final OperatorSetting SETTING = new OperatorSetting(List.of(20), List.of(1, 3), 6, 2, 4, 4, 5);

    private SmallTable() {}

    static OperatorCampaign.Spec spec(int rounds) {
        return new OperatorCampaign.Spec(
                SETTING,
                1,
                0,
                Map.of("cpu", 1L << 30, "cuda", 1L << 30),
                0.01,
                0.01,
                60,
                CacheSwitches.FRESH_MEASUREMENTS,
                new ProtocolSpec(rounds, 0, 0, 1, 0.95, ProtocolSpec.STEAL_LIMIT, new WarmUpRule(0, 0.02, 0.5)));
    }

    static OperatorJob job(OperatorMethod method) {
        return new OperatorJob(
                method.id(),
                SETTING,
                1,
                0,
                1L << 30,
                0.01,
                0.01,
                60,
                CacheSwitches.FRESH_MEASUREMENTS,
                OperatorChecks.of(SETTING),
                ProtocolSpec.STEAL_LIMIT);
    }

    /** All methods but these are left out. */
    static Map<OperatorMethod, String> allBut(OperatorMethod... running) {
        Map<OperatorMethod, String> left = new EnumMap<>(OperatorMethod.class);
        for (OperatorMethod method : OperatorMethod.values()) {
            left.put(method, "left out by the test");
        }
        for (OperatorMethod method : running) {
            left.remove(method);
        }
        return left;
    }
}
