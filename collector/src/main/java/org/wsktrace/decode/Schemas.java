package org.wsktrace.decode;

import java.io.IOException;
import java.io.InputStream;
import java.lang.foreign.MemorySegment;
import java.util.HashMap;
import java.util.Map;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.wsktrace.decode.eventinfo.EventInfos;
import org.wsktrace.decode.manifest.ManifestException;
import org.wsktrace.decode.manifest.Manifests;
import org.wsktrace.decode.schema.EventSchema;
import org.wsktrace.decode.tracelogging.TraceLoggingSchemas;
import org.wsktrace.etl.layout.ExtendedItem;
import org.wsktrace.etl.record.EventRecord;

/**
 * What is known of providers and their events: what the trace itself says, and what the caller
 * gives.
 *
 * <p>What a trace says of an event may come behind it, so read the file twice: {@link #learn} every
 * event first, then decode. Whoever reads it once learns each event before decoding it.
 *
 * <p>Memory is bounded, whatever the trace says: {@link #refused} counts what was not kept.
 *
 * <p>Belongs to one thread.
 */
public final class Schemas {
  private static final int MAX_TRAITS = 1 << 15;

  private final TraceLoggingSchemas traceLogging = new TraceLoggingSchemas();
  private final EventInfos eventInfos = new EventInfos();
  private final Manifests manifests = new Manifests();
  private final Map<UUID, ProviderTraits> traits = new HashMap<>();
  // Whose traits came last: mostly the next event is of the same provider, and costs nothing then.
  private long traitsHigh;
  private long traitsLow;

  /**
   * Takes what an event teaches: a piece of an EventSource's manifest, a description that was
   * merged into the file, the name of its provider. Returns quickly for all others.
   */
  public void learn(EventRecord event) {
    switch (event.headerType()) {
      case EVENT32, EVENT64 -> {
        if (isManifest(event)) {
          manifests.learn(
              event.providerHigh(),
              event.providerLow(),
              event.processId(),
              event.segment(),
              event.payloadOffset(),
              event.payloadSize());
        }
        learnTraits(event);
      }
      case FULL32, FULL64 -> {
        if (event.isFrom(EventInfos.EVENT_METADATA)) {
          learnMetadata(event);
        }
      }
      default -> {}
    }
  }

  private static boolean isManifest(EventRecord event) {
    return event.id() == Manifests.MANIFEST_EVENT
        && event.opcode() == Manifests.MANIFEST_OPCODE
        && event.task() == Manifests.MANIFEST_EVENT;
  }

  private void learnMetadata(EventRecord event) {
    MemorySegment segment = event.segment();
    if (event.opcode() == EventInfos.OPCODE_EVENT_INFO) {
      eventInfos.learnEvent(segment, event.payloadOffset(), event.payloadSize());
    } else if (event.opcode() == EventInfos.OPCODE_MAP_INFO) {
      eventInfos.learnMap(segment, event.payloadOffset(), event.payloadSize());
    }
  }

  /** Of a provider the first ones count. */
  private void learnTraits(EventRecord event) {
    int item = event.item(ExtendedItem.PROVIDER_TRAITS);
    if (item >= 0) {
      learnTraits(event, event.itemOffset(item), event.itemSize(item));
    }
  }

  private void learnTraits(EventRecord event, long offset, int size) {
    long high = event.providerHigh();
    long low = event.providerLow();
    if (high == traitsHigh && low == traitsLow) {
      return;
    }
    traitsHigh = high;
    traitsLow = low;
    UUID provider = new UUID(high, low);
    if (traits.size() < MAX_TRAITS && !traits.containsKey(provider)) {
      traits.put(provider, ProviderTraits.read(event.segment(), offset, size));
    }
  }

  /**
   * Takes an instrumentation manifest, a .man file. It counts where the trace itself says nothing
   * of an event.
   *
   * @throws ManifestException where it is none
   * @throws IOException where the stream fails
   */
  public void addManifest(InputStream in) throws IOException {
    manifests.add(in);
  }

  /** What a provider is called, or empty where nothing says it. */
  public String providerName(UUID provider) {
    ProviderTraits said = traits.get(provider);
    String name = said == null ? "" : said.name();
    if (name.isEmpty()) {
      name = manifests.providerName(provider);
    }
    if (name.isEmpty()) {
      name = eventInfos.providerName(provider);
    }
    return name.isEmpty() ? KnownProviders.name(provider) : name;
  }

  /** The group of providers that a provider says it belongs to, or null. */
  public @Nullable UUID providerGroup(UUID provider) {
    ProviderTraits said = traits.get(provider);
    return said == null ? null : said.group();
  }

  /** How many descriptions in the trace were not kept: they made no sense, or were too many. */
  public long refused() {
    return eventInfos.refused() + manifests.refused();
  }

  /** The schema that a TraceLogging event carries, in an extended item or in its payload. */
  EventSchema traceLogging(EventRecord event, long offset, int size) {
    long high = event.providerHigh();
    long low = event.providerLow();
    EventSchema schema = traceLogging.find(high, low, event.segment(), offset, size);
    if (schema == null) {
      learnTraits(event);
      String provider = providerName(event.provider());
      schema = traceLogging.read(provider, high, low, event.segment(), offset, size);
    }
    return schema;
  }

  /** Takes the traits that an old TraceLogging event has in its payload. */
  void learnInlineTraits(EventRecord event, int size) {
    learnTraits(event, event.payloadOffset(), size);
  }

  /** What a merged file says of an event of a manifest, or null. */
  @Nullable EventSchema eventInfo(EventRecord event) {
    return eventInfos.find(event.providerHigh(), event.providerLow(), event.id(), event.version());
  }

  /** What a merged file says of a classic event, or null. */
  @Nullable EventSchema classicInfo(EventRecord event) {
    return eventInfos.findClassic(
        event.providerHigh(), event.providerLow(), event.opcode(), event.version());
  }

  /** What a manifest says of an event, or null. */
  @Nullable EventSchema manifest(EventRecord event) {
    boolean piece =
        isManifest(event)
            && Manifests.isPiece(event.segment(), event.payloadOffset(), event.payloadSize());
    return piece
        ? manifests.pieceOf(event.provider())
        : manifests.find(event.provider(), event.processId(), event.id(), event.version());
  }
}
