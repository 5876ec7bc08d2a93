// Generated from schema/wsktrace.man: change that, then run `mvn -pl schema compile exec:exec`.
package org.wsktrace.event;

/** A copy of fields of a kernel object, taken when the event was logged. */
public record IndicationRef(
    long element) {}

