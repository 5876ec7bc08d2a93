package org.wsktrace.track.fact;

import java.util.List;
import org.jspecify.annotations.Nullable;
import org.wsktrace.event.Verb;

/**
 * One call of a WSK verb that takes an IRP. Its enter, return and completion are three moments that
 * are independent of each other: a completion before the return is legal, and each may be missing
 * from the trace.
 *
 * @param opId the number that joins its events, unique in a trace, not 0
 * @param client id of the calling driver, see {@link DriverImage}
 * @param socketLife {@link SocketLife#id}; null for verbs without a socket and for calls whose
 *     enter is missing
 * @param irpLife {@link IrpLife#id}; null for calls without an IRP
 * @param enter null when the trace has only a later moment of it
 * @param exit null when the call has not returned by the end of the trace
 * @param completion null when the IRP has not completed by the end of the trace
 * @param length bytes to send or receive, 0 for other verbs
 * @param flags of the call as they are; for WskSocket the WSK_FLAG_ of the socket's category
 * @param buffers the MDL chain at the enter, in its order
 */
public record Operation(
    long opId,
    int client,
    Verb verb,
    @Nullable Long socketLife,
    @Nullable Long irpLife,
    @Nullable Enter enter,
    @Nullable Exit exit,
    @Nullable Completion completion,
    long length,
    long flags,
    List<Buffer> buffers)
    implements Fact {

  /**
   * The call.
   *
   * @param seq number of the event
   * @param nanos since the trace started
   * @param tid of the calling thread
   * @param irql of the caller, 0 PASSIVE_LEVEL to 2 DISPATCH_LEVEL
   * @param callerRva of the return address, from the start of the client's image; 0 when unknown
   */
  public record Enter(long seq, long nanos, long tid, int irql, long callerRva) {}

  /**
   * The return of the call.
   *
   * @param status NTSTATUS
   */
  public record Exit(long seq, long nanos, int status) {}

  /**
   * The call of the client's completion routine.
   *
   * @param ioStatus IoStatus.Status of the IRP
   * @param information IoStatus.Information: bytes, or the new socket of WskSocket and WskAccept
   */
  public record Completion(long seq, long nanos, int ioStatus, long information) {}

  /**
   * One MDL of the chain, as it was when the call was entered.
   *
   * @param mdlLife {@link MdlLife#id}
   * @param mdl address of the MDL
   * @param va first byte that it describes
   * @param byteCount 0..4294967295
   * @param mdlFlags MDL_ bits of wdm.h
   */
  public record Buffer(long mdlLife, long mdl, long va, long byteCount, int mdlFlags) {}
}
