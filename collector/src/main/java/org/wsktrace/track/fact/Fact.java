package org.wsktrace.track.fact;

/** One thing that the trackers know for sure and that no later event of the trace changes. */
public sealed interface Fact permits Operation, IrpLife, MdlLife, SocketLife, DriverImage, Loss {}
