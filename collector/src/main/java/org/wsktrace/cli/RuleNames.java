package org.wsktrace.cli;

import java.util.Arrays;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
import org.wsktrace.rule.Group;
import org.wsktrace.rule.Rule;
import org.wsktrace.rule.RuleInfo;
import org.wsktrace.rule.judge.Catalogue;

/**
 * Rules by the names that people give them, in any case of letters: an id, with or without its
 * WSK-, an alias, or a group.
 */
final class RuleNames {
  private static final String PREFIX = "WSK-";

  private RuleNames() {}

  /**
   * The rule of an id or an alias.
   *
   * @throws IllegalArgumentException where there is none; the message names the nearest
   */
  static RuleInfo rule(String given) {
    return find(given)
        .orElseThrow(
            () ->
                new IllegalArgumentException(
                    "there is no rule %s; the nearest are %s"
                        .formatted(given, EditDistance.nearest(whole(given), ids()))));
  }

  /**
   * The ids that these names mean.
   *
   * @throws IllegalArgumentException where one means nothing; the message names the nearest
   */
  static Set<String> ids(List<String> given) {
    Set<String> ids = new LinkedHashSet<>();
    for (String name : given) {
      String word = name.strip();
      Optional<Group> group = group(word);
      if (group.isPresent()) {
        infos()
            .filter(info -> info.group() == group.get())
            .map(RuleInfo::id)
            .forEach(id -> ids.add(id));
      } else {
        ids.add(find(word).orElseThrow(() -> unknown(word)).id());
      }
    }
    return ids;
  }

  static boolean isGroup(String given) {
    return group(given).isPresent();
  }

  /** The word with the WSK- that all ids have. */
  static String whole(String given) {
    String upper = given.toUpperCase(Locale.ROOT);
    return upper.startsWith(PREFIX) ? upper : PREFIX + upper;
  }

  static String word(Group group) {
    return group.name().toLowerCase(Locale.ROOT);
  }

  private static Optional<RuleInfo> find(String given) {
    return Catalogue.find(whole(given)).map(Rule::info);
  }

  private static Optional<Group> group(String word) {
    return Arrays.stream(Group.values())
        .filter(group -> word.equalsIgnoreCase(group.name()) || word.equalsIgnoreCase(group.code()))
        .findFirst();
  }

  private static IllegalArgumentException unknown(String word) {
    boolean like = word.chars().anyMatch(Character::isDigit);
    return new IllegalArgumentException(
        "there is no rule and no group of rules '%s'; the nearest are %s"
            .formatted(
                word,
                like
                    ? EditDistance.nearest(whole(word), ids())
                    : EditDistance.nearest(word, groups())));
  }

  private static Stream<String> ids() {
    return infos().map(RuleInfo::id);
  }

  private static Stream<String> groups() {
    return Arrays.stream(Group.values()).map(RuleNames::word);
  }

  private static Stream<RuleInfo> infos() {
    return Catalogue.RULES.stream().map(Rule::info);
  }
}
