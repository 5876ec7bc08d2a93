package org.wsktrace.rule.simulator;

import static org.wsktrace.rule.simulator.Machine.hex;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.wsktrace.rule.simulator.Endpoint.Kind;
import org.wsktrace.rule.simulator.Endpoint.Stage;
import org.wsktrace.rule.simulator.Machine.Step;

/** A driver that uses WSK as the documentation wants it, but for the one sin it may be given. */
final class Client {
  private static final String HOST = "127.0.0.1";
  private static final int MAX_SOCKETS = 12;
  private static final long DISPATCH = 0xfffff80000016000L;

  private final Machine machine;
  private final Worker loader;
  private final Indications indications;
  private final List<Endpoint> sockets = new ArrayList<>();
  private @Nullable Sin sin;
  private int creating;

  Client(Machine machine, @Nullable Sin sin) {
    this.machine = machine;
    this.sin = sin;
    this.loader = machine.takeWorker();
    this.indications = new Indications(machine);
  }

  void load() {
    machine.event(loader, 0, 0, "SessionInfo osBuild=19041 tiers=0x3f");
    machine.event(
        loader, 0, 0, "DriverLoad name=\"client.sys\" base=0xfffff80000010000 imageSize=0x8000");
    registration(
        "WskRegister", 0x1010, "clientContext=0xe00 dispatch=0xfffff80000015000 version=0x100");
    registration("WskCaptureProviderNPI", 0x1020, "");
  }

  private void registration(String verb, int site, String fields) {
    String what = "verb=%s registration=0xfffff80000014000 ".formatted(verb);
    int op = machine.newOpId();
    machine.event(loader, site, op, "RegEnter " + what + fields);
    machine.event(
        loader,
        site,
        op,
        "RegExit "
            + what
            + (verb.contains("Capture")
                ? "providerClient=0xffffa80800000000 providerDispatch=0xfffff80000090000"
                : ""));
  }

  /** Closes what is open, one story for each, and then leaves. */
  void unload() {
    while (!sockets.isEmpty() || creating > 0) {
      List.copyOf(sockets).forEach(this::leave);
      machine.step();
    }
    drain();
    while (sin == Sin.LEAK_SOCKET && sockets.isEmpty()) {
      create(Kind.CONNECTION, Sin.SITE);
      drain();
    }
    machine.event(loader, 0, 0, "DriverUnloadEnter");
    registration("WskReleaseProviderNPI", 0x1900, "");
    registration("WskDeregister", 0x1910, "");
    machine.event(loader, 0, 0, "DriverUnloadExit");
  }

  void drain() {
    while (machine.step()) {
      // Until nothing is going on.
    }
  }

  /** Begins something, if it can; false when there is no room for it now. */
  boolean begin() {
    if (!machine.hasWorkers(4) || !machine.irps.has(8) || !Buffer.possible(machine)) {
      return false;
    }
    if (sockets.size() + creating < MAX_SOCKETS
        && machine.sockets.has(2)
        && (sockets.isEmpty() || machine.rarely(6))) {
      create(machine.oneOf(List.of(Kind.values())), 0x1110);
      return true;
    }
    if (sockets.isEmpty()) {
      return false;
    }
    return use(machine.oneOf(sockets));
  }

  private boolean use(Endpoint socket) {
    if (socket.busy) {
      return false;
    }
    return switch (socket.stage) {
      case NEW -> prepare(socket);
      case BOUND -> advance(socket);
      case OPEN -> work(socket);
      case LEAVING -> {
        leave(socket);
        yield true;
      }
      case CLOSING -> false;
    };
  }

  private void create(Kind kind, int site) {
    creating++;
    int type = kind == Kind.DATAGRAM ? 2 : 1;
    int protocol = kind == Kind.DATAGRAM ? 17 : 6;
    var call =
        new Call(
            machine,
            null,
            "WskSocket",
            "OpEnter verb=WskSocket flags=%d addressFamily=2 socketType=%d protocol=%d socketContext=0xffffa80900000000 clientDispatch=%s"
                .formatted(
                    kind.flag,
                    type,
                    protocol,
                    kind == Kind.BASIC ? "0" : hex(DISPATCH + kind.flag * 0x40L)),
            site);
    call.fallible()
        .completing(
            () -> {
              var socket = new Endpoint(machine.sockets.take(), kind);
              sockets.add(socket);
              call.result("STATUS_SUCCESS", socket.address);
            })
        .then(() -> creating--)
        .begin();
  }

  /** A call on a socket that must be alone. */
  private void alone(Endpoint socket, String verb, String fields, int site, Runnable completed) {
    socket.busy = true;
    new Call(
            machine,
            socket,
            verb,
            "OpEnter verb=%s socket=%s %s".formatted(verb, hex(socket.address), fields),
            site)
        .completing(completed)
        .then(() -> socket.busy = false)
        .begin();
  }

