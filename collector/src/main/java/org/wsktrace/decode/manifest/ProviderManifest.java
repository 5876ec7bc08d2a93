package org.wsktrace.decode.manifest;

import java.util.Map;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.wsktrace.decode.schema.EventSchema;

/**
 * What a manifest says of one provider.
 *
 * @param guid of the provider
 * @param name of the provider
 * @param events by {@link #key}
 */
record ProviderManifest(UUID guid, String name, Map<Integer, EventSchema> events) {
  ProviderManifest {
    events = Map.copyOf(events);
  }

  static int key(int id, int version) {
    return id << 8 | version;
  }

  @Nullable EventSchema find(int id, int version) {
    return events.get(key(id, version));
  }
}
