package org.wsktrace.schema;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class GeneratedFilesTest {
  private static final Path ROOT = Path.of("..");

  @Test
  void committedFilesAreWhatTheManifestSays() throws IOException {
    for (Map.Entry<Path, String> file : Generate.files(ROOT).entrySet()) {
      assertThat(ROOT.resolve(file.getKey()))
          .as("differs from schema/wsktrace.man; run: mvn -pl schema compile exec:exec")
          .exists()
          .content()
          .isEqualTo(file.getValue());
    }
  }

  @Test
  void nothingElseLiesInTheGeneratedRoom() throws IOException {
    Map<Path, String> files = Generate.files(ROOT);
    Path room = ROOT.resolve("collector/src/generated");
    try (Stream<Path> found = Files.walk(room)) {
      assertThat(found.filter(Files::isRegularFile).map(ROOT::relativize))
          .allMatch(files::containsKey);
    }
  }
}
