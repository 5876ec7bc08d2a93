package org.wsktrace.store.row;

/**
 * A rule and what became of it in this trace. Words in lower case, as in the session's tables.
 *
 * @param id WSK-BUF-001
 * @param name a short phrase
 * @param subject trace, buffer, irp, argument, socket, context, receive, registration, performance
 * @param severity error, warning or note
 * @param effect bugcheck, corruption, leak, hang, performance, semantics
 * @param confidence proved, strong, heuristic
 * @param needs what must have been recorded, for people
 * @param recordNext what to record to see more; empty for nothing
 * @param source documentation that states the contract
 * @param verdict violation, suspected, passed or not_evaluated
 * @param reason why it was not evaluated; empty otherwise
 * @param remedy what to do to get it evaluated; empty otherwise
 */
public record StoredRule(
    String id,
    String name,
    String subject,
    String severity,
    String effect,
    String confidence,
    String needs,
    String why,
    String fix,
    String recordNext,
    String source,
    String verdict,
    String reason,
    String remedy) {}
