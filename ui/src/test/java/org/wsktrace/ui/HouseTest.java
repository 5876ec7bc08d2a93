package org.wsktrace.ui;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.fields;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noMethods;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.domain.JavaModifier;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import org.junit.jupiter.api.Test;

/** What the window may know; the rest of the house has a test of its own in the collector. */
class HouseTest {
  private static final JavaClasses WINDOW =
      new ClassFileImporter()
          .withImportOption(new ImportOption.DoNotIncludeTests())
          .importPackages("org.wsktrace.ui");

  @Test
  void theWindowKnowsSessionsAndNothingElseOfOurs() {
    classes()
        .should()
        .onlyDependOnClassesThat()
        .resideInAnyPackage(
            "org.wsktrace.ui..",
            "org.wsktrace.store..",
            "org.wsktrace.filter..",
            "org.wsktrace.explain..",
            "javafx..",
            "atlantafx..",
            "java.lang..",
            "java.util..",
            "java.io..",
            "java.nio..",
            "java.time..",
            "java.text..",
            "org.jspecify..")
        .check(WINDOW);
  }

  @Test
  void theWindowHasNoNativeMethodAndNoStaticState() {
    noMethods().should().haveModifier(JavaModifier.NATIVE).check(WINDOW);
    fields().that().areStatic().should().beFinal().allowEmptyShould(true).check(WINDOW);
  }
}
