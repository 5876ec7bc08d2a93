// Generated from schema/wsktrace.man: change that, then run `mvn -pl schema compile exec:exec`.
package org.wsktrace.event;

/** What every event begins with. */
public record EventHeader(
    long seq,
    long qpc,
    long opId,
    long caller,
    long stackPointer,
    long callerRva,
    long pid,
    long tid,
    int cpu,
    int client,
    int irql,
    int headerFlags) {}

