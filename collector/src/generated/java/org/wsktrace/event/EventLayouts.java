// Generated from schema/wsktrace.man: change that, then run `mvn -pl schema compile exec:exec`.
package org.wsktrace.event;

import java.util.List;
import org.wsktrace.event.FieldLayout.Blob;
import org.wsktrace.event.FieldLayout.Meaning;
import org.wsktrace.event.FieldLayout.Named;
import org.wsktrace.event.FieldLayout.Plain;
import org.wsktrace.event.FieldLayout.Structs;
import org.wsktrace.event.FieldLayout.Text;

/** The layout of every event of the manifest, by id. */
public final class EventLayouts {
  private EventLayouts() {}

  private static final ValueNames VERB =
      new ValueNames(
          "Verb",
          false,
          List.of(
              new ValueNames.Entry(1, "WskSocket"),
              new ValueNames.Entry(2, "WskSocketConnect"),
              new ValueNames.Entry(3, "WskControlClient"),
              new ValueNames.Entry(4, "WskGetAddressInfo"),
              new ValueNames.Entry(5, "WskFreeAddressInfo"),
              new ValueNames.Entry(6, "WskGetNameInfo"),
              new ValueNames.Entry(10, "WskControlSocket"),
              new ValueNames.Entry(11, "WskCloseSocket"),
              new ValueNames.Entry(12, "WskBind"),
              new ValueNames.Entry(13, "WskListen"),
              new ValueNames.Entry(14, "WskAccept"),
              new ValueNames.Entry(15, "WskInspectComplete"),
              new ValueNames.Entry(16, "WskConnect"),
              new ValueNames.Entry(17, "WskConnectEx"),
              new ValueNames.Entry(18, "WskGetLocalAddress"),
              new ValueNames.Entry(19, "WskGetRemoteAddress"),
              new ValueNames.Entry(20, "WskSend"),
              new ValueNames.Entry(21, "WskReceive"),
              new ValueNames.Entry(22, "WskDisconnect"),
              new ValueNames.Entry(23, "WskRelease"),
              new ValueNames.Entry(24, "WskSendTo"),
              new ValueNames.Entry(25, "WskReceiveFrom"),
              new ValueNames.Entry(26, "WskSendMessages"),
              new ValueNames.Entry(27, "WskSendEx"),
              new ValueNames.Entry(28, "WskReceiveEx")));

  private static final ValueNames REG_VERB =
      new ValueNames(
          "RegVerb",
          false,
          List.of(
              new ValueNames.Entry(1, "WskRegister"),
              new ValueNames.Entry(2, "WskCaptureProviderNPI"),
              new ValueNames.Entry(3, "WskReleaseProviderNPI"),
              new ValueNames.Entry(4, "WskQueryProviderCharacteristics"),
              new ValueNames.Entry(5, "WskDeregister"),
              new ValueNames.Entry(6, "NmrRegisterClient"),
              new ValueNames.Entry(7, "NmrClientAttachProvider"),
              new ValueNames.Entry(8, "NmrDeregisterClient"),
              new ValueNames.Entry(9, "NmrWaitForClientDeregisterComplete")));

  private static final ValueNames IRP_KIND =
      new ValueNames(
          "IrpKind",
          false,
          List.of(
              new ValueNames.Entry(1, "IoAllocateIrp"),
              new ValueNames.Entry(2, "IoAllocateIrpEx"),
              new ValueNames.Entry(3, "IoInitializeIrp"),
              new ValueNames.Entry(4, "Adopted"),
              new ValueNames.Entry(5, "Upper"),
              new ValueNames.Entry(6, "IoBuildAsynchronousFsdRequest"),
              new ValueNames.Entry(7, "IoBuildSynchronousFsdRequest"),
              new ValueNames.Entry(8, "IoBuildDeviceIoControlRequest"),
              new ValueNames.Entry(9, "IoMakeAssociatedIrp")));

  private static final ValueNames MDL_KIND =
      new ValueNames(
          "MdlKind",
          false,
          List.of(
              new ValueNames.Entry(1, "IoAllocateMdl"),
              new ValueNames.Entry(2, "PartialTarget"),
              new ValueNames.Entry(3, "NetBufferList"),
              new ValueNames.Entry(4, "Adopted")));

  private static final ValueNames CALLBACK_KIND =
      new ValueNames(
          "CallbackKind",
          false,
          List.of(
              new ValueNames.Entry(1, "WskAcceptEvent"),
              new ValueNames.Entry(2, "WskInspectEvent"),
              new ValueNames.Entry(3, "WskAbortEvent"),
              new ValueNames.Entry(4, "WskReceiveEvent"),
              new ValueNames.Entry(5, "WskReceiveFromEvent"),
              new ValueNames.Entry(6, "WskDisconnectEvent"),
              new ValueNames.Entry(7, "WskSendBacklogEvent"),
              new ValueNames.Entry(8, "WskClientEvent")));

