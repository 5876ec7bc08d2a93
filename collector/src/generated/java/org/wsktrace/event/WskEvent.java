// Generated from schema/wsktrace.man: change that, then run `mvn -pl schema compile exec:exec`.
package org.wsktrace.event;

import java.util.List;

/** One event of a capture. Numbers without a sign are widened, addresses are the bits as they are. */
public sealed interface WskEvent {
  /** The id of the provider that logs these events. */
  String PROVIDER = "4f26a6b1-7d1e-4b0a-9c53-2b0d6a1c7e84";

  /** What every event begins with. */
  EventHeader header();

  /** The number of this event in its capture, over all processors, from 1. */
  default long seq() {
    return header().seq();
  }

  /** What the enter events of calls have in common. */
  sealed interface CallEnter extends WskEvent {
    long socket();

    IrpSnap irpSnap();

    long stackLow();

    long stackHigh();

    long flags();

    Verb verb();
  }

  /** What the enter events of calls have in common. */
  sealed interface DataEnter extends CallEnter {
    long socket();

    IrpSnap irpSnap();

    long wskBuf();

    long mdlHead();

    long length();

    long offset();

    int truncated();

    int mdlCount();

    List<MdlSnap> mdlSnaps();
  }

  /** What events with this payload have in common. */
  sealed interface DriverUnload extends WskEvent {
    long base();

    long imageSize();
  }

  /** What events with this payload have in common. */
  sealed interface IrpPointer extends WskEvent {
    long irp();
  }

  /** What events with this payload have in common. */
  sealed interface MdlCall extends WskEvent {
    long mdl();

    long sourceMdl();

    long va();

    long length();

    int status();

    int mdlFlags();

    int access();
  }

  /** What events with this payload have in common. */
  sealed interface PoolBlock extends WskEvent {
    long block();

    long size();

    long poolType();

    long tag();
  }

  /** Event 1, version 0. */
  record SessionInfo(
      EventHeader header,
      long startTime,
      long qpcFrequency,
      long osBuild,
      long probeVersion,
      long tiers,
      long processorCount,
      long slotCount,
      int mdlMappedToSystemVa,
      int mdlPagesLocked,
      int mdlSourceIsNonPagedPool,
      int mdlPartial,
      int invokeOnSuccess,
      int invokeOnError,
      int invokeOnCancel,
      int pointerSize) implements WskEvent {}

  /** Event 2, version 0. */
  record EventsLost(
      EventHeader header,
      long count,
      long firstSeq,
      long lastSeq,
      LossReason reason) implements WskEvent {}

  /** Event 3, version 0. */
  record Heartbeat(
      EventHeader header,
      long passedUnwrapped,
      long liveOps,
      long liveIrps,
      long liveMdls,
      long liveSockets,
      long freeSlots) implements WskEvent {}

  /** Event 4, version 0. */
  record DriverLoad(
      EventHeader header,
      long base,
      long imageSize,
      long timeDateStamp,
      long checkSum,
      long patchedImports,
      String name) implements WskEvent {}

  /** Event 5, version 0. */
  record DriverUnloadEnter(
      EventHeader header,
      long base,
      long imageSize) implements DriverUnload {}

  /** Event 6, version 0. */
  record DriverUnloadExit(
      EventHeader header,
      long base,
      long imageSize) implements DriverUnload {}

  /** Event 10, version 0. */
  record RegEnter(
      EventHeader header,
      long registration,
      long npi,
      long dispatch,
      long clientContext,
      long clientEvent,
      long timeout,
      int version,
      RegVerb verb) implements WskEvent {}

  /** Event 11, version 0. */
  record RegExit(
      EventHeader header,
      long registration,
      long providerClient,
      long providerDispatch,
      int status,
      int version,
      RegVerb verb) implements WskEvent {}

