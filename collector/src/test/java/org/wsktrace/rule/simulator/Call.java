package org.wsktrace.rule.simulator;

import static org.wsktrace.rule.simulator.Machine.hex;

import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;
import org.wsktrace.rule.simulator.Buffer.Sinned;
import org.wsktrace.rule.simulator.Irp.Style;
import org.wsktrace.rule.simulator.Machine.Step;

/**
 * One call with its IRP, from the birth of what it needs to the death of it. It returns and
 * completes in one of the ways that WSK has: completed within the call, completed on another thread
 * before it returned, or later.
 */
final class Call {
  private enum Way {
    INLINE,
    OVERTAKING,
    LATER
  }

  private final Machine machine;
  private final @Nullable Endpoint socket;
  private final String event;
  private final String verb;
  private final int site;
  private final int op;
  private final Sinned sinned = new Sinned();
  private @Nullable Buffer buffer;
  private BooleanSupplier mayComplete = () -> true;
  private Runnable completed = () -> {};
  private Runnable done = () -> {};
  private String status = "STATUS_SUCCESS";
  private long information;
  private boolean cancellable;
  private boolean mayFail;
  private @Nullable Sin sin;

  private Worker caller = new Worker(0);
  private Worker completer = caller;
  private Irp irp;

  /**
   * @param socket null for a call of the client
   * @param event its name and its own fields
   */
  Call(Machine machine, @Nullable Endpoint socket, String verb, String event, int site) {
    this.machine = machine;
    this.socket = socket;
    this.verb = verb;
    this.event = event;
    this.site = site;
    this.op = machine.newOpId();
    this.irp = new Irp(machine, Style.ALLOCATED, 0, false);
  }

  Call moving(Buffer data) {
    buffer = data;
    return this;
  }

  /** It completes not before that. */
  Call once(BooleanSupplier ready) {
    mayComplete = ready;
    return this;
  }

  /** What WSK does when it completes; it may set the result. */
  Call completing(Runnable what) {
    completed = what;
    return this;
  }

  /** What the client does when all is over. */
  Call then(Runnable what) {
    done = what;
    return this;
  }

  /** It may be cancelled while it is pending. */
  Call cancellable() {
    cancellable = true;
    return this;
  }

  /** WSK may refuse it. */
  Call fallible() {
    mayFail = true;
    return this;
  }

  Call sinning(@Nullable Sin what) {
    sin = what;
    return this;
  }

  void result(String ioStatus, long bytes) {
    status = ioStatus;
    information = bytes;
  }

  /** Begins; there must be two free threads and an address for the IRP. */
  void begin() {
    if (socket != null) {
      socket.calls++;
      socket.pending++;
    }
    caller = machine.takeWorker();
    irp = newIrp();
    completer = caller;
    machine.begin(steps());
  }

  private Irp newIrp() {
    Style style = sin == null ? machine.oneOf(List.of(Style.values())) : sin.style();
    return switch (style) {
      case ALLOCATED -> new Irp(machine, style, machine.irps.take(), false);
      case CACHED -> {
        Long cached = socket == null ? null : socket.cachedIrps.poll();
        yield new Irp(
            machine,
            style,
            Objects.requireNonNullElseGet(cached, machine.irps::take),
            cached != null);
      }
      case EMBEDDED, UPPER -> new Irp(machine, style, machine.irps.take(), false);
      case ON_STACK -> new Irp(machine, style, caller.stackLow() + 0x2000, false);
    };
  }

  private List<Step> steps() {
    List<Step> steps = new ArrayList<>();
    steps.add(this::prepare);
    steps.add(this::enter);
    Way way =
        sin != null
            ? Way.LATER
            : mayComplete.getAsBoolean() ? machine.oneOf(List.of(Way.values())) : Way.LATER;
    boolean refused = mayFail && sin == null && machine.rarely(8);
    boolean cleansInRoutine = irp.style != Style.ON_STACK && machine.random.nextBoolean();
    switch (way) {
      case INLINE -> {
        steps.add(() -> complete(refused));
        addRoutine(steps, cleansInRoutine);
        steps.add(() -> exit(status));
      }
      case OVERTAKING -> {
        steps.add(this::takeCompleter);
        steps.add(() -> mayComplete.getAsBoolean() && complete(refused));
        steps.add(() -> exit("STATUS_PENDING"));
        addRoutine(steps, cleansInRoutine);
      }
      case LATER -> {
        steps.add(() -> exit("STATUS_PENDING"));
        if (irp.style == Style.ON_STACK) {
          steps.add(this::beginWait);
        }
        if (sin != null) {
          steps.addAll(sins());
        } else if (cancellable && machine.rarely(6)) {
          steps.add(this::cancel);
        }
        steps.add(this::takeCompleter);
        steps.add(() -> mayComplete.getAsBoolean() && complete(refused));
        addRoutine(steps, cleansInRoutine);
        if (irp.style == Style.ON_STACK) {
          steps.add(this::endWait);
        }
      }
    }
    if (!cleansInRoutine) {
      steps.add(() -> release(caller));
    }
    steps.add(this::end);
    return steps;
  }

  private void addRoutine(List<Step> steps, boolean cleans) {
    if (cleans) {
      steps.add(() -> release(completer));
    }
    steps.add(
        () -> {
          machine.event(
              completer,
              0,
              op,
              "OpCompleteExit verb=%s irp=%s status=%s irqlOut=%d"
                  .formatted(
                      verb,
                      hex(irp.address),
                      sin == Sin.ROUTINE_LETS_GO ? "STATUS_SUCCESS" : irp.completionStatus(),
                      sin == Sin.ROUTINE_RAISES_IRQL ? 2 - completer.irql : completer.irql));
          completer.leaveCompletion();
          return true;
        });
  }

