// SPDX-License-Identifier: Apache-2.0
package fizeau.bench;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;
import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.domain.JavaModifier;
import com.tngtech.archunit.core.domain.JavaPackage;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.lang.ArchCondition;
import com.tngtech.archunit.lang.ConditionEvents;
import com.tngtech.archunit.lang.SimpleConditionEvent;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** The arrows of the house: bench above engine above kernels above native-configs, and who may touch which library. */
class ArchitectureTest {
    private static final String LIBTORCH = "org.bytedeco.pytorch..";
    private static final String[] CUDA = {"jcuda..", "org.bytedeco.cuda.."};
    private static final String[] ENGINE = {
        "fizeau.backend..",
        "fizeau.cache..",
        "fizeau.fourier..",
        "fizeau.image..",
        "fizeau.measure..",
        "fizeau.metric..",
        "fizeau.optics..",
        "fizeau.pinn..",
        "fizeau.random..",
        "fizeau.reconstruct..",
        "fizeau.unet.."
    };

    private static JavaClasses house;

    @BeforeAll
    static void read() {
        house = new ClassFileImporter()
                .withImportOption(new ImportOption.DoNotIncludeTests())
                .importPackages("fizeau");
    }

    @Test
    void theWholeHouseIsRead() {
        assertThat(house.contain("fizeau.bench.Main")).isTrue();
        assertThat(house.contain("fizeau.backend.cpu.CpuBackend")).isTrue();
        assertThat(house.contain("fizeau.nativeconfig.NativeConfigReport")).isTrue();
    }

    @Test
    void nobodyDependsOnTheBench() {
        noClasses()
                .that()
                .resideOutsideOfPackage("fizeau.bench..")
                .should()
                .dependOnClassesThat()
                .resideInAPackage("fizeau.bench..")
                .check(house);
    }

    @Test
    void kernelsAndNativeLibrariesDoNotKnowTheEngine() {
        noClasses()
                .that()
                .resideInAnyPackage("fizeau.nativeconfig..", "fizeau.kernels..")
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage(ENGINE)
                .check(house);
        noClasses()
                .that()
                .resideInAPackage("fizeau.nativeconfig..")
                .should()
                .dependOnClassesThat()
                .resideInAPackage("fizeau.kernels..")
                .check(house);
    }

    @Test
    void opticsKnowNoBackend() {
        noClasses()
                .that()
                .resideInAPackage("fizeau.optics..")
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage("fizeau.backend..", "org.bytedeco..", "jcuda..")
                .check(house);
    }

    @Test
    void onlyTheProcessorBackendAndTheOpponentTouchLibtorch() {
        noClasses()
                .that()
                .resideOutsideOfPackages(
                        "fizeau.backend.cpu..",
                        "fizeau.bench.eager..",
                        "fizeau.bench.im2im.torch..",
                        "fizeau.bench.ops.torch..",
                        "fizeau.bench.infer.torch..",
                        "fizeau.bench.pinn.eager..")
                .should()
                .dependOnClassesThat()
                .resideInAPackage(LIBTORCH)
                .check(house);
    }

    /** TensorFlow is not on the class path of a usual build. */
    @Test
    void onlyXlaTouchesTensorFlow() {
        noClasses()
                .that()
                .resideOutsideOfPackage("fizeau.bench.infer.xla..")
                .should()
                .dependOnClassesThat()
                .resideInAPackage("org.tensorflow..")
                .check(house);
    }

    @Test
    void onlyTheRawPackageTouchesCuda() {
        noClasses()
                .that()
                .resideOutsideOfPackages("fizeau.backend.cuda.raw..", "fizeau.kernels..", "fizeau.nativeconfig..")
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage(CUDA)
                .check(house);
    }

    @Test
    void theTwoBackendsDoNotKnowEachOther() {
        noClasses()
                .that()
                .resideInAPackage("fizeau.backend.cpu..")
                .should()
                .dependOnClassesThat()
                .resideInAPackage("fizeau.backend.cuda..")
                .check(house);
        noClasses()
                .that()
                .resideInAPackage("fizeau.backend.cuda..")
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage("fizeau.backend.cpu..", LIBTORCH)
                .allowEmptyShould(true)
                .check(house);
    }

    @Test
    void packagesOfTheBenchFormNoCircle() {
        slices().matching("fizeau.bench.(*)..").should().beFreeOfCycles().check(house);
    }

    @Test
    void namesSayWhatThingsAre() {
        for (String ending : new String[] {"Manager", "Helper", "Impl", "Util", "Utils", "2"}) {
            noClasses().should().haveSimpleNameEndingWith(ending).check(house);
        }
        for (String word : new String[] {"util", "common", "misc", "native"}) {
            noClasses().should().resideInAPackage("fizeau.." + word + "..").check(house);
        }
    }

    @Test
    void everyPackageSaysWhatItIs() {
        Set<String> silent = new TreeSet<>();
        for (JavaClass type : house) {
            JavaPackage home = type.getPackage();
            if (home.tryGetPackageInfo().isEmpty()) {
                silent.add(home.getName());
            }
        }
        // a package-info without an annotation leaves no class file: ask the sources
        silent.removeIf(ArchitectureTest::hasSource);
        assertThat(silent).isEmpty();
    }

    @Test
    void thereIsNoMutableStaticState() {
        classes().should(HaveOnlyFinalStatics.INSTANCE).check(house);
    }

    private static boolean hasSource(String name) {
        String file = "src/main/java/" + name.replace('.', '/') + "/package-info.java";
        for (String module : new String[] {"native-configs", "kernels", "engine", "bench"}) {
            if (Files.exists(Path.of("..", module, file))) {
                return true;
            }
        }
        return false;
    }

    /** Static fields are final. */
    private static final class HaveOnlyFinalStatics extends ArchCondition<JavaClass> {
        static final HaveOnlyFinalStatics INSTANCE = new HaveOnlyFinalStatics();

        HaveOnlyFinalStatics() {
            super("have only final static fields");
        }

        @Override
        public void check(JavaClass type, ConditionEvents events) {
            type.getFields().stream()
                    .filter(field -> field.getModifiers().contains(JavaModifier.STATIC))
                    .filter(field -> !field.getModifiers().contains(JavaModifier.FINAL))
                    .filter(field -> !field.getModifiers().contains(JavaModifier.SYNTHETIC))
                    .filter(field -> !field.getName().startsWith("$"))
                    .forEach(field -> events.add(
                            SimpleConditionEvent.violated(field, field.getFullName() + " is static and not final")));
        }
    }
}
