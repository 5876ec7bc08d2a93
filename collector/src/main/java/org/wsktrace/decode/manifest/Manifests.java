package org.wsktrace.decode.manifest;

import java.io.IOException;
import java.io.InputStream;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.wsktrace.decode.schema.EventSchema;
import org.wsktrace.decode.schema.FieldSchema;
import org.wsktrace.decode.schema.InType;

/**
 * All manifests that are known: those of the trace and those that the caller gave.
 *
 * <p>Processes may have different versions of one provider, under the same ids. What a process said
 * itself counts first, then what another one said, then what was given.
 *
 * <p>Belongs to one thread.
 */
public final class Manifests {
  /** Id and task of the event that carries a piece of an EventSource's manifest. */
  public static final int MANIFEST_EVENT = 0xFFFE;

  /** Opcode of it. */
  public static final int MANIFEST_OPCODE = 0xFE;

  /** The most bytes of a manifest that is given. */
  public static final int MAX_GIVEN_BYTES = 32 << 20;

  private static final int MAX_GIVEN_ELEMENTS = 1_000_000;

  // Of all manifests of the trace together, in bytes of XML and in elements.
  private static final int MAX_LEARNED_BYTES = 16 << 20;
  private static final int MAX_LEARNED_ELEMENTS = 400_000;
  // What one costs besides its XML.
  private static final int BYTES_BESIDES = 1024;
  private static final int MAX_OF_ONE_PROVIDER = 64;
  private static final int MAX_PROCESSES = 1 << 16;

  private static final EventSchema PIECE =
      EventSchema.of(
          "",
          "ManifestData",
          List.of(
              FieldSchema.of("Format", InType.UINT8),
              FieldSchema.of("MajorVersion", InType.UINT8),
              FieldSchema.of("MinorVersion", InType.UINT8),
              FieldSchema.of("Magic", InType.UINT8),
              FieldSchema.of("TotalChunks", InType.UINT16),
              FieldSchema.of("ChunkNumber", InType.UINT16),
              FieldSchema.of("Xml", InType.NON_NULL_TERMINATED_ANSI_STRING)));

  private final ManifestChunks chunks = new ManifestChunks();
  private final Map<UUID, Provider> providers = new HashMap<>();
  private long learnedBytes;
  private int learnedElements;
  private int processes;
  private long refused;

  /** What is known of one provider. */
  private static final class Provider {
    private final List<Learned> learned = new ArrayList<>();
    private final Map<Integer, Learned> byProcess = new HashMap<>();
    private @Nullable ProviderManifest given;
  }

  /** A manifest of the trace, read when it is asked for. */
  private static final class Learned {
    private final byte[] xml;
    private boolean read;
    private @Nullable ProviderManifest manifest;

    Learned(byte[] xml) {
      this.xml = xml;
    }
  }

  /**
   * Takes a manifest from the caller; of a provider that was given before the new one counts.
   *
   * @throws ManifestException where it is none
   * @throws IOException where the stream fails
   */
  public void add(InputStream in) throws IOException {
    byte[] bytes = in.readNBytes(MAX_GIVEN_BYTES + 1);
    if (bytes.length > MAX_GIVEN_BYTES) {
      throw new ManifestException("it has more than " + MAX_GIVEN_BYTES + " bytes");
    }
    for (ProviderManifest manifest : new ManifestReader(bytes, MAX_GIVEN_ELEMENTS).read()) {
      provider(manifest.guid()).given = manifest;
    }
  }

  /** Takes the payload of an event {@link #MANIFEST_EVENT}. */
  public void learn(
      long providerHigh,
      long providerLow,
      int process,
      MemorySegment segment,
      long offset,
      int size) {
    if (!ManifestChunks.isPiece(segment, offset, size)) {
      refused++;
      return;
    }
    byte[] xml = chunks.add(providerHigh, providerLow, process, segment, offset, size);
    if (xml == null) {
      return;
    }
    Learned manifest = learned(new UUID(providerHigh, providerLow), xml);
    if (manifest == null) {
      refused++;
    } else if (processes < MAX_PROCESSES) {
      boolean first =
          provider(new UUID(providerHigh, providerLow)).byProcess.put(process, manifest) == null;
      processes += first ? 1 : 0;
    }
  }

  /** The same manifest as it is known already, or a new one, or null where there is no room. */
  private @Nullable Learned learned(UUID guid, byte[] xml) {
    Provider known = providers.get(guid);
    List<Learned> others = known == null ? List.of() : known.learned;
    for (Learned other : others) {
      if (Arrays.equals(other.xml, xml)) {
        return other;
      }
    }
    long bytes = (long) xml.length + BYTES_BESIDES;
    if (learnedBytes + bytes > MAX_LEARNED_BYTES || others.size() >= MAX_OF_ONE_PROVIDER) {
      return null;
    }
    learnedBytes += bytes;
    Learned manifest = new Learned(xml);
    provider(guid).learned.add(manifest);
    return manifest;
  }

  /** Whether the payload of an event {@link #MANIFEST_EVENT} is a piece of a manifest. */
  public static boolean isPiece(MemorySegment segment, long offset, int size) {
    return ManifestChunks.isPiece(segment, offset, size);
  }

  private Provider provider(UUID guid) {
    return providers.computeIfAbsent(guid, _ -> new Provider());
  }

  /**
   * The schema of an event, or null.
   *
   * @param process that logged it
   */
  public @Nullable EventSchema find(UUID guid, int process, int id, int version) {
    Provider provider = providers.get(guid);
    if (provider == null) {
      return null;
    }
    Learned own = provider.byProcess.get(process);
    EventSchema schema = own == null ? null : find(guid, own, id, version);
    for (int i = provider.learned.size() - 1; i >= 0 && schema == null; i--) {
      schema = find(guid, provider.learned.get(i), id, version);
    }
    return schema == null && provider.given != null ? provider.given.find(id, version) : schema;
  }

  private @Nullable EventSchema find(UUID guid, Learned learned, int id, int version) {
    ProviderManifest manifest = manifest(guid, learned);
    return manifest == null ? null : manifest.find(id, version);
  }

  private @Nullable ProviderManifest manifest(UUID guid, Learned learned) {
    if (!learned.read) {
      learned.read = true;
      try {
        var reader = new ManifestReader(learned.xml, MAX_LEARNED_ELEMENTS - learnedElements);
        for (ProviderManifest manifest : reader.read()) {
          // It speaks for the provider that logged it, and for no other.
          learned.manifest = manifest.guid().equals(guid) ? manifest : learned.manifest;
        }
        learnedElements += reader.elements();
      } catch (ManifestException _) {
        refused++;
      }
    }
    return learned.manifest;
  }

  /** The schema of the event {@link #MANIFEST_EVENT} itself. */
  public EventSchema pieceOf(UUID guid) {
    String name = providerName(guid);
    return new EventSchema(name, PIECE.event(), PIECE.fields(), PIECE.slots());
  }

  /** What a provider is called, or empty. */
  public String providerName(UUID guid) {
    Provider provider = providers.get(guid);
    if (provider == null) {
      return "";
    }
    for (Learned learned : provider.learned) {
      ProviderManifest manifest = manifest(guid, learned);
      if (manifest != null) {
        return manifest.name();
      }
    }
    return provider.given == null ? "" : provider.given.name();
  }

  /** How many manifests of the trace made no sense or had no room. */
  public long refused() {
    return refused + chunks.refused();
  }
}
