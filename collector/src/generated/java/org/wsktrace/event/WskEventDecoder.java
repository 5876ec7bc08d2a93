// Generated from schema/wsktrace.man: change that, then run `mvn -pl schema compile exec:exec`.
package org.wsktrace.event;

import java.lang.foreign.MemorySegment;
import org.jspecify.annotations.Nullable;

/**
 * Reads events from bytes. Bytes behind the fields it knows are ignored: a newer driver may have appended fields.
 * Stateless; any thread.
 */
public final class WskEventDecoder {
  private WskEventDecoder() {}

  /**
   * @param id of the event
   * @param segment holds the payload, {@code size} bytes from {@code offset}
   * @return null for an id that this version does not know
   * @throws MalformedEventException when the payload is shorter than its event
   */
  public static @Nullable WskEvent decode(int id, MemorySegment segment, long offset, long size)
      throws MalformedEventException {
    var payload = new Payload(id, segment, offset, size);
    return switch (id) {
      case 1 -> sessionInfo(payload);
      case 2 -> eventsLost(payload);
      case 3 -> heartbeat(payload);
      case 4 -> driverLoad(payload);
      case 5 -> driverUnloadEnter(payload);
      case 6 -> driverUnloadExit(payload);
      case 10 -> regEnter(payload);
      case 11 -> regExit(payload);
      case 20 -> opEnter(payload);
      case 21 -> opExit(payload);
      case 22 -> opComplete(payload);
      case 23 -> opCompleteExit(payload);
      case 30 -> sendEnter(payload);
      case 31 -> recvEnter(payload);
      case 32 -> opMdlMore(payload);
      case 33 -> opPayloadHash(payload);
      case 34 -> opMdlRecheck(payload);
      case 40 -> irpBirth(payload);
      case 41 -> irpReuse(payload);
      case 42 -> irpFree(payload);
      case 43 -> irpCancel(payload);
      case 44 -> irpCancelRet(payload);
      case 46 -> irpCompleteRequest(payload);
      case 50 -> mdlBirth(payload);
      case 51 -> mdlBuild(payload);
      case 52 -> mdlLock(payload);
      case 53 -> mdlUnlock(payload);
      case 54 -> mdlPartial(payload);
      case 55 -> mdlAdvance(payload);
      case 56 -> mdlPrepareReuse(payload);
      case 57 -> mdlFree(payload);
      case 60 -> poolAlloc(payload);
      case 61 -> poolFree(payload);
      case 70 -> callbackEnter(payload);
      case 71 -> callbackExit(payload);
      case 72 -> indicationElem(payload);
      case 73 -> releaseEnter(payload);
      case 74 -> releaseExit(payload);
      case 80 -> waitEnter(payload);
      case 81 -> waitExit(payload);
      case 90 -> addrInfoFree(payload);
      case 100 -> inDriverFinding(payload);
      case 101 -> faultInjected(payload);
      default -> null;
    };
  }

  private static EventHeader header(Payload payload) {
    return new EventHeader(
        payload.u8(0),
        payload.u8(8),
        payload.u8(16),
        payload.u8(24),
        payload.u8(32),
        payload.u4(40),
        payload.u4(44),
        payload.u4(48),
        payload.u2(52),
        payload.u2(54),
        payload.u1(56),
        payload.u1(57));
  }

  private static IrpSnap irpSnap(Payload payload, long at) {
    return new IrpSnap(
        payload.u8(at + 0),
        payload.u8(at + 8),
        payload.u8(at + 16),
        payload.u8(at + 24),
        payload.u8(at + 32),
        payload.i4(at + 40),
        payload.u2(at + 44),
        payload.u1(at + 46),
        payload.u1(at + 47),
        payload.u1(at + 48),
        payload.u1(at + 49),
        payload.u1(at + 50),
        payload.u1(at + 51));
  }

  private static MdlSnap mdlSnap(Payload payload, long at) {
    return new MdlSnap(
        payload.u8(at + 0),
        payload.u8(at + 8),
        payload.u8(at + 16),
        payload.u8(at + 24),
        payload.u8(at + 32),
        payload.u4(at + 40),
        payload.u2(at + 44),
        payload.u2(at + 46));
  }

