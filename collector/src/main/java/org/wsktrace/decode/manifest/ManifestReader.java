package org.wsktrace.decode.manifest;

import java.io.StringReader;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.UUID;
import javax.xml.stream.XMLInputFactory;
import javax.xml.stream.XMLStreamConstants;
import javax.xml.stream.XMLStreamException;
import javax.xml.stream.XMLStreamReader;
import org.jspecify.annotations.Nullable;
import org.wsktrace.decode.manifest.ProviderDraft.EventDraft;
import org.wsktrace.decode.manifest.ProviderDraft.FieldDraft;

/**
 * Reads the XML of one manifest, from front to back. Elements and attributes that say nothing of
 * names or payloads are passed over, as is what is not complete.
 */
final class ManifestReader {
  private static final int MAX_DEPTH = 32;
  // Structs within structs; a manifest allows none.
  private static final int MAX_STRUCTS = 4;

  private final XMLStreamReader xml;
  private final List<ProviderDraft> providers = new ArrayList<>();
  private final Map<String, String> strings = new HashMap<>();
  private boolean english;
  private @Nullable ProviderDraft provider;
  private String task = "";
  private @Nullable Map<Long, String> map;
  // Of the template and of the structs in which it is.
  private final Deque<List<FieldDraft>> fields = new ArrayDeque<>();
  private final int maxElements;
  private int depth;
  private int elements;

  /**
   * @param maxElements with more of them it is refused
   */
  ManifestReader(byte[] manifest, int maxElements) throws ManifestException {
    this.maxElements = maxElements;
    try {
      xml = factory().createXMLStreamReader(new StringReader(XmlText.of(manifest)));
    } catch (XMLStreamException e) {
      throw broken(e);
    }
  }

  private static ManifestException broken(XMLStreamException e) {
    return new ManifestException(String.valueOf(e.getMessage()), e);
  }

  /** The providers that the manifest describes. */
  List<ProviderManifest> read() throws ManifestException {
    try {
      readElements();
    } catch (XMLStreamException e) {
      throw broken(e);
    }
    if (providers.isEmpty()) {
      throw new ManifestException("it describes no provider");
    }
    return providers.stream().map(draft -> draft.manifest(strings)).toList();
  }

  /** How many elements were read. */
  int elements() {
    return elements;
  }

  private static XMLInputFactory factory() {
    XMLInputFactory factory = XMLInputFactory.newDefaultFactory();
    factory.setProperty(XMLInputFactory.SUPPORT_DTD, false);
    factory.setProperty(XMLInputFactory.IS_SUPPORTING_EXTERNAL_ENTITIES, false);
    factory.setProperty(XMLInputFactory.IS_REPLACING_ENTITY_REFERENCES, false);
    return factory;
  }

  private void readElements() throws XMLStreamException, ManifestException {
    while (xml.hasNext()) {
      switch (next()) {
        case XMLStreamConstants.START_ELEMENT -> {
          if (++elements > maxElements || ++depth > MAX_DEPTH) {
            throw new ManifestException("it has too many elements, or too deep ones");
          }
          begin(xml.getLocalName());
        }
        case XMLStreamConstants.END_ELEMENT -> {
          depth--;
          end(xml.getLocalName());
        }
        case XMLStreamConstants.DTD, XMLStreamConstants.ENTITY_REFERENCE ->
            throw new ManifestException("it has a DOCTYPE or entities");
        default -> {}
      }
    }
  }

  private int next() throws XMLStreamException, ManifestException {
    try {
      return xml.next();
    } catch (RuntimeException e) {
      // The JDK's parser promises not to, but is not ours.
      throw new ManifestException("its XML cannot be parsed", e);
    }
  }

  private void begin(String element) {
    switch (element) {
      case "provider" -> beginProvider();
      case "resources" -> english = attribute("culture").toLowerCase(Locale.ROOT).startsWith("en");
      case "string" -> {
        // The first language, but for English.
        if (english || !strings.containsKey(attribute("id"))) {
          strings.put(attribute("id"), attribute("value"));
        }
      }
      default -> {
        if (provider != null) {
          begin(provider, element);
        }
      }
    }
  }

  private void beginProvider() {
    UUID guid = guid(attribute("guid"));
    provider = guid == null ? null : new ProviderDraft(guid, attribute("name"));
    if (provider != null) {
      providers.add(provider);
    }
  }

  private void begin(ProviderDraft draft, String element) {
    switch (element) {
      case "task" -> task = attribute("name");
      case "opcode" -> {
        Long value = number(attribute("value"));
        if (value != null && value >= 0 && value <= 0xFF) {
          draft.opcode(task, attribute("name"), value.intValue());
        }
      }
      case "valueMap" -> map = draft.map(attribute("name"), false);
      case "bitMap" -> map = draft.map(attribute("name"), true);
      case "map" -> {
        Long value = number(attribute("value"));
        if (map != null && value != null) {
          String message = attribute("message");
          map.putIfAbsent(unsigned(value), message.isEmpty() ? attribute("symbol") : message);
        }
      }
      case "template" -> fields.push(draft.template(attribute("tid")));
      case "struct" -> beginStruct();
      case "data" -> addField(field(null));
      case "event" -> event(draft);
      default -> {}
    }
  }

  private void end(String element) {
    switch (element) {
      case "provider" -> {
        provider = null;
        fields.clear();
      }
      case "task" -> task = "";
      case "valueMap", "bitMap" -> map = null;
      case "template", "struct" -> fields.poll();
      default -> {}
    }
  }

  private void beginStruct() {
    List<FieldDraft> members = new ArrayList<>();
    if (fields.size() <= MAX_STRUCTS) {
      addField(field(members));
    }
    fields.push(members);
  }

  private void addField(FieldDraft field) {
    List<FieldDraft> current = fields.peek();
    if (current != null) {
      current.add(field);
    }
  }

  private FieldDraft field(@Nullable List<FieldDraft> members) {
    String in = attribute("inType");
    return new FieldDraft(
        attribute("name"),
        in.isEmpty() ? "win:UnicodeString" : in,
        attribute("outType"),
        attribute("count"),
        attribute("length"),
        attribute("map"),
        members);
  }

  private void event(ProviderDraft draft) {
    Long id = number(attribute("value"));
    Long version = number(attribute("version"));
    if (id == null || id < 0 || id > 0xFFFF) {
      return;
    }
    draft.event(
        new EventDraft(
            id.intValue(),
            version == null ? 0 : version.intValue() & 0xFF,
            attribute("name"),
            attribute("symbol"),
            attribute("task"),
            attribute("opcode"),
            attribute("template")));
  }

  /** Empty where it is absent. */
  private String attribute(String name) {
    String value = xml.getAttributeValue(null, name);
    return value == null ? "" : value;
  }

  /** Decimal, or hex with 0x, up to 64 bits; null where it is no number. */
  static @Nullable Long number(String text) {
    try {
      String trimmed = text.strip();
      if (trimmed.startsWith("0x") || trimmed.startsWith("0X")) {
        return Long.parseUnsignedLong(trimmed.substring(2), 16);
      }
      return trimmed.isEmpty() ? null : Long.valueOf(trimmed);
    } catch (NumberFormatException _) {
      return null;
    }
  }

  /** Of a map, which has numbers of 32 bits. */
  private static long unsigned(long value) {
    return value == (int) value ? Integer.toUnsignedLong((int) value) : value;
  }

  private static @Nullable UUID guid(String text) {
    try {
      return UUID.fromString(text.strip().replaceAll("[{}]", ""));
    } catch (IllegalArgumentException _) {
      return null;
    }
  }
}