  private boolean prepare(Endpoint socket) {
    if (socket.kind == Kind.BASIC) {
      socket.stage = Stage.OPEN;
      return true;
    }
    alone(
        socket,
        "WskBind",
        "localAddress=%s:%d".formatted(HOST, 1024 + machine.random.nextInt(1000)),
        0x1130,
        () -> {
          boolean ready = socket.kind == Kind.DATAGRAM || socket.kind == Kind.LISTEN;
          socket.listens = socket.kind == Kind.LISTEN;
          socket.stage = ready ? Stage.OPEN : Stage.BOUND;
        });
    return true;
  }

  private boolean advance(Endpoint socket) {
    if (socket.kind == Kind.STREAM && machine.random.nextBoolean()) {
      alone(
          socket,
          "WskListen",
          "",
          0x1140,
          () -> {
            socket.listens = true;
            socket.stage = Stage.OPEN;
          });
    } else {
      alone(
          socket,
          "WskConnect",
          "remoteAddress=%s:80".formatted(HOST),
          0x1150,
          () -> {
            socket.connected = true;
            socket.stage = Stage.OPEN;
          });
    }
    return true;
  }

  private boolean work(Endpoint socket) {
    if (machine.rarely(30) && sin == null) {
      socket.stage = Stage.LEAVING;
      return true;
    }
    if (socket.kind == Kind.BASIC) {
      return control(socket);
    }
    if (!socket.listens && !socket.callbacks && machine.rarely(8)) {
      indications.enable(loader, socket);
      return true;
    }
    if (!socket.listens && indications.possible(socket) && machine.rarely(3)) {
      indications.begin(socket, chooseRelease());
      return true;
    }
    if (socket.listens) {
      return accept(socket);
    }
    if (socket.kind == Kind.DATAGRAM) {
      return machine.random.nextBoolean() ? sendTo(socket) : receiveFrom(socket);
    }
    if (socket.peerClosed || socket.localClosed) {
      socket.stage = Stage.LEAVING;
      return true;
    }
    return machine.rarely(3) ? receive(socket) : send(socket);
  }

  private boolean control(Endpoint socket) {
    // A private control code of some provider: nothing is known about it.
    new Call(
            machine,
            socket,
            "WskControlSocket",
            "OpEnter verb=WskControlSocket socket=%s requestType=3 controlCode=0x88000001 outputBuffer=0xffffa80a00000000 outputSize=16"
                .formatted(hex(socket.address)),
            0x1160)
        .fallible()
        .begin();
    return true;
  }

  private boolean accept(Endpoint listener) {
    if (listener.receivesPending > 2 || !machine.sockets.has(6)) {
      return false;
    }
    listener.receivesPending++;
    var call =
        new Call(
            machine,
            listener,
            "WskAccept",
            "OpEnter verb=WskAccept socket=%s socketContext=0xffffa80900000100 clientDispatch=%s"
                .formatted(hex(listener.address), hex(DISPATCH + 0x80)),
            0x1170);
    call.cancellable()
        .once(
            () -> listener.stage == Stage.CLOSING || (machine.sockets.has(2) && machine.rarely(4)))
        .completing(
            () -> {
              if (listener.stage == Stage.CLOSING) {
                call.result("STATUS_CANCELLED", 0);
                return;
              }
              var accepted =
                  new Endpoint(
                      machine.sockets.take(),
                      listener.kind == Kind.STREAM ? Kind.STREAM : Kind.CONNECTION);
              accepted.stage = Stage.OPEN;
              accepted.connected = true;
              sockets.add(accepted);
              call.result("STATUS_SUCCESS", accepted.address);
            })
        .then(() -> listener.receivesPending--)
        .begin();
    return true;
  }

  private boolean send(Endpoint socket) {
    socket.sendsPending++;
    transfer(socket, "WskSend", "SendEnter", "", 0x1180, false)
        .then(() -> socket.sendsPending--)
        .begin();
    return true;
  }

  private boolean sendTo(Endpoint socket) {
    socket.sendsPending++;
    transfer(socket, "WskSendTo", "SendEnter", "remoteAddress=127.0.0.1:53", 0x1190, false)
        .then(() -> socket.sendsPending--)
        .begin();
    return true;
  }

  private boolean receive(Endpoint socket) {
    if (socket.callbacks || socket.receivesPending > 3) {
      return false;
    }
    socket.receivesPending++;
    transfer(socket, "WskReceive", "RecvEnter", "", 0x11a0, true)
        .then(() -> socket.receivesPending--)
        .begin();
    return true;
  }

  private boolean receiveFrom(Endpoint socket) {
    if (socket.callbacks || socket.receivesPending > 3) {
      return false;
    }
    socket.receivesPending++;
    transfer(socket, "WskReceiveFrom", "RecvEnter", "", 0x11b0, true)
        .then(() -> socket.receivesPending--)
        .begin();
    return true;
  }