  /** Event 20, version 0. */
  record OpEnter(
      EventHeader header,
      long socket,
      IrpSnap irpSnap,
      long stackLow,
      long stackHigh,
      long socketContext,
      long clientDispatch,
      long callback0,
      long callback1,
      long callback2,
      long securityDescriptor,
      long inputBuffer,
      long outputBuffer,
      long outputSizeReturned,
      long localAddressOut,
      long remoteAddressOut,
      long inspectId,
      long inspectKey,
      long flags,
      long protocol,
      long controlCode,
      long requestType,
      long controlLevel,
      long inputSize,
      long outputSize,
      long inspectSerial,
      int addressFamily,
      int socketType,
      Verb verb,
      int inspectAction,
      SocketAddress localAddress,
      SocketAddress remoteAddress,
      Bytes input) implements CallEnter {}

  /** Event 21, version 0. */
  record OpExit(
      EventHeader header,
      long socket,
      long irp,
      int status,
      Verb verb) implements WskEvent {}

  /** Event 22, version 0. */
  record OpComplete(
      EventHeader header,
      long irp,
      long information,
      long routine,
      long routineRva,
      int ioStatus,
      Verb verb,
      int pendingReturned,
      int cancel,
      int inCall) implements WskEvent {}

  /** Event 23, version 0. */
  record OpCompleteExit(
      EventHeader header,
      long irp,
      long duration,
      int status,
      Verb verb,
      int irqlOut) implements WskEvent {}

  /** Event 30, version 0. */
  record SendEnter(
      EventHeader header,
      long socket,
      IrpSnap irpSnap,
      long stackLow,
      long stackHigh,
      long wskBuf,
      long mdlHead,
      long length,
      long control,
      long offset,
      long flags,
      long controlLength,
      int bufIndex,
      int bufCount,
      SocketAddress remoteAddress,
      Verb verb,
      int truncated,
      int mdlCount,
      List<MdlSnap> mdlSnaps) implements DataEnter {}

  /** Event 31, version 0. */
  record RecvEnter(
      EventHeader header,
      long socket,
      IrpSnap irpSnap,
      long stackLow,
      long stackHigh,
      long wskBuf,
      long mdlHead,
      long length,
      long remoteAddressOut,
      long controlOut,
      long controlLengthOut,
      long controlFlagsOut,
      long offset,
      long flags,
      long controlLength,
      Verb verb,
      int truncated,
      int mdlCount,
      List<MdlSnap> mdlSnaps) implements DataEnter {}

  /** Event 32, version 0. */
  record OpMdlMore(
      EventHeader header,
      int firstIndex,
      int mdlCount,
      List<MdlSnap> mdlSnaps) implements WskEvent {}

  /** Event 33, version 0. */
  record OpPayloadHash(
      EventHeader header,
      long hash,
      long length,
      int bufIndex,
      HashWhen when,
      HashAlgorithm algorithm,
      HashOutcome outcome,
      int again) implements WskEvent {}

  /** Event 34, version 0. */
  record OpMdlRecheck(
      EventHeader header,
      long changedMask,
      int firstChangedIndex,
      MdlSnap mdlSnap) implements WskEvent {}

  /** Event 40, version 0. */
  record IrpBirth(
      EventHeader header,
      long irp,
      int packetSize,
      int stackSize,
      IrpKind kind) implements WskEvent {}

  /** Event 41, version 0. */
  record IrpReuse(
      EventHeader header,
      long irp,
      int status) implements WskEvent {}

  /** Event 42, version 0. */
  record IrpFree(
      EventHeader header,
      long irp) implements IrpPointer {}

  /** Event 43, version 0. */
  record IrpCancel(
      EventHeader header,
      long irp) implements IrpPointer {}

  /** Event 44, version 0. */
  record IrpCancelRet(
      EventHeader header,
      long irp,
      int hadRoutine) implements WskEvent {}

  /** Event 46, version 0. */
  record IrpCompleteRequest(
      EventHeader header,
      long irp) implements IrpPointer {}

  /** Event 50, version 0. */
  record MdlBirth(
      EventHeader header,
      long mdl,
      long va,
      long irp,
      long length,
      MdlKind kind,
      int secondary) implements WskEvent {}

  /** Event 51, version 0. */
  record MdlBuild(
      EventHeader header,
      long mdl,
      long sourceMdl,
      long va,
      long length,
      int status,
      int mdlFlags,
      int access) implements MdlCall {}

