// Generated from schema/wsktrace.man: change that, then run `mvn -pl schema compile exec:exec`.
package org.wsktrace.event;

/** A copy of fields of a kernel object, taken when the event was logged. */
public record IrpSnap(
    long ptr,
    long thread,
    long mdlAddress,
    long completion,
    long context,
    int ioStatus,
    int size,
    int stackCount,
    int currentLocation,
    int allocFlags,
    int cancel,
    int pendingReturned,
    int nextControl) {}