  private static final ValueNames WAIT_KIND =
      new ValueNames(
          "WaitKind",
          false,
          List.of(
              new ValueNames.Entry(1, "KeWaitForSingleObject"),
              new ValueNames.Entry(2, "KeWaitForMultipleObjects"),
              new ValueNames.Entry(3, "KeDelayExecutionThread")));

  private static final ValueNames FAULT_KIND =
      new ValueNames(
          "FaultKind",
          false,
          List.of(
              new ValueNames.Entry(1, "Hold"),
              new ValueNames.Entry(2, "Reorder"),
              new ValueNames.Entry(3, "Fail"),
              new ValueNames.Entry(4, "Follow"),
              new ValueNames.Entry(5, "LetGo")));

  private static final ValueNames LOSS_REASON =
      new ValueNames(
          "LossReason",
          false,
          List.of(
              new ValueNames.Entry(1, "RingOverwritten"),
              new ValueNames.Entry(2, "RecordDropped"),
              new ValueNames.Entry(3, "NoSlot"),
              new ValueNames.Entry(4, "EtwRefused")));

  private static final ValueNames HASH_WHEN =
      new ValueNames(
          "HashWhen",
          false,
          List.of(
              new ValueNames.Entry(1, "Enter"),
              new ValueNames.Entry(2, "Complete")));

  private static final ValueNames HASH_ALGORITHM =
      new ValueNames(
          "HashAlgorithm",
          false,
          List.of(
              new ValueNames.Entry(1, "Xxh64")));

  private static final ValueNames HASH_OUTCOME =
      new ValueNames(
          "HashOutcome",
          false,
          List.of(
              new ValueNames.Entry(1, "Whole"),
              new ValueNames.Entry(2, "Beginning"),
              new ValueNames.Entry(3, "NotMapped"),
              new ValueNames.Entry(4, "Gone")));

  private static final ValueNames RULE_NUMBER =
      new ValueNames(
          "RuleNumber",
          false,
          List.of(
              new ValueNames.Entry(1001, "WskBuf001"),
              new ValueNames.Entry(1002, "WskBuf002"),
              new ValueNames.Entry(1003, "WskBuf003"),
              new ValueNames.Entry(2004, "WskIrp004"),
              new ValueNames.Entry(2005, "WskIrp005"),
              new ValueNames.Entry(4001, "WskSock001"),
              new ValueNames.Entry(4003, "WskSock003")));

  private static final ValueNames TIERS =
      new ValueNames(
          "Tiers",
          true,
          List.of(
              new ValueNames.Entry(1, "WskCalls"),
              new ValueNames.Entry(2, "IrpCalls"),
              new ValueNames.Entry(4, "MdlCalls"),
              new ValueNames.Entry(8, "PoolCalls"),
              new ValueNames.Entry(16, "Waits"),
              new ValueNames.Entry(32, "Hashes"),
              new ValueNames.Entry(64, "Stacks")));

  private static final ValueNames HEADER_FLAGS =
      new ValueNames(
          "HeaderFlags",
          true,
          List.of(
              new ValueNames.Entry(1, "Adopted"),
              new ValueNames.Entry(2, "Truncated"),
              new ValueNames.Entry(4, "InCallback"),
              new ValueNames.Entry(8, "InCompletion")));

  private static final List<FieldLayout> HEADER =
      List.of(
              new Plain("seq", 0, 8, Meaning.PLAIN),
              new Plain("qpc", 8, 8, Meaning.PLAIN),
              new Plain("opId", 16, 8, Meaning.PLAIN),
              new Plain("caller", 24, 8, Meaning.HEX),
              new Plain("stackPointer", 32, 8, Meaning.HEX),
              new Plain("callerRva", 40, 4, Meaning.HEX),
              new Plain("pid", 44, 4, Meaning.PLAIN),
              new Plain("tid", 48, 4, Meaning.PLAIN),
              new Plain("cpu", 52, 2, Meaning.PLAIN),
              new Plain("client", 54, 2, Meaning.PLAIN),
              new Plain("irql", 56, 1, Meaning.PLAIN),
              new Named("headerFlags", 57, 1, HEADER_FLAGS));

