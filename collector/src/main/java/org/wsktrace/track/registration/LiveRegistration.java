package org.wsktrace.track.registration;

import java.util.ArrayDeque;
import java.util.Collection;
import java.util.Collections;
import java.util.Deque;
import org.jspecify.annotations.Nullable;
import org.wsktrace.event.TimedEvent;
import org.wsktrace.event.WskEvent.RegEnter;
import org.wsktrace.track.Live;

/** A client of WSK that has not left it, or the last one of its address. */
public final class LiveRegistration extends Live {
  /** So many captures are told one by one; all are counted. */
  private static final int MAX_CAPTURES = 16;

  /** How the client came to WSK. */
  public enum Kind {
    /** WskRegister. */
    WSK,
    /** NmrRegisterClient. */
    NMR
  }

  /** Where it stands. */
  public enum State {
    /** Not registered yet, or not any more. */
    UNREG,
    REG,
    /** The client holds the provider NPI, at least once. */
    CAPTURED,
    /** WskDeregister or NmrDeregisterClient was called and is not done. */
    DRAINING
  }

  /**
   * A capture, or an attach of the registrar, that was not released.
   *
   * @param enter null when it is missing from the trace
   * @param client what it returned as WSK_PROVIDER_NPI.Client
   * @param dispatch what it returned as WSK_PROVIDER_NPI.Dispatch
   */
  public record Capture(@Nullable TimedEvent enter, TimedEvent exit, long client, long dispatch) {
    /** Where it was asked for, as far as the trace shows. */
    public TimedEvent call() {
      return enter == null ? exit : enter;
    }
  }

  private final long id;
  private final int client;
  private final Kind kind;
  private final boolean adopted;
  private final TimedEvent first;
  private final Deque<Capture> captures = new ArrayDeque<>(1);
  long address;
  State state = State.UNREG;
  long held;
  @Nullable TimedEvent release;
  @Nullable TimedEvent refusal;
  @Nullable TimedEvent deregister;

  LiveRegistration(
      long id, long address, int client, Kind kind, boolean adopted, TimedEvent first) {
    this.id = id;
    this.address = address;
    this.client = client;
    this.kind = kind;
    this.adopted = adopted;
    this.first = first;
  }

  public long id() {
    return id;
  }

  /** The WSK_REGISTRATION, or the handle of the registrar; 0 while that is not known. */
  public long address() {
    return address;
  }

  public int client() {
    return client;
  }

  public Kind kind() {
    return kind;
  }

  public State state() {
    return state;
  }

  /** First seen in use: what was captured before is not known. */
  public boolean adopted() {
    return adopted;
  }

  /** The call that registered it, its return where that is missing; its first use when adopted. */
  public TimedEvent first() {
    return first;
  }

  /** What its first event is in a story: register, or first use. */
  public String firstRole() {
    return adopted ? "first use" : "register";
  }

  /** The client's dispatch table, 0 when not known. */
  public long dispatch() {
    return !adopted && first.event() instanceof RegEnter enter ? enter.dispatch() : 0;
  }

  /** How often the provider NPI is held. */
  public long held() {
    return held;
  }

  /** The last captures that were not released, eldest first. */
  public Collection<Capture> captures() {
    return Collections.unmodifiableCollection(captures);
  }

  /** The last WskReleaseProviderNPI. */
  public @Nullable TimedEvent release() {
    return release;
  }

  /** The return of the last capture, when that failed and no other was tried since. */
  public @Nullable TimedEvent refusal() {
    return refusal;
  }

  /** The WskDeregister or NmrDeregisterClient that ends it. */
  public @Nullable TimedEvent deregister() {
    return deregister;
  }

  void add(Capture capture) {
    held++;
    captures.addLast(capture);
    if (captures.size() > MAX_CAPTURES) {
      captures.removeFirst();
    }
  }

  /** Nobody can tell which capture a release is for; the newest is taken. */
  void removeCapture() {
    held = Math.max(0, held - 1);
    captures.pollLast();
  }
}
