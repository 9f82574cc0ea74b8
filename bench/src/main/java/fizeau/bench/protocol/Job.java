// SPDX-License-Identifier: Apache-2.0
package fizeau.bench.protocol;

import com.fasterxml.jackson.databind.JsonNode;

/**
 * What a fresh JVM is to run.
 *
 * @param family which {@link JobRunner} understands the settings
 * @param variant name of the variant, for messages
 * @param round round, from 1; 0 outside rounds
 * @param settings whatever the family needs
 */
public record Job(String family, String variant, int round, JsonNode settings) {}
