package org.wsktrace.event.text;

import java.util.Locale;
import org.wsktrace.event.HashWhen;
import org.wsktrace.event.NtStatus;
import org.wsktrace.event.RuleNumber;
import org.wsktrace.event.WskEvent;
import org.wsktrace.event.WskEvent.DataEnter;

/** An event in one line for people: what was called, with what, and what came of it. */
public final class EventSentence {
  private EventSentence() {}

  public static String of(WskEvent event) {
    return switch (event) {
      case DataEnter data -> data(data);
      case WskEvent.OpEnter enter ->
          enter.verb().label() + on(enter.socket()) + with(enter.irpSnap().ptr());
      case WskEvent.OpExit exit ->
          exit.verb().label() + " returned " + NtStatus.name(exit.status());
      case WskEvent.OpComplete complete -> completed(complete);
      case WskEvent.OpCompleteExit exit ->
          "completion routine of %s returned %s"
              .formatted(exit.verb().label(), NtStatus.name(exit.status()));
      case WskEvent.OpMdlMore more -> "%d more MDLs of the call".formatted(more.mdlCount());
      case WskEvent.OpMdlRecheck recheck ->
          "MDL 0x%x compared at completion".formatted(recheck.mdlSnap().ptr());
      case WskEvent.OpPayloadHash hash -> payload(hash);
      case WskEvent.IrpBirth birth -> birth.kind().label() + " gave IRP " + hex(birth.irp());
      case WskEvent.IrpReuse reuse -> "IoReuseIrp of IRP " + hex(reuse.irp());
      case WskEvent.IrpFree free -> "IoFreeIrp of IRP " + hex(free.irp());
      case WskEvent.IrpCancel cancel -> "IoCancelIrp of IRP " + hex(cancel.irp());
      case WskEvent.IrpCancelRet ret ->
          "IoCancelIrp found %s cancel routine".formatted(ret.hadRoutine() == 0 ? "no" : "a");
      case WskEvent.IrpCompleteRequest complete ->
          "IoCompleteRequest of IRP " + hex(complete.irp());
      case WskEvent.MdlBirth birth ->
          "%s gave MDL 0x%x for %d bytes at 0x%x"
              .formatted(birth.kind().label(), birth.mdl(), birth.length(), birth.va());
      case WskEvent.MdlCall call -> mdlCall(call);
      case WskEvent.PoolAlloc alloc ->
          "ExAllocatePool gave %d bytes at 0x%x".formatted(alloc.size(), alloc.block());
      case WskEvent.PoolFree free -> "ExFreePool of block " + hex(free.block());
      case WskEvent.CallbackEnter enter -> callback(enter);
      case WskEvent.CallbackExit exit -> returned(exit);
      case WskEvent.IndicationElem element ->
          "indication 0x%x of %d bytes%s, MDL 0x%x"
              .formatted(
                  element.element(), element.length(), on(element.socket()), element.mdlHead());
      case WskEvent.ReleaseEnter enter ->
          "WskRelease of indication %s%s%s"
              .formatted(
                  hex(enter.head()),
                  enter.elementCount() > 1
                      ? " and %d more".formatted(enter.elementCount() - 1)
                      : "",
                  on(enter.socket()));
      case WskEvent.ReleaseExit exit -> "WskRelease returned " + NtStatus.name(exit.status());
      case WskEvent.InDriverFinding finding ->
          "the capture driver saw %s at 0x%x".formatted(name(finding.rule()), finding.a());
      case WskEvent.WaitEnter enter -> waits(enter);
      case WskEvent.WaitExit exit ->
          exit.kind().label() + " returned " + NtStatus.name(exit.status());
      case WskEvent.AddrInfoFree free -> "WskFreeAddressInfo of " + hex(free.addrInfo());
      case WskEvent.FaultInjected fault -> injected(fault);
      case WskEvent.RegEnter enter ->
          "%s of registration 0x%x".formatted(enter.verb().label(), enter.registration());
      case WskEvent.RegExit exit ->
          exit.verb().label() + " returned " + NtStatus.name(exit.status());
      case WskEvent.DriverLoad load -> "%s loaded at 0x%x".formatted(load.name(), load.base());
      case WskEvent.DriverUnloadEnter _ -> "unload routine of the driver called";
      case WskEvent.DriverUnloadExit _ -> "unload routine of the driver returned";
      case WskEvent.SessionInfo info ->
          "capture started on Windows build %d".formatted(info.osBuild());
      case WskEvent.EventsLost lost ->
          "%d events lost: %s".formatted(lost.count(), lost.reason().label());
      case WskEvent.Heartbeat beat ->
          "%d operations, %d IRPs, %d MDLs, %d sockets alive"
              .formatted(beat.liveOps(), beat.liveIrps(), beat.liveMdls(), beat.liveSockets());
    };
  }

  private static String data(DataEnter data) {
    var text =
        new StringBuilder(
            "%s of %d bytes%s%s"
                .formatted(
                    data.verb().label(),
                    data.length(),
                    on(data.socket()),
                    with(data.irpSnap().ptr())));
    if (!data.mdlSnaps().isEmpty()) {
      text.append(", MDL ").append(hex(data.mdlSnaps().getFirst().ptr()));
    }
    if (data.mdlSnaps().size() > 1) {
      text.append(" and %d more".formatted(data.mdlSnaps().size() - 1));
    }
    return text.toString();
  }

  /** WSK-BUF-001 for WskBuf001. */
  private static String name(RuleNumber rule) {
    return rule.label().replaceFirst("(Wsk)(\\D+)(\\d+)", "$1-$2-$3").toUpperCase(Locale.ROOT);
  }