  private static IndicationRef indicationRef(Payload payload, long at) {
    return new IndicationRef(
        payload.u8(at + 0));
  }

  private static WaitObject waitObject(Payload payload, long at) {
    return new WaitObject(
        payload.u8(at + 0));
  }

  private static WskEvent.SessionInfo sessionInfo(Payload payload) throws MalformedEventException {
    payload.require(112);
    return new WskEvent.SessionInfo(
        header(payload),
        payload.u8(64),
        payload.u8(72),
        payload.u4(80),
        payload.u4(84),
        payload.u4(88),
        payload.u4(92),
        payload.u4(96),
        payload.u2(100),
        payload.u2(102),
        payload.u2(104),
        payload.u2(106),
        payload.u1(108),
        payload.u1(109),
        payload.u1(110),
        payload.u1(111));
  }

  private static WskEvent.EventsLost eventsLost(Payload payload) throws MalformedEventException {
    payload.require(96);
    return new WskEvent.EventsLost(
        header(payload),
        payload.u8(64),
        payload.u8(72),
        payload.u8(80),
        LossReason.of(payload.u1(88)));
  }

  private static WskEvent.Heartbeat heartbeat(Payload payload) throws MalformedEventException {
    payload.require(96);
    return new WskEvent.Heartbeat(
        header(payload),
        payload.u8(64),
        payload.u4(72),
        payload.u4(76),
        payload.u4(80),
        payload.u4(84),
        payload.u4(88));
  }

  private static WskEvent.DriverLoad driverLoad(Payload payload) throws MalformedEventException {
    payload.require(88);
    return new WskEvent.DriverLoad(
        header(payload),
        payload.u8(64),
        payload.u4(72),
        payload.u4(76),
        payload.u4(80),
        payload.u4(84),
        payload.text(88));
  }

  private static WskEvent.DriverUnloadEnter driverUnloadEnter(Payload payload) throws MalformedEventException {
    payload.require(80);
    return new WskEvent.DriverUnloadEnter(
        header(payload),
        payload.u8(64),
        payload.u4(72));
  }

  private static WskEvent.DriverUnloadExit driverUnloadExit(Payload payload) throws MalformedEventException {
    payload.require(80);
    return new WskEvent.DriverUnloadExit(
        header(payload),
        payload.u8(64),
        payload.u4(72));
  }

  private static WskEvent.RegEnter regEnter(Payload payload) throws MalformedEventException {
    payload.require(112);
    return new WskEvent.RegEnter(
        header(payload),
        payload.u8(64),
        payload.u8(72),
        payload.u8(80),
        payload.u8(88),
        payload.u8(96),
        payload.u4(104),
        payload.u2(108),
        RegVerb.of(payload.u1(110)));
  }

  private static WskEvent.RegExit regExit(Payload payload) throws MalformedEventException {
    payload.require(96);
    return new WskEvent.RegExit(
        header(payload),
        payload.u8(64),
        payload.u8(72),
        payload.u8(80),
        payload.i4(88),
        payload.u2(92),
        RegVerb.of(payload.u1(94)));
  }

  private static WskEvent.OpEnter opEnter(Payload payload) throws MalformedEventException {
    payload.require(376);
    return new WskEvent.OpEnter(
        header(payload),
        payload.u8(64),
        irpSnap(payload, 72),
        payload.u8(128),
        payload.u8(136),
        payload.u8(144),
        payload.u8(152),
        payload.u8(160),
        payload.u8(168),
        payload.u8(176),
        payload.u8(184),
        payload.u8(192),
        payload.u8(200),
        payload.u8(208),
        payload.u8(216),
        payload.u8(224),
        payload.u8(232),
        payload.u8(240),
        payload.u4(248),
        payload.u4(252),
        payload.u4(256),
        payload.u4(260),
        payload.u4(264),
        payload.u4(268),
        payload.u4(272),
        payload.u4(276),
        payload.u2(280),
        payload.u2(282),
        Verb.of(payload.u1(284)),
        payload.u1(285),
        SocketAddress.of(payload.bytes(288, 28)),
        SocketAddress.of(payload.bytes(316, 28)),
        payload.bytes(344, 32));
  }

