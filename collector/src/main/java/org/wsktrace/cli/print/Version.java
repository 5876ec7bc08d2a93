package org.wsktrace.cli.print;

import java.io.IOException;
import java.io.InputStream;
import java.util.Properties;

/** Which wsktrace this is. */
public final class Version {
  private Version() {}

  /** As Maven wrote it into the jar; "(development)" where it runs from compiled classes. */
  public static String text() {
    try (InputStream in =
        Version.class.getResourceAsStream(
            "/META-INF/maven/org.wsktrace/wsktrace-collector/pom.properties")) {
      if (in == null) {
        return "(development)";
      }
      var properties = new Properties();
      properties.load(in);
      return properties.getProperty("version", "(unknown)");
    } catch (IOException e) {
      return "(unknown)";
    }
  }
}
