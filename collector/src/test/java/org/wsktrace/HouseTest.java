package org.wsktrace;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.domain.JavaModifier;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.lang.syntax.ArchRuleDefinition;
import org.junit.jupiter.api.Test;

/** What must never depend on what. A room that does not exist yet is allowed to be empty. */
class HouseTest {
  private static final JavaClasses HOUSE =
      new ClassFileImporter()
          .withImportOption(new ImportOption.DoNotIncludeTests())
          .importPackages("org.wsktrace");

  private static final String[] SQL = {"java.sql..", "javax.sql..", "org.sqlite.."};

  @Test
  void readersOfBytesKnowNothingOfWskOrOfSessions() {
    neverKnows(
        rooms("etl", "etw", "decode", "recorder"),
        rooms(
            "event", "track", "rule", "source", "store", "filter", "explain", "driver", "cli",
            "ui"));
    neverKnows(rooms("etl", "etw", "decode", "recorder"), SQL);
    neverKnows(rooms("etl", "etw", "decode"), rooms("recorder"));
  }

  @Test
  void eventsDoNotKnowWhereTheirBytesCameFrom() {
    neverKnows(
        rooms("event"),
        rooms(
            "etl",
            "etw",
            "decode",
            "recorder",
            "source",
            "track",
            "rule",
            "store",
            "filter",
            "explain",
            "driver",
            "cli",
            "ui"));
    neverKnows(rooms("event"), SQL);
  }

  @Test
  void judgementKnowsNeitherSqlNorWindowsNorWallClocks() {
    neverKnows(rooms("track", "rule"), SQL);
    neverKnows(rooms("track", "rule"), "javafx..");
    neverKnows(
        rooms("track", "rule"),
        rooms(
            "etl",
            "etw",
            "decode",
            "recorder",
            "source",
            "store",
            "filter",
            "explain",
            "cli",
            "ui"));
    noClasses()
        .that()
        .resideInAnyPackage(rooms("track", "rule"))
        .should()
        .callMethod(System.class, "currentTimeMillis")
        .orShould()
        .callMethod(System.class, "nanoTime")
        .orShould()
        .callMethod(java.time.Instant.class, "now")
        .allowEmptyShould(true)
        .check(HOUSE);
  }

  @Test
  void trackersDoNotKnowTheRulesThatReadThem() {
    neverKnows(rooms("track"), rooms("rule"));
  }

  @Test
  void whoReadsTheStoreKnowsNoTrackersAndNoRules() {
    neverKnows(rooms("explain", "export", "ui", "filter"), rooms("track", "rule"));
  }

  @Test
  void theWindowReadsSessionsOnly() {
    neverKnows(rooms("ui"), rooms("etl", "etw", "decode", "recorder", "source", "track", "driver"));
  }

  @Test
  void onlyTheStoreAndTheFilterSpeakSql() {
    noClasses()
        .that()
        .resideOutsideOfPackages(rooms("store", "filter"))
        .should()
        .dependOnClassesThat()
        .resideInAnyPackage(SQL)
        .allowEmptyShould(true)
        .check(HOUSE);
  }

  @Test
  void onlyLiveSessionsAndTheDriverDoorAreNative() {
    ArchRuleDefinition.noMethods()
        .that()
        .areDeclaredInClassesThat()
        .resideOutsideOfPackages(rooms("etw", "driver"))
        .should()
        .haveModifier(JavaModifier.NATIVE)
        .allowEmptyShould(true)
        .check(HOUSE);
    noClasses()
        .that()
        .resideOutsideOfPackages(rooms("etw", "driver"))
        .should()
        .dependOnClassesThat()
        .resideInAnyPackage("com.sun.jna..")
        .allowEmptyShould(true)
        .check(HOUSE);
  }

  @Test
  void nothingOfOursUsesReflection() {
    noClasses()
        .should()
        .dependOnClassesThat()
        .resideInAnyPackage("java.lang.reflect..")
        .allowEmptyShould(true)
        .check(HOUSE);
  }

  @Test
  void nothingOfOursKeepsStaticState() {
    ArchRuleDefinition.fields().that().areStatic().should().beFinal().check(HOUSE);
  }

  @Test
  void roomsHaveNoCycles() {
    slices().matching("org.wsktrace.(*)..").should().beFreeOfCycles().check(HOUSE);
  }

  private static String[] rooms(String... names) {
    String[] packages = new String[names.length];
    for (int i = 0; i < names.length; i++) {
      packages[i] = "org.wsktrace." + names[i] + "..";
    }
    return packages;
  }

  private static void neverKnows(String[] rooms, String... others) {
    noClasses()
        .that()
        .resideInAnyPackage(rooms)
        .should()
        .dependOnClassesThat()
        .resideInAnyPackage(others)
        .allowEmptyShould(true)
        .check(HOUSE);
  }
}