  private static WskEvent.OpExit opExit(Payload payload) throws MalformedEventException {
    payload.require(88);
    return new WskEvent.OpExit(
        header(payload),
        payload.u8(64),
        payload.u8(72),
        payload.i4(80),
        Verb.of(payload.u1(84)));
  }

  private static WskEvent.OpComplete opComplete(Payload payload) throws MalformedEventException {
    payload.require(104);
    return new WskEvent.OpComplete(
        header(payload),
        payload.u8(64),
        payload.u8(72),
        payload.u8(80),
        payload.u4(88),
        payload.i4(92),
        Verb.of(payload.u1(96)),
        payload.u1(97),
        payload.u1(98),
        payload.u1(99));
  }

  private static WskEvent.OpCompleteExit opCompleteExit(Payload payload) throws MalformedEventException {
    payload.require(88);
    return new WskEvent.OpCompleteExit(
        header(payload),
        payload.u8(64),
        payload.u8(72),
        payload.i4(80),
        Verb.of(payload.u1(84)),
        payload.u1(85));
  }

  private static WskEvent.SendEnter sendEnter(Payload payload) throws MalformedEventException {
    payload.require(224);
    return new WskEvent.SendEnter(
        header(payload),
        payload.u8(64),
        irpSnap(payload, 72),
        payload.u8(128),
        payload.u8(136),
        payload.u8(144),
        payload.u8(152),
        payload.u8(160),
        payload.u8(168),
        payload.u4(176),
        payload.u4(180),
        payload.u4(184),
        payload.u2(188),
        payload.u2(190),
        SocketAddress.of(payload.bytes(192, 28)),
        Verb.of(payload.u1(220)),
        payload.u1(221),
        payload.u2(222),
        payload.list(224, 48, payload.u2(222), WskEventDecoder::mdlSnap));
  }

  private static WskEvent.RecvEnter recvEnter(Payload payload) throws MalformedEventException {
    payload.require(216);
    return new WskEvent.RecvEnter(
        header(payload),
        payload.u8(64),
        irpSnap(payload, 72),
        payload.u8(128),
        payload.u8(136),
        payload.u8(144),
        payload.u8(152),
        payload.u8(160),
        payload.u8(168),
        payload.u8(176),
        payload.u8(184),
        payload.u8(192),
        payload.u4(200),
        payload.u4(204),
        payload.u4(208),
        Verb.of(payload.u1(212)),
        payload.u1(213),
        payload.u2(214),
        payload.list(216, 48, payload.u2(214), WskEventDecoder::mdlSnap));
  }

  private static WskEvent.OpMdlMore opMdlMore(Payload payload) throws MalformedEventException {
    payload.require(72);
    return new WskEvent.OpMdlMore(
        header(payload),
        payload.u2(64),
        payload.u2(70),
        payload.list(72, 48, payload.u2(70), WskEventDecoder::mdlSnap));
  }

  private static WskEvent.OpPayloadHash opPayloadHash(Payload payload) throws MalformedEventException {
    payload.require(88);
    return new WskEvent.OpPayloadHash(
        header(payload),
        payload.u8(64),
        payload.u4(72),
        payload.u2(76),
        HashWhen.of(payload.u1(78)),
        HashAlgorithm.of(payload.u1(79)),
        HashOutcome.of(payload.u1(80)),
        payload.u1(81));
  }

  private static WskEvent.OpMdlRecheck opMdlRecheck(Payload payload) throws MalformedEventException {
    payload.require(120);
    return new WskEvent.OpMdlRecheck(
        header(payload),
        payload.u4(64),
        payload.u2(68),
        mdlSnap(payload, 72));
  }

  private static WskEvent.IrpBirth irpBirth(Payload payload) throws MalformedEventException {
    payload.require(80);
    return new WskEvent.IrpBirth(
        header(payload),
        payload.u8(64),
        payload.u2(72),
        payload.u1(74),
        IrpKind.of(payload.u1(75)));
  }

  private static WskEvent.IrpReuse irpReuse(Payload payload) throws MalformedEventException {
    payload.require(80);
    return new WskEvent.IrpReuse(
        header(payload),
        payload.u8(64),
        payload.i4(72));
  }

