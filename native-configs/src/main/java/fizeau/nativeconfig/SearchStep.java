// SPDX-License-Identifier: Apache-2.0
package fizeau.nativeconfig;

import java.nio.file.Path;
import java.util.List;
import java.util.function.Function;

/**
 * One place to look for libraries.
 *
 * @param name what a user calls the place
 * @param whenNothing what it means when the step knows no folder, for example "not set"
 * @param folders the folders to look into, best first; they need not exist
 */
public record SearchStep(String name, String whenNothing, Function<Settings, List<Path>> folders) {}
