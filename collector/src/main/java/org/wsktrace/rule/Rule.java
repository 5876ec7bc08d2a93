package org.wsktrace.rule;

import java.util.function.Consumer;

/**
 * One thing that a WSK client must or must not do: its declaration and its judgement.
 *
 * @param start begins the rule's part in a trial. It makes an object that belongs to that trial,
 *     tells the trial what the object wants to hear, and may keep what the trackers do not. An
 *     exception from there ends the rule's part and makes it NOT_EVALUATED; the other rules go on
 */
public record Rule(RuleInfo info, Consumer<Trial> start) {
  /**
   * Begins a declaration.
   *
   * @param id stable, such as WSK-BUF-001; its middle says the group
   * @param name a short phrase: MDL freed before completion
   */
  public static Declaration declare(String id, String name) {
    return new Declaration(id, name);
  }
}