  private static WskEvent.IrpFree irpFree(Payload payload) throws MalformedEventException {
    payload.require(72);
    return new WskEvent.IrpFree(
        header(payload),
        payload.u8(64));
  }

  private static WskEvent.IrpCancel irpCancel(Payload payload) throws MalformedEventException {
    payload.require(72);
    return new WskEvent.IrpCancel(
        header(payload),
        payload.u8(64));
  }

  private static WskEvent.IrpCancelRet irpCancelRet(Payload payload) throws MalformedEventException {
    payload.require(80);
    return new WskEvent.IrpCancelRet(
        header(payload),
        payload.u8(64),
        payload.u1(72));
  }

  private static WskEvent.IrpCompleteRequest irpCompleteRequest(Payload payload) throws MalformedEventException {
    payload.require(72);
    return new WskEvent.IrpCompleteRequest(
        header(payload),
        payload.u8(64));
  }

  private static WskEvent.MdlBirth mdlBirth(Payload payload) throws MalformedEventException {
    payload.require(96);
    return new WskEvent.MdlBirth(
        header(payload),
        payload.u8(64),
        payload.u8(72),
        payload.u8(80),
        payload.u4(88),
        MdlKind.of(payload.u1(92)),
        payload.u1(93));
  }

  private static WskEvent.MdlBuild mdlBuild(Payload payload) throws MalformedEventException {
    payload.require(104);
    return new WskEvent.MdlBuild(
        header(payload),
        payload.u8(64),
        payload.u8(72),
        payload.u8(80),
        payload.u4(88),
        payload.i4(92),
        payload.u2(96),
        payload.u1(98));
  }

  private static WskEvent.MdlLock mdlLock(Payload payload) throws MalformedEventException {
    payload.require(104);
    return new WskEvent.MdlLock(
        header(payload),
        payload.u8(64),
        payload.u8(72),
        payload.u8(80),
        payload.u4(88),
        payload.i4(92),
        payload.u2(96),
        payload.u1(98));
  }

  private static WskEvent.MdlUnlock mdlUnlock(Payload payload) throws MalformedEventException {
    payload.require(104);
    return new WskEvent.MdlUnlock(
        header(payload),
        payload.u8(64),
        payload.u8(72),
        payload.u8(80),
        payload.u4(88),
        payload.i4(92),
        payload.u2(96),
        payload.u1(98));
  }

  private static WskEvent.MdlPartial mdlPartial(Payload payload) throws MalformedEventException {
    payload.require(104);
    return new WskEvent.MdlPartial(
        header(payload),
        payload.u8(64),
        payload.u8(72),
        payload.u8(80),
        payload.u4(88),
        payload.i4(92),
        payload.u2(96),
        payload.u1(98));
  }

  private static WskEvent.MdlAdvance mdlAdvance(Payload payload) throws MalformedEventException {
    payload.require(104);
    return new WskEvent.MdlAdvance(
        header(payload),
        payload.u8(64),
        payload.u8(72),
        payload.u8(80),
        payload.u4(88),
        payload.i4(92),
        payload.u2(96),
        payload.u1(98));
  }

  private static WskEvent.MdlPrepareReuse mdlPrepareReuse(Payload payload) throws MalformedEventException {
    payload.require(104);
    return new WskEvent.MdlPrepareReuse(
        header(payload),
        payload.u8(64),
        payload.u8(72),
        payload.u8(80),
        payload.u4(88),
        payload.i4(92),
        payload.u2(96),
        payload.u1(98));
  }

  private static WskEvent.MdlFree mdlFree(Payload payload) throws MalformedEventException {
    payload.require(104);
    return new WskEvent.MdlFree(
        header(payload),
        payload.u8(64),
        payload.u8(72),
        payload.u8(80),
        payload.u4(88),
        payload.i4(92),
        payload.u2(96),
        payload.u1(98));
  }

  private static WskEvent.PoolAlloc poolAlloc(Payload payload) throws MalformedEventException {
    payload.require(88);
    return new WskEvent.PoolAlloc(
        header(payload),
        payload.u8(64),
        payload.u8(72),
        payload.u4(80),
        payload.u4(84));
  }

  private static WskEvent.PoolFree poolFree(Payload payload) throws MalformedEventException {
    payload.require(88);
    return new WskEvent.PoolFree(
        header(payload),
        payload.u8(64),
        payload.u8(72),
        payload.u4(80),
        payload.u4(84));
  }

