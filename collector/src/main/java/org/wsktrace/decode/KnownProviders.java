package org.wsktrace.decode;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.Map;
import java.util.UUID;

/** Names of providers that come with Windows, from providers.txt beside this class. */
final class KnownProviders {
  private static final Map<UUID, String> NAMES = read();

  private KnownProviders() {}

  /** The name, or empty. */
  static String name(UUID provider) {
    return NAMES.getOrDefault(provider, "");
  }

  private static Map<UUID, String> read() {
    Map<UUID, String> names = new HashMap<>();
    try (InputStream in = KnownProviders.class.getResourceAsStream("providers.txt")) {
      if (in == null) {
        throw new IllegalStateException("providers.txt is missing");
      }
      var lines = new BufferedReader(new InputStreamReader(in, StandardCharsets.UTF_8));
      String line;
      while ((line = lines.readLine()) != null) {
        int space = line.indexOf(' ');
        if (!line.startsWith("#") && space > 0) {
          names.put(UUID.fromString(line.substring(0, space)), line.substring(space + 1));
        }
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return Map.copyOf(names);
  }
}
