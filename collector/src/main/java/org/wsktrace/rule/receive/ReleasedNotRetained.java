package org.wsktrace.rule.receive;

import org.wsktrace.event.IndicationRef;
import org.wsktrace.event.NtStatus;
import org.wsktrace.event.WskEvent.CallbackExit;
import org.wsktrace.event.WskEvent.ReleaseEnter;
import org.wsktrace.rule.Charge;
import org.wsktrace.rule.Effect;
import org.wsktrace.rule.Rule;
import org.wsktrace.rule.Trial;
import org.wsktrace.track.receive.Element;
import org.wsktrace.track.receive.Element.State;
import org.wsktrace.track.receive.Indication;

/**
 * WSK gets an element of a data indication back twice: by two WskReleases, or by a WskRelease and
 * by what its callback returns. A release inside the callback is fine when that then returns
 * STATUS_PENDING, so it is judged at the return. Elements that were not seen to be indicated are
 * not judged.
 */
public final class ReleasedNotRetained {
  public static final Rule RULE =
      Rule.declare("WSK-RCV-003", "Data indication released that is not retained")
          .error(Effect.BUGCHECK)
          .proved()
          .title("Element {element} of a data indication of socket {socket} was released, {how}")
          .why(
              "Only what a callback retained by returning STATUS_PENDING is the driver's to release, once. An element that WSK has"
                  + " back already may be in use for other data: it is then freed under its new owner, which corrupts the list of"
                  + " free buffers or somebody's data.")
          .fix(
              "Release each element once; return STATUS_PENDING from the callback if you release it there or later, and"
                  + " STATUS_SUCCESS if you do not.")
          .source("windows-hardware/drivers/ddi/wsk/nc-wsk-pfn_wsk_release_data_indication_list")
          .judgedBy(ReleasedNotRetained::new);

  private final Trial trial;

  private ReleasedNotRetained(Trial trial) {
    this.trial = trial;
    trial.on(ReleaseEnter.class, this::released);
    trial.on(CallbackExit.class, this::returned);
  }

  private void released(ReleaseEnter release) {
    for (IndicationRef ref : release.indicationRefs()) {
      Element element = trial.tracks().indications().at(ref.element());
      if (element != null && element.indication().socket() == release.socket()) {
        switch (element.state()) {
          case RELEASED, RELEASED_INSIDE -> charge(element, "and had been released before");
          case RETURNED ->
              charge(element, "after its callback had returned " + status(element.indication()));
          case INDICATED, RETAINED, UNKNOWN -> {}
        }
      }
    }
  }

  private void charge(Element element, String how) {
    Indication indication = element.indication();
    trial.charge(
        of(Charge.of(trial.event(), "release"), element, how)
            .with(element.release(), "first release")
            .with(indication.enter(), "indicate")
            .with(indication.exit(), "return"));
  }

  private void returned(CallbackExit exit) {
    Indication indication = trial.tracks().indications().arriving(exit.header().opId());
    boolean takesBack =
        exit.status() == NtStatus.SUCCESS || exit.status() == NtStatus.DATA_NOT_ACCEPTED;
    if (indication == null || !takesBack) {
      return;
    }
    for (Element element : indication.elements()) {
      if (element.state() == State.RELEASED_INSIDE && element.release() != null) {
        String how = "and then its callback returned " + NtStatus.name(exit.status());
        trial.charge(
            of(Charge.of(trial.event(), "return"), element, how)
                .with(indication.enter(), "indicate")
                .with(element.release(), "release")
                .blaming(element.release()));
      }
    }
  }

  private static Charge of(Charge charge, Element element, String how) {
    return charge
        .address("element", element.address())
        .address("socket", element.indication().socket())
        .words("how", how);
  }

  private static String status(Indication indication) {
    return indication.exit() != null && indication.exit().event() instanceof CallbackExit exit
        ? NtStatus.name(exit.status())
        : "";
  }
}