  private static String payload(WskEvent.OpPayloadHash hash) {
    String when = hash.when() == HashWhen.COMPLETE ? " at completion" : " at the call";
    return switch (hash.outcome()) {
      case NOT_MAPPED -> "payload not hashed%s: it is not mapped".formatted(when);
      case GONE -> "payload not hashed%s: its memory may be gone".formatted(when);
      default -> "payload hash of %d bytes%s: %016x".formatted(hash.length(), when, hash.hash());
    };
  }

  /** Not the driver's doing, and not WSK's: so it says who did it. */
  private static String injected(WskEvent.FaultInjected fault) {
    String completion = "completion of " + fault.verb().label() + " with ";
    String status = NtStatus.name(fault.status());
    return "capture driver "
        + switch (fault.kind()) {
          case HOLD -> "holds the %s%s for %d ms".formatted(completion, status, fault.value());
          case REORDER ->
              "holds the %s%s until %d others were delivered"
                  .formatted(completion, status, fault.value());
          case FAIL ->
              "fails %s with %s, call %d".formatted(fault.verb().label(), status, fault.value());
          case FOLLOW ->
              "holds the %s%s behind that of operation %d"
                  .formatted(completion, status, fault.value());
          case LET_GO -> "drops the held completion of %s".formatted(fault.verb().label());
          default -> "injected a fault into " + fault.verb().label();
        };
  }

  private static String waits(WskEvent.WaitEnter enter) {
    String objects =
        switch (enter.waitObjects().size()) {
          case 0 -> "";
          case 1 -> " on " + hex(enter.waitObjects().getFirst().object());
          default ->
              " on %s and %d more"
                  .formatted(
                      hex(enter.waitObjects().getFirst().object()), enter.waitObjects().size() - 1);
        };
    return enter.kind().label() + objects + (enter.hasTimeout() == 0 ? ", without end" : "");
  }

  private static String callback(WskEvent.CallbackEnter enter) {
    String called = enter.kind().label() + " called" + on(enter.socket());
    return switch (enter.kind()) {
      case WSK_ACCEPT_EVENT ->
          enter.acceptSocket() == 0
              ? called + ": the listener is dead"
              : called + " with new socket " + hex(enter.acceptSocket());
      case WSK_RECEIVE_EVENT, WSK_RECEIVE_FROM_EVENT ->
          enter.dataIndication() == 0
              ? called + ": the socket is dead"
              : called + " with indication " + hex(enter.dataIndication());
      case WSK_INSPECT_EVENT, WSK_ABORT_EVENT ->
          called + " for request 0x%x:%d".formatted(enter.inspectKey(), enter.inspectSerial());
      case WSK_SEND_BACKLOG_EVENT ->
          called + ": %s bytes ideal".formatted(Long.toUnsignedString(enter.backlogSize()));
      default -> called;
    };
  }

  private static String returned(WskEvent.CallbackExit exit) {
    String what = exit.kind().label() + " returned ";
    return switch (exit.kind()) {
      case WSK_INSPECT_EVENT ->
          what
              + switch (exit.status()) {
                case 0 -> "WskInspectReject";
                case 1 -> "WskInspectAccept";
                case 2 -> "WskInspectPend";
                default -> Integer.toString(exit.status());
              };
      case WSK_RECEIVE_EVENT ->
          "%s%s, %s bytes accepted"
              .formatted(
                  what, NtStatus.name(exit.status()), Long.toUnsignedString(exit.bytesAccepted()));
      default -> what + NtStatus.name(exit.status());
    };
  }

  private static String completed(WskEvent.OpComplete complete) {
    String what = complete.verb().label() + " completed with " + NtStatus.name(complete.ioStatus());
    if (complete.ioStatus() < 0) {
      return what;
    }
    return switch (complete.verb()) {
      case WSK_SOCKET, WSK_SOCKET_CONNECT, WSK_ACCEPT ->
          what + ", socket " + hex(complete.information());
      case WSK_SEND, WSK_RECEIVE, WSK_SEND_TO, WSK_RECEIVE_FROM, WSK_SEND_MESSAGES ->
          what + ", " + Long.toUnsignedString(complete.information()) + " bytes";
      default -> what;
    };
  }

  private static String mdlCall(WskEvent.MdlCall call) {
    String mdl = " of MDL " + hex(call.mdl());
    return switch (call) {
      case WskEvent.MdlBuild _ -> "MmBuildMdlForNonPagedPool" + mdl;
      case WskEvent.MdlLock lock ->
          "MmProbeAndLockPages"
              + mdl
              + (lock.status() < 0 ? " raised " + NtStatus.name(lock.status()) : "");
      case WskEvent.MdlUnlock _ -> "MmUnlockPages" + mdl;
      case WskEvent.MdlPartial partial ->
          "IoBuildPartialMdl" + mdl + " from MDL " + hex(partial.sourceMdl());
      case WskEvent.MdlAdvance advance ->
          "MmAdvanceMdl%s by %d bytes".formatted(mdl, advance.length());
      case WskEvent.MdlPrepareReuse _ -> "MmPrepareMdlForReuse" + mdl;
      case WskEvent.MdlFree _ -> "IoFreeMdl" + mdl;
    };
  }

  private static String on(long socket) {
    return socket == 0 ? "" : " on socket " + hex(socket);
  }

  private static String with(long irp) {
    return irp == 0 ? "" : " with IRP " + hex(irp);
  }

  private static String hex(long address) {
    return "0x" + Long.toHexString(address);
  }
}
