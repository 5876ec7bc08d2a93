package org.wsktrace.rule.irp;

import java.util.List;
import org.wsktrace.rule.Rule;

/** The rules of this subject, in the order of their ids. */
public final class IrpRules {
  public static final List<Rule> ALL =
      List.of(
          CompletionRoutineMissing.RULE,
          CompletionRoutineSkippable.RULE,
          OwnIrpPassedOn.RULE,
          IrpFreedInFlight.RULE,
          IrpReusedInFlight.RULE,
          IrpNotReinitialised.RULE,
          IrpFreedTwice.RULE,
          IrpLeaked.RULE,
          IrpOfAnotherKind.RULE,
          OwnIrpCompleted.RULE,
          UpperIrpKept.RULE,
          CompletedTwice.RULE,
          CancelOfFinishedIrp.RULE,
          CancelWithoutEffect.RULE,
          NoStackLocation.RULE,
          OperationNeverCompleted.RULE,
          ErrorTakenForRefusal.RULE,
          WaitForSpentEvent.RULE,
          IrpTouchedAfterFree.RULE,
          IrpSizeWrong.RULE);

  private IrpRules() {}
}
