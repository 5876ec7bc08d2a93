package org.wsktrace.store;

import java.io.StringWriter;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.wsktrace.store.row.StoredQuantity;
import tools.jackson.core.JacksonException;
import tools.jackson.core.JsonGenerator;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;
import tools.jackson.core.ObjectReadContext;
import tools.jackson.core.ObjectWriteContext;
import tools.jackson.core.StreamReadFeature;
import tools.jackson.core.json.JsonFactory;

/** The column finding.quantities, both ways: session.sql says how it looks. */
final class QuantityJson {
  private static final JsonFactory FACTORY =
      JsonFactory.builder().enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION).build();

  private static final Set<String> KINDS =
      Set.of(StoredQuantity.ADDRESS, StoredQuantity.WORDS, "count", "bytes", "nanos", "status");

  private QuantityJson() {}

  static String text(List<StoredQuantity> quantities) {
    var text = new StringWriter();
    try (JsonGenerator json = FACTORY.createGenerator(ObjectWriteContext.empty(), text)) {
      json.writeStartObject();
      for (StoredQuantity quantity : quantities) {
        json.writeObjectPropertyStart(quantity.name());
        json.writeStringProperty("kind", quantity.kind());
        switch (quantity.kind()) {
          case StoredQuantity.WORDS -> {}
          // Beyond 2^53 most readers of JSON would round it.
          case StoredQuantity.ADDRESS ->
              json.writeStringProperty("value", "0x" + Long.toHexString(quantity.value()));
          default -> json.writeNumberProperty("value", quantity.value());
        }
        json.writeStringProperty("text", quantity.text());
        json.writeEndObject();
      }
      json.writeEndObject();
    }
    return text.toString();
  }

  /**
   * @throws SQLException where the text is none of ours
   */
  static List<StoredQuantity> parse(String text) throws SQLException {
    try (JsonParser json = FACTORY.createParser(ObjectReadContext.empty(), text)) {
      List<StoredQuantity> quantities = new ArrayList<>();
      require(json.nextToken() == JsonToken.START_OBJECT, text);
      while (json.nextToken() == JsonToken.PROPERTY_NAME) {
        quantities.add(quantity(json, text));
      }
      require(json.currentToken() == JsonToken.END_OBJECT && json.nextToken() == null, text);
      return quantities;
    } catch (JacksonException | NumberFormatException e) {
      throw new SQLException("quantities is '%s'".formatted(text), e);
    }
  }

  private static StoredQuantity quantity(JsonParser json, String text) throws SQLException {
    String name = json.currentName();
    String kind = "";
    long value = 0;
    String shown = "";
    require(json.nextToken() == JsonToken.START_OBJECT, text);
    while (json.nextToken() == JsonToken.PROPERTY_NAME) {
      String key = json.currentName();
      JsonToken token = json.nextToken();
      require(token != null && token.isScalarValue(), text);
      switch (key) {
        case "kind" -> kind = json.getString();
        case "value" ->
            value =
                token == JsonToken.VALUE_STRING
                    ? Long.parseUnsignedLong(json.getString().replaceFirst("^0x", ""), 16)
                    : json.getLongValue();
        case "text" -> shown = json.getString();
        default -> {}
      }
    }
    require(json.currentToken() == JsonToken.END_OBJECT && KINDS.contains(kind), text);
    return new StoredQuantity(name, kind, value, shown);
  }

  private static void require(boolean holds, String text) throws SQLException {
    if (!holds) {
      throw new SQLException("quantities is '%s'".formatted(text));
    }
  }
}
