package org.wsktrace.rule;

import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * A rule while it is declared, one sentence after the other; {@link #judgedBy} ends it and refuses
 * what is not whole. See {@link RuleInfo} for what each means.
 */
public final class Declaration {
  private final String id;
  private final String name;
  private List<String> aliases = List.of();
  private @Nullable Severity severity;
  private @Nullable Effect effect;
  private @Nullable Confidence confidence;
  private Set<Need> needs = Set.of(Need.CALLS);
  private String title = "";
  private String why = "";
  private String fix = "";
  private String recordNext = "";
  private String source = "";
  private List<Setting> settings = List.of();

  Declaration(String id, String name) {
    this.id = id;
    this.name = name;
  }

  public Declaration alias(String... ids) {
    aliases = List.of(ids);
    return this;
  }

  public Declaration error(Effect what) {
    return severity(Severity.ERROR, what);
  }

  public Declaration warning(Effect what) {
    return severity(Severity.WARNING, what);
  }

  public Declaration note(Effect what) {
    return severity(Severity.NOTE, what);
  }

  private Declaration severity(Severity worth, Effect what) {
    severity = worth;
    effect = what;
    return this;
  }

  /** The order of events alone proves it. */
  public Declaration proved() {
    confidence = Confidence.PROVED;
    return this;
  }

  public Declaration strong() {
    confidence = Confidence.STRONG;
    return this;
  }

  /** Its findings are SUSPECTED at best. */
  public Declaration heuristic() {
    confidence = Confidence.HEURISTIC;
    return this;
  }

  /** {@link Need#CALLS} alone unless this is said. */
  public Declaration needs(Need... what) {
    needs = Set.of(what);
    return this;
  }

  /** The template of a finding's title. */
  public Declaration title(String template) {
    title = template;
    return this;
  }

  public Declaration why(String sentences) {
    why = sentences;
    return this;
  }

  public Declaration fix(String sentences) {
    fix = sentences;
    return this;
  }

  public Declaration recordNext(String sentences) {
    recordNext = sentences;
    return this;
  }

  /**
   * @param page below https://learn.microsoft.com/, such as
   *     windows-hardware/drivers/ddi/wsk/nc-wsk-pfn_wsk_send
   */
  public Declaration source(String page) {
    source = "https://learn.microsoft.com/" + page;
    return this;
  }

  public Declaration settings(Setting... thresholds) {
    settings = List.of(thresholds);
    return this;
  }

  /**
   * @param start makes the object that judges, for one trial
   * @throws IllegalStateException where something was not declared
   */
  public Rule judgedBy(Consumer<Trial> start) {
    if (title.isEmpty() || why.isEmpty() || fix.isEmpty() || source.isEmpty()) {
      throw new IllegalStateException(id + " lacks a title, a why, a fix or a source");
    }
    return new Rule(
        new RuleInfo(
            id,
            aliases,
            name,
            Group.of(id),
            Objects.requireNonNull(severity, id),
            Objects.requireNonNull(effect, id),
            Objects.requireNonNull(confidence, id),
            needs,
            title,
            why,
            fix,
            recordNext,
            source,
            settings),
        start);
  }
}
