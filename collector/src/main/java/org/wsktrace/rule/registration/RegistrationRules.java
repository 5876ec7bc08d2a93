package org.wsktrace.rule.registration;

import java.util.List;
import org.wsktrace.rule.Rule;

/** The rules of this subject, in the order of their ids. */
public final class RegistrationRules {
  public static final List<Rule> ALL =
      List.of(
          RegistrationUnbalanced.RULE,
          ProviderNpiUnbalanced.RULE,
          ProviderCalledAfterRelease.RULE,
          RegistrationMemoryGone.RULE,
          DeregisterBlocked.RULE,
          UnloadedBeforeDeregister.RULE,
          CaptureWaitsLong.RULE,
          StaticCallbacksSetLate.RULE,
          SecurityDescriptorUnbalanced.RULE,
          AddressInfoUnbalanced.RULE,
          NmrDetachedTooEarly.RULE,
          CaptureNotRetried.RULE);

  private RegistrationRules() {}
}
