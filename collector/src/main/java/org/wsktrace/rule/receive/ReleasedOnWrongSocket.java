package org.wsktrace.rule.receive;

import org.wsktrace.event.IndicationRef;
import org.wsktrace.event.WskEvent.ReleaseEnter;
import org.wsktrace.rule.Charge;
import org.wsktrace.rule.Effect;
import org.wsktrace.rule.Rule;
import org.wsktrace.rule.Trial;
import org.wsktrace.track.receive.Element;
import org.wsktrace.track.receive.Indication;

/** WskRelease of what another socket received, and the driver still has. */
public final class ReleasedOnWrongSocket {
  public static final Rule RULE =
      Rule.declare("WSK-RCV-006", "Data indication released on another socket")
          .error(Effect.BUGCHECK)
          .proved()
          .title(
              "Element {element} of a data indication of socket {socket} was released on socket {other}")
          .why(
              "WSK takes the buffers back on behalf of the wrong connection: its account of both is wrong from then on, and the socket"
                  + " that received them may wait for them for ever when it is closed.")
          .fix("Keep the socket with the list that you retain, and release it there.")
          .source("windows-hardware/drivers/ddi/wsk/nc-wsk-pfn_wsk_release_data_indication_list")
          .judgedBy(ReleasedOnWrongSocket::new);

  private final Trial trial;

  private ReleasedOnWrongSocket(Trial trial) {
    this.trial = trial;
    trial.on(ReleaseEnter.class, this::released);
  }

  private void released(ReleaseEnter release) {
    for (IndicationRef ref : release.indicationRefs()) {
      Element element = trial.tracks().indications().at(ref.element());
      if (element != null
          && element.state().isHeld()
          && element.indication().socket() != release.socket()) {
        Indication indication = element.indication();
        trial.charge(
            Charge.of(trial.event(), "release")
                .with(indication.enter(), "indicate")
                .with(indication.exit(), "retain")
                .address("element", element.address())
                .address("socket", indication.socket())
                .address("other", release.socket()));
        // One list, one mistake.
        return;
      }
    }
  }
}
