package org.wsktrace.rule;

import java.util.Set;

/**
 * The declaration of a rule.
 *
 * @param id stable: WSK-BUF-001
 * @param name a short phrase: MDL freed before completion
 * @param group the subject, as the sub-package: buffer, irp, socket, trace
 * @param needs what must have been recorded for the rule to judge
 * @param why it is wrong, in a sentence or two
 * @param fix what to change in the driver
 * @param recordNext what to record to see more, or empty
 * @param source the documentation page that states the contract
 */
public record RuleInfo(
    String id,
    String name,
    String group,
    Severity severity,
    Effect effect,
    Confidence confidence,
    Set<Need> needs,
    String why,
    String fix,
    String recordNext,
    String source) {}