  /** Event 52, version 0. */
  record MdlLock(
      EventHeader header,
      long mdl,
      long sourceMdl,
      long va,
      long length,
      int status,
      int mdlFlags,
      int access) implements MdlCall {}

  /** Event 53, version 0. */
  record MdlUnlock(
      EventHeader header,
      long mdl,
      long sourceMdl,
      long va,
      long length,
      int status,
      int mdlFlags,
      int access) implements MdlCall {}

  /** Event 54, version 0. */
  record MdlPartial(
      EventHeader header,
      long mdl,
      long sourceMdl,
      long va,
      long length,
      int status,
      int mdlFlags,
      int access) implements MdlCall {}

  /** Event 55, version 0. */
  record MdlAdvance(
      EventHeader header,
      long mdl,
      long sourceMdl,
      long va,
      long length,
      int status,
      int mdlFlags,
      int access) implements MdlCall {}

  /** Event 56, version 0. */
  record MdlPrepareReuse(
      EventHeader header,
      long mdl,
      long sourceMdl,
      long va,
      long length,
      int status,
      int mdlFlags,
      int access) implements MdlCall {}

  /** Event 57, version 0. */
  record MdlFree(
      EventHeader header,
      long mdl,
      long sourceMdl,
      long va,
      long length,
      int status,
      int mdlFlags,
      int access) implements MdlCall {}

  /** Event 60, version 0. */
  record PoolAlloc(
      EventHeader header,
      long block,
      long size,
      long poolType,
      long tag) implements PoolBlock {}

  /** Event 61, version 0. */
  record PoolFree(
      EventHeader header,
      long block,
      long size,
      long poolType,
      long tag) implements PoolBlock {}

  /** Event 70, version 0. */
  record CallbackEnter(
      EventHeader header,
      long socket,
      long socketContext,
      long routine,
      long dataIndication,
      long bytesIndicated,
      long bytesAccepted,
      long acceptSocket,
      long inspectId,
      long inspectKey,
      long backlogSize,
      long routineRva,
      long flags,
      long inspectSerial,
      long elementCount,
      CallbackKind kind,
      SocketAddress localAddress,
      SocketAddress remoteAddress) implements WskEvent {}

  /** Event 71, version 0. */
  record CallbackExit(
      EventHeader header,
      long socket,
      long socketContext,
      long bytesAccepted,
      long acceptSocket,
      long acceptContext,
      long acceptDispatch,
      long callback0,
      long callback1,
      long callback2,
      long duration,
      int status,
      CallbackKind kind,
      int irqlOut) implements WskEvent {}

  /** Event 72, version 0. */
  record IndicationElem(
      EventHeader header,
      long socket,
      long element,
      long mdlHead,
      long length,
      long control,
      long offset,
      long controlLength,
      SocketAddress remoteAddress,
      int index) implements WskEvent {}

  /** Event 73, version 0. */
  record ReleaseEnter(
      EventHeader header,
      long socket,
      long head,
      int elementCount,
      List<IndicationRef> indicationRefs) implements WskEvent {}

  /** Event 74, version 0. */
  record ReleaseExit(
      EventHeader header,
      long socket,
      long head,
      int status) implements WskEvent {}

  /** Event 80, version 0. */
  record WaitEnter(
      EventHeader header,
      long timeout,
      long reason,
      WaitKind kind,
      int waitMode,
      int alertable,
      int hasTimeout,
      int onStack,
      int waitType,
      int objectCount,
      List<WaitObject> waitObjects) implements WskEvent {}

  /** Event 81, version 0. */
  record WaitExit(
      EventHeader header,
      long object,
      long duration,
      int status,
      WaitKind kind) implements WskEvent {}

  /** Event 90, version 0. */
  record AddrInfoFree(
      EventHeader header,
      long providerClient,
      long addrInfo) implements WskEvent {}

  /** Event 100, version 0. */
  record InDriverFinding(
      EventHeader header,
      long a,
      long b,
      RuleNumber rule) implements WskEvent {}

  /** Event 101, version 0. */
  record FaultInjected(
      EventHeader header,
      long socket,
      long irp,
      long value,
      int status,
      Verb verb,
      FaultKind kind) implements WskEvent {}

}