  private Call transfer(
      Endpoint socket, String verb, String event, String fields, int site, boolean receive) {
    Sin mine = chooseSin();
    Buffer buffer = new Buffer(machine, receive);
    while (mine != null && !fits(mine, buffer)) {
      buffer.forget();
      buffer = new Buffer(machine, receive);
    }
    Buffer data = buffer;
    var call =
        new Call(
            machine,
            socket,
            verb,
            "%s verb=%s socket=%s %s".formatted(event, verb, hex(socket.address), fields),
            site);
    return call.moving(data)
        .cancellable()
        .fallible()
        .sinning(mine)
        .once(() -> socket.stage == Stage.CLOSING || machine.rarely(3))
        .completing(
            () -> {
              if (socket.stage == Stage.CLOSING) {
                call.result("STATUS_CANCELLED", 0);
              } else if (receive && socket.peerClosed) {
                call.result("STATUS_SUCCESS", 0);
              } else {
                call.result(
                    "STATUS_SUCCESS",
                    receive ? 1 + machine.random.nextInt(data.bytes) : data.bytes);
              }
            });
  }

  private @Nullable Sin chooseRelease() {
    if (sin != Sin.RELEASE_TWICE) {
      return null;
    }
    sin = null;
    return Sin.RELEASE_TWICE;
  }

  /** The sin is committed once, by a transfer. */
  private @Nullable Sin chooseSin() {
    Sin mine = sin;
    if (mine == null || !mine.isOfTransfer() || !machine.rarely(5)) {
      return null;
    }
    sin = null;
    return mine;
  }

  private static boolean fits(Sin sin, Buffer buffer) {
    return switch (sin) {
      case FREE_MDL_EARLY -> !buffer.firstIsEmbedded();
      case UNLOCK_EARLY -> buffer.firstIsLocked();
      case PAGES_NOT_LOCKED -> !buffer.hasLocked();
      case FREE_BUFFER_EARLY -> !buffer.firstIsLocked() && !buffer.firstIsEmbedded();
      default -> true;
    };
  }

  /** Takes the next step to the end of a socket. */
  private void leave(Endpoint socket) {
    if (socket.busy
        || socket.stage == Stage.CLOSING
        || !machine.hasWorkers(4)
        || !machine.irps.has(4)) {
      return;
    }
    socket.stage = Stage.LEAVING;
    if (socket.retained > 0
        || socket.inCallback
        || (socket.isConnection() && socket.sendsPending > 0)) {
      return;
    }
    if (socket.isConnection() && !socket.localClosed && socket.connected) {
      // After an abort nothing may be received: a receive that is about to begin comes first.
      if (socket.calls == 0) {
        disconnect(socket);
      }
    } else if (socket.isConnection() && socket.connected && !socket.peerClosed) {
      finish(socket);
    } else if (socket.calls == 0) {
      close(socket);
    }
  }

  private void disconnect(Endpoint socket) {
    boolean abortive = machine.rarely(4);
    alone(
        socket,
        "WskDisconnect",
        abortive ? "flags=1" : "",
        0x11c0,
        () -> {
          socket.localClosed = true;
          socket.peerClosed |= abortive;
        });
  }

  /** The peer closes its half: a receive of no bytes says so. */
  private void finish(Endpoint socket) {
    socket.busy = true;
    Buffer data = new Buffer(machine, true);
    var call =
        new Call(
            machine,
            socket,
            "WskReceive",
            "RecvEnter verb=WskReceive socket=%s".formatted(hex(socket.address)),
            0x11d0);
    call.moving(data)
        .completing(
            () -> {
              socket.peerClosed = true;
              call.result("STATUS_SUCCESS", 0);
            })
        .then(() -> socket.busy = false)
        .begin();
  }

  private void close(Endpoint socket) {
    boolean twice = sin == Sin.CLOSE_TWICE;
    if (twice) {
      sin = null;
    }
    socket.stage = Stage.CLOSING;
    String event = "OpEnter verb=WskCloseSocket socket=" + hex(socket.address);
    var call = new Call(machine, null, "WskCloseSocket", event, 0x1210);
    call.once(() -> socket.pending == 0)
        .then(
            () -> {
              socket.gone = true;
              sockets.remove(socket);
              List<Step> steps = new ArrayList<>();
              if (twice) {
                steps.addAll(closeAgain(event));
              }
              steps.add(() -> freeCached(socket));
              machine.begin(steps);
            })
        .begin();
  }

  private List<Step> closeAgain(String event) {
    int op = machine.newOpId();
    return List.of(
        () ->
            machine.event(
                loader,
                Sin.SITE,
                op,
                event
                    + " irpSnap{ptr=0xffffa80b00000000 completion=0x1f00 size=280 stackCount=1 currentLocation=2 nextControl=0xe0}"),
        () ->
            machine.event(
                loader, Sin.SITE, op, "OpExit verb=WskCloseSocket status=STATUS_INVALID_HANDLE"));
  }

  private boolean freeCached(Endpoint socket) {
    socket.cachedIrps.forEach(
        irp -> {
          machine.event(loader, 0x1560, 0, "IrpFree irp=" + hex(irp));
          machine.irps.give(irp);
        });
    socket.cachedIrps.clear();
    machine.sockets.give(socket.address);
    return true;
  }
}
