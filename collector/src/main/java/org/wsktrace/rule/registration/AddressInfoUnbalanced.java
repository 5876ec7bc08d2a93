package org.wsktrace.rule.registration;

import org.jspecify.annotations.Nullable;
import org.wsktrace.event.TimedEvent;
import org.wsktrace.event.Verb;
import org.wsktrace.event.WskEvent.AddrInfoFree;
import org.wsktrace.event.WskEvent.DriverUnloadExit;
import org.wsktrace.event.WskEvent.OpComplete;
import org.wsktrace.event.WskEvent.OpExit;
import org.wsktrace.event.WskEvent.RegExit;
import org.wsktrace.rule.Charge;
import org.wsktrace.rule.Effect;
import org.wsktrace.rule.Rule;
import org.wsktrace.rule.Severity;
import org.wsktrace.rule.Trial;
import org.wsktrace.track.LiveOperation;
import org.wsktrace.track.registration.LiveRegistration;

/**
 * Results of WskGetAddressInfo that are freed twice, or not at all. What a WskGetAddressInfo
 * returned is not recorded: so results are counted for each driver, and a result counts as freed
 * twice when its address is freed twice and no result came in between. A driver whose
 * WskGetAddressInfo has an IRP that the capture driver can't follow is not counted.
 */
public final class AddressInfoUnbalanced {
  public static final Rule RULE =
      Rule.declare("WSK-REG-010", "Result of WskGetAddressInfo freed twice or never")
          .error(Effect.BUGCHECK)
          .proved()
          .title("Address information {info} was freed twice")
          .why(
              "A result belongs to the caller from the completion on. Freed twice it returns pool that may belong to somebody else by"
                  + " then; never freed it is lost until the next start of the machine.")
          .fix(
              "Call WskFreeAddressInfo once for each WskGetAddressInfo whose IRP completed with success.")
          .source("windows-hardware/drivers/ddi/wsk/nc-wsk-pfn_wsk_free_address_info")
          .judgedBy(AddressInfoUnbalanced::new);

  private final Trial trial;

  /** By driver. */
  private final Recent<Integer, Account> accounts = new Recent<>();

  /** The results of one driver. */
  private static final class Account {
    long held;
    boolean countable = true;
    @Nullable TimedEvent lastGet;
    final Recent<Long, TimedEvent> frees = new Recent<>();
  }

  private AddressInfoUnbalanced(Trial trial) {
    this.trial = trial;
    trial.on(OpExit.class, this::returned);
    trial.on(OpComplete.class, this::completed);
    trial.on(AddrInfoFree.class, this::freed);
    trial.on(RegExit.class, this::left);
    trial.on(DriverUnloadExit.class, unload -> leave(unload.header().client(), "unloaded"));
  }

  private void returned(OpExit exit) {
    LiveOperation operation = trial.operation();
    if (exit.verb() == Verb.WSK_GET_ADDRESS_INFO
        && (operation == null || !operation.observable())) {
      Account account = account(exit.header().client());
      account.countable = false;
      account.frees.clear();
    }
  }

  private void completed(OpComplete complete) {
    if (complete.verb() == Verb.WSK_GET_ADDRESS_INFO && complete.ioStatus() >= 0) {
      LiveOperation operation = trial.operation();
      Account account =
          account(operation == null ? complete.header().client() : operation.client());
      account.held++;
      account.lastGet =
          operation == null || operation.enter() == null ? trial.event() : operation.enter();
      account.frees.clear();
    }
  }

  private void freed(AddrInfoFree free) {
    if (free.addrInfo() == 0) {
      return;
    }
    Account account = account(free.header().client());
    TimedEvent before = account.frees.get(free.addrInfo());
    if (before != null) {
      trial.charge(
          Charge.of(trial.event(), "free again")
              .with(before, "free")
              .address("info", free.addrInfo()));
      return;
    }
    account.held--;
    account.frees.put(free.addrInfo(), trial.event());
  }

  private void left(RegExit exit) {
    LiveRegistration over = trial.tracks().registrations().endedBy(exit);
    if (over != null && !trial.tracks().registrations().staysWithout(over)) {
      leave(over.client(), "deregistered");
    }
  }

  private void leave(int client, String role) {
    Account account = accounts.remove(client);
    if (account != null && account.countable && account.held > 0 && account.lastGet != null) {
      trial.charge(
          Charge.of(trial.event(), role)
              .with(account.lastGet, "last lookup")
              .blaming(account.lastGet)
              // Each free of the trace counts.
              .since(0)
              .saying(
                  "Of what WskGetAddressInfo returned {results} not freed, and the driver has left WSK")
              .words("results", account.held == 1 ? "1 was" : account.held + " were")
              .as(Severity.WARNING));
    }
  }

  private Account account(int client) {
    return accounts.of(client, Account::new);
  }
}
