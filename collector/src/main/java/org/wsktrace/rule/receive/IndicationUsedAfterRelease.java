package org.wsktrace.rule.receive;

import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;
import org.wsktrace.event.IndicationRef;
import org.wsktrace.event.MdlKind;
import org.wsktrace.event.MdlSnap;
import org.wsktrace.event.NtStatus;
import org.wsktrace.event.WskEvent.CallbackExit;
import org.wsktrace.event.WskEvent.DataEnter;
import org.wsktrace.event.WskEvent.IndicationElem;
import org.wsktrace.event.WskEvent.MdlBirth;
import org.wsktrace.event.WskEvent.MdlFree;
import org.wsktrace.event.WskEvent.ReleaseEnter;
import org.wsktrace.rule.Charge;
import org.wsktrace.rule.Effect;
import org.wsktrace.rule.Need;
import org.wsktrace.rule.Rule;
import org.wsktrace.rule.Trial;
import org.wsktrace.track.LiveMdl;
import org.wsktrace.track.LiveOperation;
import org.wsktrace.track.receive.Element;

/**
 * A driver that forwards what it received, without a copy, and gives it back too early: WskRelease,
 * or the return of the callback, while an operation in flight was given the indication's MDL; or an
 * operation that is given that MDL after that. In the latter case it may be another MDL at the same
 * address, so it is only suspected. Of a chain only the first MDL is known; copies by the CPU and
 * partial MDLs can't be seen.
 */
public final class IndicationUsedAfterRelease {
  public static final Rule RULE =
      Rule.declare("WSK-RCV-004", "Received data used after it was given back")
          .error(Effect.CORRUPTION)
          .proved()
          .needs(Need.CALLS, Need.MDL_CALLS)
          .title(
              "{operation} uses MDL {mdl} of a data indication of socket {socket} that {how} gave back to WSK")
          .why(
              "The MDLs and the bytes of a data indication are the network stack's: once WSK has them back they describe other data,"
                  + " or nothing. What is sent from them is somebody else's packet, and what is read through them may be freed"
                  + " memory.")
          .fix(
              "Retain the indication (STATUS_PENDING) and call WskRelease in the completion routine of the operation that forwards"
                  + " it; or copy the data.")
          .source("windows-hardware/drivers/ddi/wsk/nc-wsk-pfn_wsk_receive_event")
          .judgedBy(IndicationUsedAfterRelease::new);

  private static final int MAX_GONE = 1 << 12;

  private final Trial trial;

  /** Elements that WSK has back, by the address of their MDL, as long as no other MDL has it. */
  private final Map<Long, Element> gone = new LinkedHashMap<>();

  private IndicationUsedAfterRelease(Trial trial) {
    this.trial = trial;
    trial.on(ReleaseEnter.class, this::released);
    trial.on(CallbackExit.class, this::returned);
    trial.on(DataEnter.class, this::entered);
    trial.on(IndicationElem.class, element -> gone.remove(element.mdlHead()));
    trial.on(MdlBirth.class, this::born);
    trial.on(MdlFree.class, free -> gone.remove(free.mdl()));
  }

  private void released(ReleaseEnter release) {
    for (IndicationRef ref : release.indicationRefs()) {
      Element element = trial.tracks().indications().at(ref.element());
      if (element != null && element.state().isHeld()) {
        givenBack(element, "WskRelease", "release");
      }
    }
  }

  private void returned(CallbackExit exit) {
    var indication = trial.tracks().indications().arriving(exit.header().opId());
    if (indication != null
        && (exit.status() == NtStatus.SUCCESS || exit.status() == NtStatus.DATA_NOT_ACCEPTED)) {
      for (Element element : indication.elements()) {
        if (element.state().isHeld()) {
          givenBack(element, exit.kind().label(), "return");
        }
      }
    }
  }

  private void givenBack(Element element, String how, String role) {
    LiveMdl mdl = element.mdl() == 0 ? null : trial.tracks().mdls().living(element.mdl());
    if (mdl != null) {
      for (LiveOperation operation : mdl.holders()) {
        if (operation.enter() != null
            && operation.enter().seq() > element.indication().enter().seq()) {
          Charge charge = Charge.of(trial.event(), role).against(operation);
          trial.charge(
              filled(charge, element, how)
                  .blaming(role.equals("return") ? element.indication().enter() : trial.event())
                  .operation("operation", operation));
        }
      }
    }
    if (element.mdl() != 0) {
      gone.put(element.mdl(), element);
      if (gone.size() > MAX_GONE) {
        Iterator<Element> eldest = gone.values().iterator();
        eldest.next();
        eldest.remove();
      }
    }
  }

  private void entered(DataEnter call) {
    if (gone.isEmpty()) {
      return;
    }
    for (MdlSnap snap : call.mdlSnaps()) {
      Element element = gone.get(snap.ptr());
      if (element != null) {
        String how = element.release() == null ? "the return of its callback" : "WskRelease";
        trial.charge(
            filled(Charge.of(trial.event(), "call"), element, how)
                .with(element.release(), "release")
                .words(
                    "operation",
                    "%s of %s bytes"
                        .formatted(call.verb().label(), Long.toUnsignedString(call.length())))
                .doubted("it may be another MDL at the same address"));
        return;
      }
    }
  }

  private void born(MdlBirth birth) {
    // One that is first seen in a call may be the one of the indication.
    if (birth.kind() != MdlKind.ADOPTED) {
      gone.remove(birth.mdl());
    }
  }

  private static Charge filled(Charge charge, Element element, String how) {
    return charge
        .with(element.indication().enter(), "indicate")
        .with(element.indication().exit(), "retain")
        .address("mdl", element.mdl())
        .address("socket", element.indication().socket())
        .words("how", how);
  }
}