  /** All events, in the order of their ids. */
  public static final List<EventLayout> ALL =
      List.of(
          new EventLayout(1, 0, "SessionInfo", 112, HEADER, List.of(
              new Plain("startTime", 64, 8, Meaning.FILETIME),
              new Plain("qpcFrequency", 72, 8, Meaning.PLAIN),
              new Plain("osBuild", 80, 4, Meaning.PLAIN),
              new Plain("probeVersion", 84, 4, Meaning.PLAIN),
              new Named("tiers", 88, 4, TIERS),
              new Plain("processorCount", 92, 4, Meaning.PLAIN),
              new Plain("slotCount", 96, 4, Meaning.PLAIN),
              new Plain("mdlMappedToSystemVa", 100, 2, Meaning.HEX),
              new Plain("mdlPagesLocked", 102, 2, Meaning.HEX),
              new Plain("mdlSourceIsNonPagedPool", 104, 2, Meaning.HEX),
              new Plain("mdlPartial", 106, 2, Meaning.HEX),
              new Plain("invokeOnSuccess", 108, 1, Meaning.HEX),
              new Plain("invokeOnError", 109, 1, Meaning.HEX),
              new Plain("invokeOnCancel", 110, 1, Meaning.HEX),
              new Plain("pointerSize", 111, 1, Meaning.PLAIN))),
          new EventLayout(2, 0, "EventsLost", 96, HEADER, List.of(
              new Plain("count", 64, 8, Meaning.PLAIN),
              new Plain("firstSeq", 72, 8, Meaning.PLAIN),
              new Plain("lastSeq", 80, 8, Meaning.PLAIN),
              new Named("reason", 88, 1, LOSS_REASON))),
          new EventLayout(3, 0, "Heartbeat", 96, HEADER, List.of(
              new Plain("passedUnwrapped", 64, 8, Meaning.PLAIN),
              new Plain("liveOps", 72, 4, Meaning.PLAIN),
              new Plain("liveIrps", 76, 4, Meaning.PLAIN),
              new Plain("liveMdls", 80, 4, Meaning.PLAIN),
              new Plain("liveSockets", 84, 4, Meaning.PLAIN),
              new Plain("freeSlots", 88, 4, Meaning.PLAIN))),
          new EventLayout(4, 0, "DriverLoad", 88, HEADER, List.of(
              new Plain("base", 64, 8, Meaning.HEX),
              new Plain("imageSize", 72, 4, Meaning.PLAIN),
              new Plain("timeDateStamp", 76, 4, Meaning.HEX),
              new Plain("checkSum", 80, 4, Meaning.HEX),
              new Plain("patchedImports", 84, 4, Meaning.PLAIN),
              new Text("name", 88))),
          new EventLayout(5, 0, "DriverUnloadEnter", 80, HEADER, List.of(
              new Plain("base", 64, 8, Meaning.HEX),
              new Plain("imageSize", 72, 4, Meaning.PLAIN))),
          new EventLayout(6, 0, "DriverUnloadExit", 80, HEADER, List.of(
              new Plain("base", 64, 8, Meaning.HEX),
              new Plain("imageSize", 72, 4, Meaning.PLAIN))),
          new EventLayout(10, 0, "RegEnter", 112, HEADER, List.of(
              new Plain("registration", 64, 8, Meaning.HEX),
              new Plain("npi", 72, 8, Meaning.HEX),
              new Plain("dispatch", 80, 8, Meaning.HEX),
              new Plain("clientContext", 88, 8, Meaning.HEX),
              new Plain("clientEvent", 96, 8, Meaning.HEX),
              new Plain("timeout", 104, 4, Meaning.PLAIN),
              new Plain("version", 108, 2, Meaning.HEX),
              new Named("verb", 110, 1, REG_VERB))),
          new EventLayout(11, 0, "RegExit", 96, HEADER, List.of(
              new Plain("registration", 64, 8, Meaning.HEX),
              new Plain("providerClient", 72, 8, Meaning.HEX),
              new Plain("providerDispatch", 80, 8, Meaning.HEX),
              new Plain("status", 88, 4, Meaning.NTSTATUS),
              new Plain("version", 92, 2, Meaning.HEX),
              new Named("verb", 94, 1, REG_VERB))),
          new EventLayout(20, 0, "OpEnter", 376, HEADER, List.of(
              new Plain("socket", 64, 8, Meaning.HEX),
              new Structs("irpSnap", 72, 56, false, List.of(
              new Plain("ptr", 0, 8, Meaning.HEX),
              new Plain("thread", 8, 8, Meaning.HEX),
              new Plain("mdlAddress", 16, 8, Meaning.HEX),
              new Plain("completion", 24, 8, Meaning.HEX),
              new Plain("context", 32, 8, Meaning.HEX),
              new Plain("ioStatus", 40, 4, Meaning.NTSTATUS),
              new Plain("size", 44, 2, Meaning.PLAIN),
              new Plain("stackCount", 46, 1, Meaning.PLAIN),
              new Plain("currentLocation", 47, 1, Meaning.PLAIN),
              new Plain("allocFlags", 48, 1, Meaning.HEX),
              new Plain("cancel", 49, 1, Meaning.PLAIN),
              new Plain("pendingReturned", 50, 1, Meaning.PLAIN),
              new Plain("nextControl", 51, 1, Meaning.HEX))),
              new Plain("stackLow", 128, 8, Meaning.HEX),
              new Plain("stackHigh", 136, 8, Meaning.HEX),
              new Plain("socketContext", 144, 8, Meaning.HEX),
              new Plain("clientDispatch", 152, 8, Meaning.HEX),
              new Plain("callback0", 160, 8, Meaning.HEX),
              new Plain("callback1", 168, 8, Meaning.HEX),
              new Plain("callback2", 176, 8, Meaning.HEX),
              new Plain("securityDescriptor", 184, 8, Meaning.HEX),
              new Plain("inputBuffer", 192, 8, Meaning.HEX),
              new Plain("outputBuffer", 200, 8, Meaning.HEX),
              new Plain("outputSizeReturned", 208, 8, Meaning.HEX),
              new Plain("localAddressOut", 216, 8, Meaning.HEX),
              new Plain("remoteAddressOut", 224, 8, Meaning.HEX),
              new Plain("inspectId", 232, 8, Meaning.HEX),
              new Plain("inspectKey", 240, 8, Meaning.HEX),
              new Plain("flags", 248, 4, Meaning.HEX),
              new Plain("protocol", 252, 4, Meaning.PLAIN),
              new Plain("controlCode", 256, 4, Meaning.HEX),
              new Plain("requestType", 260, 4, Meaning.PLAIN),
              new Plain("controlLevel", 264, 4, Meaning.HEX),
              new Plain("inputSize", 268, 4, Meaning.PLAIN),
              new Plain("outputSize", 272, 4, Meaning.PLAIN),
              new Plain("inspectSerial", 276, 4, Meaning.PLAIN),
              new Plain("addressFamily", 280, 2, Meaning.PLAIN),
              new Plain("socketType", 282, 2, Meaning.PLAIN),
              new Named("verb", 284, 1, VERB),
              new Plain("inspectAction", 285, 1, Meaning.PLAIN),
              new Blob("localAddress", 288, 28, true),
              new Blob("remoteAddress", 316, 28, true),
              new Blob("input", 344, 32, false))),
          new EventLayout(21, 0, "OpExit", 88, HEADER, List.of(
              new Plain("socket", 64, 8, Meaning.HEX),
              new Plain("irp", 72, 8, Meaning.HEX),
              new Plain("status", 80, 4, Meaning.NTSTATUS),
              new Named("verb", 84, 1, VERB))),
          new EventLayout(22, 0, "OpComplete", 104, HEADER, List.of(
              new Plain("irp", 64, 8, Meaning.HEX),
              new Plain("information", 72, 8, Meaning.HEX),
              new Plain("routine", 80, 8, Meaning.HEX),
              new Plain("routineRva", 88, 4, Meaning.HEX),
              new Plain("ioStatus", 92, 4, Meaning.NTSTATUS),
              new Named("verb", 96, 1, VERB),
              new Plain("pendingReturned", 97, 1, Meaning.PLAIN),
              new Plain("cancel", 98, 1, Meaning.PLAIN),
              new Plain("inCall", 99, 1, Meaning.PLAIN))),
          new EventLayout(23, 0, "OpCompleteExit", 88, HEADER, List.of(
              new Plain("irp", 64, 8, Meaning.HEX),
              new Plain("duration", 72, 8, Meaning.PLAIN),
              new Plain("status", 80, 4, Meaning.NTSTATUS),
              new Named("verb", 84, 1, VERB),
              new Plain("irqlOut", 85, 1, Meaning.PLAIN))),
          new EventLayout(30, 0, "SendEnter", 224, HEADER, List.of(
              new Plain("socket", 64, 8, Meaning.HEX),
              new Structs("irpSnap", 72, 56, false, List.of(
              new Plain("ptr", 0, 8, Meaning.HEX),
              new Plain("thread", 8, 8, Meaning.HEX),
              new Plain("mdlAddress", 16, 8, Meaning.HEX),
              new Plain("completion", 24, 8, Meaning.HEX),
              new Plain("context", 32, 8, Meaning.HEX),
              new Plain("ioStatus", 40, 4, Meaning.NTSTATUS),
              new Plain("size", 44, 2, Meaning.PLAIN),
              new Plain("stackCount", 46, 1, Meaning.PLAIN),
              new Plain("currentLocation", 47, 1, Meaning.PLAIN),
              new Plain("allocFlags", 48, 1, Meaning.HEX),
              new Plain("cancel", 49, 1, Meaning.PLAIN),
              new Plain("pendingReturned", 50, 1, Meaning.PLAIN),
              new Plain("nextControl", 51, 1, Meaning.HEX))),
              new Plain("stackLow", 128, 8, Meaning.HEX),
              new Plain("stackHigh", 136, 8, Meaning.HEX),
              new Plain("wskBuf", 144, 8, Meaning.HEX),
              new Plain("mdlHead", 152, 8, Meaning.HEX),
              new Plain("length", 160, 8, Meaning.PLAIN),
              new Plain("control", 168, 8, Meaning.HEX),
              new Plain("offset", 176, 4, Meaning.PLAIN),
              new Plain("flags", 180, 4, Meaning.HEX),
              new Plain("controlLength", 184, 4, Meaning.PLAIN),
              new Plain("bufIndex", 188, 2, Meaning.PLAIN),
              new Plain("bufCount", 190, 2, Meaning.PLAIN),
              new Blob("remoteAddress", 192, 28, true),
              new Named("verb", 220, 1, VERB),
              new Plain("truncated", 221, 1, Meaning.PLAIN),
              new Plain("mdlCount", 222, 2, Meaning.PLAIN),
              new Structs("mdlSnap", 224, 48, true, List.of(
              new Plain("ptr", 0, 8, Meaning.HEX),
              new Plain("next", 8, 8, Meaning.HEX),
              new Plain("startVa", 16, 8, Meaning.HEX),
              new Plain("mappedVa", 24, 8, Meaning.HEX),
              new Plain("process", 32, 8, Meaning.HEX),
              new Plain("byteCount", 40, 4, Meaning.PLAIN),
              new Plain("byteOffset", 44, 2, Meaning.PLAIN),
              new Plain("mdlFlags", 46, 2, Meaning.HEX))))),
          new EventLayout(31, 0, "RecvEnter", 216, HEADER, List.of(
              new Plain("socket", 64, 8, Meaning.HEX),
              new Structs("irpSnap", 72, 56, false, List.of(
              new Plain("ptr", 0, 8, Meaning.HEX),
              new Plain("thread", 8, 8, Meaning.HEX),
              new Plain("mdlAddress", 16, 8, Meaning.HEX),
              new Plain("completion", 24, 8, Meaning.HEX),
              new Plain("context", 32, 8, Meaning.HEX),
              new Plain("ioStatus", 40, 4, Meaning.NTSTATUS),
              new Plain("size", 44, 2, Meaning.PLAIN),
              new Plain("stackCount", 46, 1, Meaning.PLAIN),
              new Plain("currentLocation", 47, 1, Meaning.PLAIN),
              new Plain("allocFlags", 48, 1, Meaning.HEX),
              new Plain("cancel", 49, 1, Meaning.PLAIN),
              new Plain("pendingReturned", 50, 1, Meaning.PLAIN),
              new Plain("nextControl", 51, 1, Meaning.HEX))),
              new Plain("stackLow", 128, 8, Meaning.HEX),
              new Plain("stackHigh", 136, 8, Meaning.HEX),
              new Plain("wskBuf", 144, 8, Meaning.HEX),
              new Plain("mdlHead", 152, 8, Meaning.HEX),
              new Plain("length", 160, 8, Meaning.PLAIN),
              new Plain("remoteAddressOut", 168, 8, Meaning.HEX),
              new Plain("controlOut", 176, 8, Meaning.HEX),
              new Plain("controlLengthOut", 184, 8, Meaning.HEX),
              new Plain("controlFlagsOut", 192, 8, Meaning.HEX),
              new Plain("offset", 200, 4, Meaning.PLAIN),
              new Plain("flags", 204, 4, Meaning.HEX),
              new Plain("controlLength", 208, 4, Meaning.PLAIN),
              new Named("verb", 212, 1, VERB),
              new Plain("truncated", 213, 1, Meaning.PLAIN),
              new Plain("mdlCount", 214, 2, Meaning.PLAIN),
              new Structs("mdlSnap", 216, 48, true, List.of(
              new Plain("ptr", 0, 8, Meaning.HEX),
              new Plain("next", 8, 8, Meaning.HEX),
              new Plain("startVa", 16, 8, Meaning.HEX),
              new Plain("mappedVa", 24, 8, Meaning.HEX),
              new Plain("process", 32, 8, Meaning.HEX),
              new Plain("byteCount", 40, 4, Meaning.PLAIN),
              new Plain("byteOffset", 44, 2, Meaning.PLAIN),
              new Plain("mdlFlags", 46, 2, Meaning.HEX))))),
          new EventLayout(32, 0, "OpMdlMore", 72, HEADER, List.of(
              new Plain("firstIndex", 64, 2, Meaning.PLAIN),
              new Plain("mdlCount", 70, 2, Meaning.PLAIN),
              new Structs("mdlSnap", 72, 48, true, List.of(
              new Plain("ptr", 0, 8, Meaning.HEX),
              new Plain("next", 8, 8, Meaning.HEX),
              new Plain("startVa", 16, 8, Meaning.HEX),
              new Plain("mappedVa", 24, 8, Meaning.HEX),
              new Plain("process", 32, 8, Meaning.HEX),
              new Plain("byteCount", 40, 4, Meaning.PLAIN),
              new Plain("byteOffset", 44, 2, Meaning.PLAIN),
              new Plain("mdlFlags", 46, 2, Meaning.HEX))))),
          new EventLayout(33, 0, "OpPayloadHash", 88, HEADER, List.of(
              new Plain("hash", 64, 8, Meaning.HEX),
              new Plain("length", 72, 4, Meaning.PLAIN),
              new Plain("bufIndex", 76, 2, Meaning.PLAIN),
              new Named("when", 78, 1, HASH_WHEN),
              new Named("algorithm", 79, 1, HASH_ALGORITHM),
              new Named("outcome", 80, 1, HASH_OUTCOME),
              new Plain("again", 81, 1, Meaning.PLAIN))),
          new EventLayout(34, 0, "OpMdlRecheck", 120, HEADER, List.of(
              new Plain("changedMask", 64, 4, Meaning.HEX),
              new Plain("firstChangedIndex", 68, 2, Meaning.PLAIN),
              new Structs("mdlSnap", 72, 48, false, List.of(
              new Plain("ptr", 0, 8, Meaning.HEX),
              new Plain("next", 8, 8, Meaning.HEX),
              new Plain("startVa", 16, 8, Meaning.HEX),
              new Plain("mappedVa", 24, 8, Meaning.HEX),
              new Plain("process", 32, 8, Meaning.HEX),
              new Plain("byteCount", 40, 4, Meaning.PLAIN),
              new Plain("byteOffset", 44, 2, Meaning.PLAIN),
              new Plain("mdlFlags", 46, 2, Meaning.HEX))))),
          new EventLayout(40, 0, "IrpBirth", 80, HEADER, List.of(
              new Plain("irp", 64, 8, Meaning.HEX),
              new Plain("packetSize", 72, 2, Meaning.PLAIN),
              new Plain("stackSize", 74, 1, Meaning.PLAIN),
              new Named("kind", 75, 1, IRP_KIND))),
          new EventLayout(41, 0, "IrpReuse", 80, HEADER, List.of(
              new Plain("irp", 64, 8, Meaning.HEX),
              new Plain("status", 72, 4, Meaning.NTSTATUS))),
          new EventLayout(42, 0, "IrpFree", 72, HEADER, List.of(
              new Plain("irp", 64, 8, Meaning.HEX))),
          new EventLayout(43, 0, "IrpCancel", 72, HEADER, List.of(
              new Plain("irp", 64, 8, Meaning.HEX))),
          new EventLayout(44, 0, "IrpCancelRet", 80, HEADER, List.of(
              new Plain("irp", 64, 8, Meaning.HEX),
              new Plain("hadRoutine", 72, 1, Meaning.PLAIN))),
          new EventLayout(46, 0, "IrpCompleteRequest", 72, HEADER, List.of(
              new Plain("irp", 64, 8, Meaning.HEX))),
          new EventLayout(50, 0, "MdlBirth", 96, HEADER, List.of(
              new Plain("mdl", 64, 8, Meaning.HEX),
              new Plain("va", 72, 8, Meaning.HEX),
              new Plain("irp", 80, 8, Meaning.HEX),
              new Plain("length", 88, 4, Meaning.PLAIN),
              new Named("kind", 92, 1, MDL_KIND),
              new Plain("secondary", 93, 1, Meaning.PLAIN))),
          new EventLayout(51, 0, "MdlBuild", 104, HEADER, List.of(
              new Plain("mdl", 64, 8, Meaning.HEX),
              new Plain("sourceMdl", 72, 8, Meaning.HEX),
              new Plain("va", 80, 8, Meaning.HEX),
              new Plain("length", 88, 4, Meaning.PLAIN),
              new Plain("status", 92, 4, Meaning.NTSTATUS),
              new Plain("mdlFlags", 96, 2, Meaning.HEX),
              new Plain("access", 98, 1, Meaning.PLAIN))),
          new EventLayout(52, 0, "MdlLock", 104, HEADER, List.of(
              new Plain("mdl", 64, 8, Meaning.HEX),
              new Plain("sourceMdl", 72, 8, Meaning.HEX),
              new Plain("va", 80, 8, Meaning.HEX),
              new Plain("length", 88, 4, Meaning.PLAIN),
              new Plain("status", 92, 4, Meaning.NTSTATUS),
              new Plain("mdlFlags", 96, 2, Meaning.HEX),
              new Plain("access", 98, 1, Meaning.PLAIN))),
          new EventLayout(53, 0, "MdlUnlock", 104, HEADER, List.of(
              new Plain("mdl", 64, 8, Meaning.HEX),
              new Plain("sourceMdl", 72, 8, Meaning.HEX),
              new Plain("va", 80, 8, Meaning.HEX),
              new Plain("length", 88, 4, Meaning.PLAIN),
              new Plain("status", 92, 4, Meaning.NTSTATUS),
              new Plain("mdlFlags", 96, 2, Meaning.HEX),
              new Plain("access", 98, 1, Meaning.PLAIN))),
          new EventLayout(54, 0, "MdlPartial", 104, HEADER, List.of(
              new Plain("mdl", 64, 8, Meaning.HEX),
              new Plain("sourceMdl", 72, 8, Meaning.HEX),
              new Plain("va", 80, 8, Meaning.HEX),
              new Plain("length", 88, 4, Meaning.PLAIN),
              new Plain("status", 92, 4, Meaning.NTSTATUS),
              new Plain("mdlFlags", 96, 2, Meaning.HEX),
              new Plain("access", 98, 1, Meaning.PLAIN))),
          new EventLayout(55, 0, "MdlAdvance", 104, HEADER, List.of(
              new Plain("mdl", 64, 8, Meaning.HEX),
              new Plain("sourceMdl", 72, 8, Meaning.HEX),
              new Plain("va", 80, 8, Meaning.HEX),
              new Plain("length", 88, 4, Meaning.PLAIN),
              new Plain("status", 92, 4, Meaning.NTSTATUS),
              new Plain("mdlFlags", 96, 2, Meaning.HEX),
              new Plain("access", 98, 1, Meaning.PLAIN))),
          new EventLayout(56, 0, "MdlPrepareReuse", 104, HEADER, List.of(
              new Plain("mdl", 64, 8, Meaning.HEX),
              new Plain("sourceMdl", 72, 8, Meaning.HEX),
              new Plain("va", 80, 8, Meaning.HEX),
              new Plain("length", 88, 4, Meaning.PLAIN),
              new Plain("status", 92, 4, Meaning.NTSTATUS),
              new Plain("mdlFlags", 96, 2, Meaning.HEX),
              new Plain("access", 98, 1, Meaning.PLAIN))),
          new EventLayout(57, 0, "MdlFree", 104, HEADER, List.of(
              new Plain("mdl", 64, 8, Meaning.HEX),
              new Plain("sourceMdl", 72, 8, Meaning.HEX),
              new Plain("va", 80, 8, Meaning.HEX),
              new Plain("length", 88, 4, Meaning.PLAIN),
              new Plain("status", 92, 4, Meaning.NTSTATUS),
              new Plain("mdlFlags", 96, 2, Meaning.HEX),
              new Plain("access", 98, 1, Meaning.PLAIN))),
          new EventLayout(60, 0, "PoolAlloc", 88, HEADER, List.of(
              new Plain("block", 64, 8, Meaning.HEX),
              new Plain("size", 72, 8, Meaning.PLAIN),
              new Plain("poolType", 80, 4, Meaning.PLAIN),
              new Plain("tag", 84, 4, Meaning.HEX))),
          new EventLayout(61, 0, "PoolFree", 88, HEADER, List.of(
              new Plain("block", 64, 8, Meaning.HEX),
              new Plain("size", 72, 8, Meaning.PLAIN),
              new Plain("poolType", 80, 4, Meaning.PLAIN),
              new Plain("tag", 84, 4, Meaning.HEX))),
          new EventLayout(70, 0, "CallbackEnter", 224, HEADER, List.of(
              new Plain("socket", 64, 8, Meaning.HEX),
              new Plain("socketContext", 72, 8, Meaning.HEX),
              new Plain("routine", 80, 8, Meaning.HEX),
              new Plain("dataIndication", 88, 8, Meaning.HEX),
              new Plain("bytesIndicated", 96, 8, Meaning.PLAIN),
              new Plain("bytesAccepted", 104, 8, Meaning.PLAIN),
              new Plain("acceptSocket", 112, 8, Meaning.HEX),
              new Plain("inspectId", 120, 8, Meaning.HEX),
              new Plain("inspectKey", 128, 8, Meaning.HEX),
              new Plain("backlogSize", 136, 8, Meaning.PLAIN),
              new Plain("routineRva", 144, 4, Meaning.HEX),
              new Plain("flags", 148, 4, Meaning.HEX),
              new Plain("inspectSerial", 152, 4, Meaning.PLAIN),
              new Plain("elementCount", 156, 4, Meaning.PLAIN),
              new Named("kind", 160, 1, CALLBACK_KIND),
              new Blob("localAddress", 168, 28, true),
              new Blob("remoteAddress", 196, 28, true))),
          new EventLayout(71, 0, "CallbackExit", 152, HEADER, List.of(
              new Plain("socket", 64, 8, Meaning.HEX),
              new Plain("socketContext", 72, 8, Meaning.HEX),
              new Plain("bytesAccepted", 80, 8, Meaning.PLAIN),
              new Plain("acceptSocket", 88, 8, Meaning.HEX),
              new Plain("acceptContext", 96, 8, Meaning.HEX),
              new Plain("acceptDispatch", 104, 8, Meaning.HEX),
              new Plain("callback0", 112, 8, Meaning.HEX),
              new Plain("callback1", 120, 8, Meaning.HEX),
              new Plain("callback2", 128, 8, Meaning.HEX),
              new Plain("duration", 136, 8, Meaning.PLAIN),
              new Plain("status", 144, 4, Meaning.NTSTATUS),
              new Named("kind", 148, 1, CALLBACK_KIND),
              new Plain("irqlOut", 149, 1, Meaning.PLAIN))),
          new EventLayout(72, 0, "IndicationElem", 144, HEADER, List.of(
              new Plain("socket", 64, 8, Meaning.HEX),
              new Plain("element", 72, 8, Meaning.HEX),
              new Plain("mdlHead", 80, 8, Meaning.HEX),
              new Plain("length", 88, 8, Meaning.PLAIN),
              new Plain("control", 96, 8, Meaning.HEX),
              new Plain("offset", 104, 4, Meaning.PLAIN),
              new Plain("controlLength", 108, 4, Meaning.PLAIN),
              new Blob("remoteAddress", 112, 28, true),
              new Plain("index", 140, 2, Meaning.PLAIN))),
          new EventLayout(73, 0, "ReleaseEnter", 88, HEADER, List.of(
              new Plain("socket", 64, 8, Meaning.HEX),
              new Plain("head", 72, 8, Meaning.HEX),
              new Plain("elementCount", 86, 2, Meaning.PLAIN),
              new Structs("indicationRef", 88, 8, true, List.of(
              new Plain("element", 0, 8, Meaning.HEX))))),
          new EventLayout(74, 0, "ReleaseExit", 88, HEADER, List.of(
              new Plain("socket", 64, 8, Meaning.HEX),
              new Plain("head", 72, 8, Meaning.HEX),
              new Plain("status", 80, 4, Meaning.NTSTATUS))),
          new EventLayout(80, 0, "WaitEnter", 88, HEADER, List.of(
              new Plain("timeout", 64, 8, Meaning.PLAIN),
              new Plain("reason", 72, 4, Meaning.PLAIN),
              new Named("kind", 76, 1, WAIT_KIND),
              new Plain("waitMode", 77, 1, Meaning.PLAIN),
              new Plain("alertable", 78, 1, Meaning.PLAIN),
              new Plain("hasTimeout", 79, 1, Meaning.PLAIN),
              new Plain("onStack", 80, 1, Meaning.PLAIN),
              new Plain("waitType", 81, 1, Meaning.PLAIN),
              new Plain("objectCount", 86, 2, Meaning.PLAIN),
              new Structs("waitObject", 88, 8, true, List.of(
              new Plain("object", 0, 8, Meaning.HEX))))),
          new EventLayout(81, 0, "WaitExit", 88, HEADER, List.of(
              new Plain("object", 64, 8, Meaning.HEX),
              new Plain("duration", 72, 8, Meaning.PLAIN),
              new Plain("status", 80, 4, Meaning.NTSTATUS),
              new Named("kind", 84, 1, WAIT_KIND))),
          new EventLayout(90, 0, "AddrInfoFree", 80, HEADER, List.of(
              new Plain("providerClient", 64, 8, Meaning.HEX),
              new Plain("addrInfo", 72, 8, Meaning.HEX))),
          new EventLayout(100, 0, "InDriverFinding", 88, HEADER, List.of(
              new Plain("a", 64, 8, Meaning.HEX),
              new Plain("b", 72, 8, Meaning.HEX),
              new Named("rule", 80, 2, RULE_NUMBER))),
          new EventLayout(101, 0, "FaultInjected", 96, HEADER, List.of(
              new Plain("socket", 64, 8, Meaning.HEX),
              new Plain("irp", 72, 8, Meaning.HEX),
              new Plain("value", 80, 8, Meaning.PLAIN),
              new Plain("status", 88, 4, Meaning.NTSTATUS),
              new Named("verb", 92, 1, VERB),
              new Named("kind", 93, 1, FAULT_KIND))));
}
