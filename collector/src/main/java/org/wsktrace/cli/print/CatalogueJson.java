package org.wsktrace.cli.print;

import java.io.PrintWriter;
import java.util.List;
import java.util.Locale;
import org.wsktrace.rule.RuleInfo;
import org.wsktrace.rule.Setting;
import tools.jackson.core.JsonGenerator;

/** Rules as JSON. Keys are only added; {@code wsktrace rules --help} names them. */
public final class CatalogueJson {
  private CatalogueJson() {}

  /** Writes one object and a line end. */
  public static void write(PrintWriter to, List<RuleInfo> rules) {
    Json.write(
        to,
        json -> {
          json.writeArrayPropertyStart("rules");
          rules.forEach(rule -> write(json, rule));
          json.writeEndArray();
        });
  }

  private static void write(JsonGenerator json, RuleInfo rule) {
    json.writeStartObject();
    json.writeStringProperty("rule", rule.id());
    json.writeArrayPropertyStart("aliases");
    rule.aliases().forEach(json::writeString);
    json.writeEndArray();
    json.writeStringProperty("name", rule.name());
    json.writeStringProperty("subject", lower(rule.group()));
    json.writeStringProperty("severity", lower(rule.severity()));
    json.writeStringProperty("effect", lower(rule.effect()));
    json.writeStringProperty("confidence", lower(rule.confidence()));
    json.writeArrayPropertyStart("needs");
    rule.needs().stream().sorted().forEach(need -> json.writeString(lower(need)));
    json.writeEndArray();
    json.writeStringProperty("title", rule.title());
    json.writeArrayPropertyStart("settings");
    rule.settings().forEach(setting -> write(json, setting));
    json.writeEndArray();
    json.writeStringProperty("why", rule.why());
    json.writeStringProperty("fix", rule.fix());
    json.writeStringProperty("recordNext", rule.recordNext());
    json.writeStringProperty("documentation", rule.source());
    json.writeEndObject();
  }

  private static void write(JsonGenerator json, Setting setting) {
    json.writeStartObject();
    json.writeStringProperty("name", setting.name());
    json.writeStringProperty("meaning", setting.meaning());
    json.writeStringProperty("unit", lower(setting.unit()));
    json.writeNumberProperty("initial", setting.initial());
    json.writeEndObject();
  }

  private static String lower(Enum<?> constant) {
    return constant.name().toLowerCase(Locale.ROOT);
  }
}
