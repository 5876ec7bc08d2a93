package org.wsktrace.rule.simulator;

import static org.wsktrace.rule.simulator.Machine.hex;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.wsktrace.rule.simulator.Endpoint.Kind;
import org.wsktrace.rule.simulator.Endpoint.Stage;
import org.wsktrace.rule.simulator.Machine.Step;

/**
 * The callbacks of sockets that receive: WSK brings data, the client takes all of it or keeps it
 * and releases each element later, alone or with others, in any order.
 */
final class Indications {
  private static final int AT_DISPATCH_LEVEL = 8;
  private static final int ROUTINE = 0x1800;

  private final Machine machine;

  Indications(Machine machine) {
    this.machine = machine;
  }

  /** Lets WSK call from now on: SO_WSK_EVENT_CALLBACK, which takes no IRP. */
  void enable(Worker on, Endpoint socket) {
    long mask = socket.kind == Kind.DATAGRAM ? 0x100 : 0x40;
    int op = machine.newOpId();
    machine.event(
        on,
        0x1120,
        op,
        "OpEnter verb=WskControlSocket socket=%s requestType=0 controlCode=0x4002 controlLevel=0xffff inputBuffer=0xfffff68000001000 inputSize=16 input=0000000000f8ffff%s"
            .formatted(
                hex(socket.address),
                "%02x%02x%s".formatted(mask & 0xff, mask >> 8, "00".repeat(22))));
    machine.event(on, 0x1120, op, "OpExit verb=WskControlSocket");
    socket.callbacks = true;
  }

  /** True when WSK may call now. */
  boolean possible(Endpoint socket) {
    return socket.callbacks
        && !socket.inCallback
        && socket.stage == Stage.OPEN
        && !socket.peerClosed
        && socket.receivesPending == 0
        && machine.hasWorkers(3)
        && machine.indications.has(8);
  }

  /**
   * Data comes.
   *
   * @param sin of a release, or null
   */
  void begin(Endpoint socket, @Nullable Sin sin) {
    socket.inCallback = true;
    socket.pending++;
    boolean keeps = sin != null || machine.random.nextBoolean();
    int op = machine.newOpId();
    Worker dpc = machine.takeWorker();
    dpc.irql = 2;
    List<Long> elements = new ArrayList<>();
    for (int i = 0; i < 1 + machine.random.nextInt(3); i++) {
      elements.add(machine.indications.take());
    }
    String kind = socket.kind == Kind.DATAGRAM ? "WskReceiveFromEvent" : "WskReceiveEvent";
    String what =
        "kind=%s socket=%s socketContext=0xffffa80900000000".formatted(kind, hex(socket.address));
    int bytes = 100 * elements.size();
    List<Step> steps = new ArrayList<>();
    steps.add(
        () -> {
          machine.event(
              dpc,
              0,
              op,
              "CallbackEnter %s routine=0xfffff80000011800 routineRva=%d dataIndication=%s bytesIndicated=%d elementCount=%d flags=%d"
                  .formatted(
                      what,
                      ROUTINE,
                      hex(elements.getFirst()),
                      socket.kind == Kind.DATAGRAM ? 0 : bytes,
                      elements.size(),
                      AT_DISPATCH_LEVEL));
          dpc.enterCallback();
          for (int i = 0; i < elements.size(); i++) {
            machine.event(
                dpc,
                0,
                op,
                "IndicationElem socket=%s element=%s mdlHead=%s length=100 index=%d"
                    .formatted(
                        hex(socket.address), hex(elements.get(i)), hex(elements.get(i) + 0x80), i));
          }
          return true;
        });
    steps.add(
        () -> {
          machine.event(
              dpc,
              0,
              op,
              "CallbackExit %s status=%s irqlOut=2"
                  .formatted(what, keeps ? "STATUS_PENDING" : "STATUS_SUCCESS"));
          dpc.leaveCallback();
          machine.give(dpc);
          socket.inCallback = false;
          socket.pending--;
          socket.retained += keeps ? elements.size() : 0;
          return true;
        });
    if (keeps) {
      Collections.shuffle(elements, machine.random);
      if (sin == Sin.RELEASE_TWICE) {
        release(steps, socket, List.copyOf(elements), 0x1300);
        steps.add(() -> releaseAgain(socket, elements));
      } else if (machine.random.nextBoolean()) {
        release(steps, socket, List.copyOf(elements), 0x1300);
      } else {
        elements.forEach(element -> release(steps, socket, List.of(element), 0x1300));
      }
    }
    steps.add(
        () -> {
          elements.forEach(machine.indications::give);
          return true;
        });
    machine.begin(steps);
  }

  private void release(List<Step> steps, Endpoint socket, List<Long> elements, int site) {
    steps.add(
        () -> {
          if (!machine.hasWorkers(1)) {
            return false;
          }
          released(socket, elements, site);
          socket.retained -= elements.size();
          return true;
        });
  }

  private boolean releaseAgain(Endpoint socket, List<Long> elements) {
    if (!machine.hasWorkers(1)) {
      return false;
    }
    released(socket, elements, Sin.SITE);
    return true;
  }

  private void released(Endpoint socket, List<Long> elements, int site) {
    Worker worker = machine.takeWorker();
    int op = machine.newOpId();
    var refs = new StringBuilder();
    elements.forEach(
        element -> refs.append(" indicationRef{element=").append(hex(element)).append('}'));
    machine.event(
        worker,
        site,
        op,
        "ReleaseEnter socket=%s head=%s%s"
            .formatted(hex(socket.address), hex(elements.getFirst()), refs));
    machine.event(
        worker,
        site,
        op,
        "ReleaseExit socket=%s head=%s".formatted(hex(socket.address), hex(elements.getFirst())));
    machine.give(worker);
  }
}