  private boolean prepare() {
    irp.prepare(caller);
    if (buffer != null) {
      buffer.prepare(caller, sin);
    }
    return true;
  }

  private boolean enter() {
    caller.irql = irp.style == Style.ON_STACK || machine.rarely(2) ? 0 : 2;
    machine.event(
        caller,
        site(),
        op,
        "%s %s %s stackLow=0x%x stackHigh=0x%x"
            .formatted(
                event,
                irp.snap(),
                buffer == null ? "" : buffer.snap(sin),
                caller.stackLow(),
                caller.stackHigh()));
    caller.down();
    return true;
  }

  private boolean exit(String returned) {
    caller.up();
    if (socket != null) {
      socket.calls--;
    }
    return machine.event(
        caller,
        site,
        op,
        "OpExit verb=%s irp=%s status=%s".formatted(verb, hex(irp.address), returned));
  }

  private int site() {
    return sin != null && sin.isTheCall() ? Sin.SITE : site;
  }

  private int routine() {
    return sin != null && sin.isOfRoutine() ? Sin.SITE : 0x1f00;
  }

  private boolean takeCompleter() {
    if (!machine.hasWorkers(1)) {
      return false;
    }
    completer = machine.takeWorker();
    completer.irql = machine.rarely(2) ? 2 : 0;
    return true;
  }

  private boolean complete(boolean refused) {
    if (refused) {
      result("STATUS_INSUFFICIENT_RESOURCES", 0);
    } else {
      completed.run();
    }
    if (socket != null) {
      socket.pending--;
    }
    machine.event(
        completer,
        0,
        op,
        "OpComplete verb=%s irp=%s ioStatus=%s information=%s routine=0xfffff80000011f00 routineRva=%d pendingReturned=%d inCall=%d"
            .formatted(
                verb,
                hex(irp.address),
                status,
                hex(information),
                routine(),
                completer == caller ? 0 : 1,
                completer == caller ? 1 : 0));
    completer.enterCompletion();
    return true;
  }

  private boolean cancel() {
    machine.event(caller, 0x1600, 0, "IrpCancel irp=" + hex(irp.address));
    machine.event(
        caller, 0x1600, 0, "IrpCancelRet irp=%s hadRoutine=1".formatted(hex(irp.address)));
    if (machine.random.nextBoolean()) {
      completed = () -> result("STATUS_CANCELLED", 0);
      mayComplete = () -> true;
    }
    return true;
  }

  private boolean beginWait() {
    long object = irp.address + 0x200;
    machine.event(
        caller,
        0x1700,
        machine.newOpId(),
        "WaitEnter kind=KeWaitForSingleObject onStack=1 objectCount=1 waitObject{object=%s}"
            .formatted(hex(object)));
    caller.down();
    return true;
  }

  private boolean endWait() {
    caller.up();
    return machine.event(
        caller,
        0x1700,
        0,
        "WaitExit kind=KeWaitForSingleObject object=" + hex(irp.address + 0x200));
  }

  private boolean release(Worker on) {
    if (buffer != null) {
      buffer.release(on, sinned);
    }
    if (!sinned.freedIrp) {
      irp.release(on, 0x1540);
    }
    if (sin == Sin.FREE_IRP_TWICE) {
      irp.release(on, Sin.SITE);
    }
    if (irp.style == Style.EMBEDDED) {
      machine.event(
          on, 0x1550, 0, "PoolFree block=%s size=4096".formatted(hex(irp.address & ~0xfffL)));
    }
    return true;
  }

  private boolean end() {
    if (buffer != null) {
      buffer.forget();
    }
    switch (irp.style) {
      case ALLOCATED, EMBEDDED, UPPER -> machine.irps.give(irp.address);
      case CACHED -> {
        if (socket != null && !socket.gone) {
          socket.cachedIrps.add(irp.address);
        } else {
          machine.event(caller, 0x1560, 0, "IrpFree irp=" + hex(irp.address));
          machine.irps.give(irp.address);
        }
      }
      case ON_STACK -> {}
    }
    if (completer != caller) {
      machine.give(completer);
    }
    machine.give(caller);
    done.run();
    return true;
  }

  /** What a sinner does while the call is pending. */
  private List<Step> sins() {
    return List.of(
        () -> {
          Buffer data = buffer;
          String own = "irp=" + hex(irp.address);
          switch (Objects.requireNonNull(sin)) {
            case FREE_MDL_EARLY -> {
              sinned.freedMdl = true;
              machine.event(
                  caller,
                  Sin.SITE,
                  0,
                  "MdlFree mdl=" + hex(Objects.requireNonNull(data).firstMdl()));
            }
            case FREE_BUFFER_EARLY -> {
              sinned.freedBlock = true;
              machine.event(
                  caller,
                  Sin.SITE,
                  0,
                  "PoolFree block=%s size=65536"
                      .formatted(hex(Objects.requireNonNull(data).firstBlock())));
            }
            case UNLOCK_EARLY -> {
              sinned.unlocked = true;
              machine.event(
                  caller,
                  Sin.SITE,
                  0,
                  "MdlUnlock mdl=" + hex(Objects.requireNonNull(data).firstMdl()));
            }
            case FREE_IRP_EARLY -> {
              sinned.freedIrp = true;
              machine.event(caller, Sin.SITE, 0, "IrpFree " + own);
            }
            case REUSE_IRP_EARLY -> machine.event(caller, Sin.SITE, 0, "IrpReuse " + own);
            default -> {}
          }
          return true;
        });
  }
}
