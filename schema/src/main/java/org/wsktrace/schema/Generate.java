package org.wsktrace.schema;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;

/** Writes the generated files into the checkout. */
public final class Generate {
  private static final String JAVA_ROOM = "collector/src/generated/java/org/wsktrace/event/";

  private Generate() {}

  /**
   * @param args the root of the checkout
   */
  public static void main(String[] args) throws IOException {
    if (args.length != 1) {
      throw new IllegalArgumentException("give one argument: the root of the checkout");
    }
    Path root = Path.of(args[0]);
    for (Map.Entry<Path, String> file : files(root).entrySet()) {
      Path path = root.resolve(file.getKey());
      Files.createDirectories(path.getParent());
      Files.writeString(path, file.getValue());
    }
  }

  /** Each generated file, relative to the root, with its text as the manifest wants it. */
  static Map<Path, String> files(Path root) throws IOException {
    Manifest manifest = Manifest.read(root.resolve("schema/wsktrace.man"));
    Map<Path, String> files = new LinkedHashMap<>();
    files.put(Path.of("capture-driver/src/wsktrace_events.h"), CHeader.of(manifest));
    JavaEvents.of(manifest).forEach((name, text) -> files.put(Path.of(JAVA_ROOM + name), text));
    return files;
  }
}
