package org.wsktrace.store;

import static com.tngtech.archunit.base.DescribedPredicate.describe;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;

import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import java.util.Set;
import org.junit.jupiter.api.Test;

final class StoreDoorsTest {
  private static final Set<String> WRITING =
      Set.of("SessionWriter", "FactRows", "JudgedReport", "BatchInsert");

  @Test
  void whoReadsASessionLoadsNoTrackerAndNoRule() {
    noClasses()
        .that(describe("serve reading", StoreDoorsTest::servesReading))
        .should()
        .dependOnClassesThat()
        .resideInAnyPackage("org.wsktrace.track..", "org.wsktrace.rule..", "org.wsktrace.event..")
        .check(
            new ClassFileImporter()
                .withImportOption(new ImportOption.DoNotIncludeTests())
                .importPackages("org.wsktrace.store"));
  }

  private static boolean servesReading(JavaClass type) {
    String top = type.getName().replaceAll("\\$.*", "").replaceAll(".*\\.", "");
    return !WRITING.contains(top);
  }
}