  private static WskEvent.CallbackEnter callbackEnter(Payload payload) throws MalformedEventException {
    payload.require(224);
    return new WskEvent.CallbackEnter(
        header(payload),
        payload.u8(64),
        payload.u8(72),
        payload.u8(80),
        payload.u8(88),
        payload.u8(96),
        payload.u8(104),
        payload.u8(112),
        payload.u8(120),
        payload.u8(128),
        payload.u8(136),
        payload.u4(144),
        payload.u4(148),
        payload.u4(152),
        payload.u4(156),
        CallbackKind.of(payload.u1(160)),
        SocketAddress.of(payload.bytes(168, 28)),
        SocketAddress.of(payload.bytes(196, 28)));
  }

  private static WskEvent.CallbackExit callbackExit(Payload payload) throws MalformedEventException {
    payload.require(152);
    return new WskEvent.CallbackExit(
        header(payload),
        payload.u8(64),
        payload.u8(72),
        payload.u8(80),
        payload.u8(88),
        payload.u8(96),
        payload.u8(104),
        payload.u8(112),
        payload.u8(120),
        payload.u8(128),
        payload.u8(136),
        payload.i4(144),
        CallbackKind.of(payload.u1(148)),
        payload.u1(149));
  }

  private static WskEvent.IndicationElem indicationElem(Payload payload) throws MalformedEventException {
    payload.require(144);
    return new WskEvent.IndicationElem(
        header(payload),
        payload.u8(64),
        payload.u8(72),
        payload.u8(80),
        payload.u8(88),
        payload.u8(96),
        payload.u4(104),
        payload.u4(108),
        SocketAddress.of(payload.bytes(112, 28)),
        payload.u2(140));
  }

  private static WskEvent.ReleaseEnter releaseEnter(Payload payload) throws MalformedEventException {
    payload.require(88);
    return new WskEvent.ReleaseEnter(
        header(payload),
        payload.u8(64),
        payload.u8(72),
        payload.u2(86),
        payload.list(88, 8, payload.u2(86), WskEventDecoder::indicationRef));
  }

  private static WskEvent.ReleaseExit releaseExit(Payload payload) throws MalformedEventException {
    payload.require(88);
    return new WskEvent.ReleaseExit(
        header(payload),
        payload.u8(64),
        payload.u8(72),
        payload.i4(80));
  }

  private static WskEvent.WaitEnter waitEnter(Payload payload) throws MalformedEventException {
    payload.require(88);
    return new WskEvent.WaitEnter(
        header(payload),
        payload.u8(64),
        payload.u4(72),
        WaitKind.of(payload.u1(76)),
        payload.u1(77),
        payload.u1(78),
        payload.u1(79),
        payload.u1(80),
        payload.u1(81),
        payload.u2(86),
        payload.list(88, 8, payload.u2(86), WskEventDecoder::waitObject));
  }

  private static WskEvent.WaitExit waitExit(Payload payload) throws MalformedEventException {
    payload.require(88);
    return new WskEvent.WaitExit(
        header(payload),
        payload.u8(64),
        payload.u8(72),
        payload.i4(80),
        WaitKind.of(payload.u1(84)));
  }

  private static WskEvent.AddrInfoFree addrInfoFree(Payload payload) throws MalformedEventException {
    payload.require(80);
    return new WskEvent.AddrInfoFree(
        header(payload),
        payload.u8(64),
        payload.u8(72));
  }

  private static WskEvent.InDriverFinding inDriverFinding(Payload payload) throws MalformedEventException {
    payload.require(88);
    return new WskEvent.InDriverFinding(
        header(payload),
        payload.u8(64),
        payload.u8(72),
        RuleNumber.of(payload.u2(80)));
  }

  private static WskEvent.FaultInjected faultInjected(Payload payload) throws MalformedEventException {
    payload.require(96);
    return new WskEvent.FaultInjected(
        header(payload),
        payload.u8(64),
        payload.u8(72),
        payload.u8(80),
        payload.i4(88),
        Verb.of(payload.u1(92)),
        FaultKind.of(payload.u1(93)));
  }
}
