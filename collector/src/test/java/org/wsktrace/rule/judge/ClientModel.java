package org.wsktrace.rule.judge;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Deque;
import java.util.List;
import java.util.Random;
import org.jspecify.annotations.Nullable;

/**
 * A correct WSK client and its WSK, as a text trace: many requests at once, with few addresses that
 * are recycled all the time. It uses what is legal: inline completion, failing calls, completion
 * before and after the return, calls that never complete, allocated, embedded, cached and
 * passed-down IRPs, cancels, a close with requests pending. It can be told to sin once.
 */
final class ClientModel {
  /** One misuse, and the rule that has to find it. */
  enum Sin {
    FREE_MDL_EARLY("WSK-BUF-001"),
    FREE_BUFFER_EARLY("WSK-BUF-002"),
    UNLOCK_EARLY("WSK-BUF-003"),
    FREE_IRP_EARLY("WSK-IRP-004"),
    REUSE_IRP_EARLY("WSK-IRP-005"),
    FREE_IRP_TWICE("WSK-IRP-007"),
    CALL_CLOSED("WSK-SOCK-001"),
    CLOSE_TWICE("WSK-SOCK-003"),
    LEAK_SOCKET("WSK-SOCK-005"),
    SEND_DISCONNECTED("WSK-SOCK-010");

    /** A sin that is committed at the end of a socket. */
    boolean closes() {
      return this == CALL_CLOSED || this == CLOSE_TWICE || this == SEND_DISCONNECTED;
    }

    private final String rule;

    Sin(String rule) {
      this.rule = rule;
    }

    String rule() {
      return rule;
    }
  }

  /** One thing that happens. False when it has to wait for others. */
  private interface Step {
    boolean run();
  }

  /** A few addresses; the one given back last is handed out first, as lookaside lists do. */
  private static final class Addresses {
    private final Deque<Long> free = new ArrayDeque<>();

    Addresses(long first, int count) {
      for (int i = 0; i < count; i++) {
        free.add(first + i * 0x1000L);
      }
    }

    long take() {
      return free.pop();
    }

    void give(long address) {
      free.push(address);
    }

    boolean has(int count) {
      return free.size() >= count;
    }
  }

  /**
   * An open socket. Calls: requests that have not returned yet. Pending: requests that have not
   * completed yet.
   */
  private static final class Socket {
    final long address;
    int calls;
    int pending;
    boolean closing;

    Socket(long address) {
      this.address = address;
    }
  }

  /** Where the sinner sins; nobody else calls anything from there. */
  static final int SIN_SITE = 0x6660;

  private final Random random;
  private final StringBuilder trace = new StringBuilder("wtrace 1\n");

  /** What is going on: the steps of one request are in order, those of several are mixed. */
  private final List<Deque<Step>> running = new ArrayList<>();

  private final Addresses irps = new Addresses(0xfffff8000000b010L, 6);
  private final Addresses mdls = new Addresses(0xfffff8000010d020L, 6);
  private final Addresses blocks = new Addresses(0xfffff80000290000L, 8);
  private final Addresses sockets = new Addresses(0xfffff80000350030L, 3);
  private final List<Socket> open = new ArrayList<>();
  private @Nullable Sin sin;
  private int creating;
  private int opIds;

  ClientModel(Random random) {
    this.random = random;
  }

  /** The trace of so many requests, one of which commits the sin if there is one. */
  String run(int requests, @Nullable Sin sin) {
    line("SessionInfo tiers=0xf", 0x1000);
    line("DriverLoad name=\"client.sys\"", 0);
    line("RegEnter verb=WskRegister registration=0xe0", 0x1010);
    line("RegExit verb=WskRegister registration=0xe0", 0x1010);
    int sinner = random.nextInt(requests);
    for (int i = 0; i < requests; ) {
      if (random.nextInt(4) == 0 && start(i == sinner ? sin : null)) {
        i++;
      } else {
        step();
      }
    }
    this.sin = sin == Sin.LEAK_SOCKET ? sin : null;
    finish();
    return trace.toString();
  }

  private void finish() {
    drain();
    List.copyOf(open).forEach(socket -> close(socket, null));
    drain();
    while (open.isEmpty() && sin == Sin.LEAK_SOCKET) {
      create(SIN_SITE);
      drain();
    }
    drain();
    line("DriverUnloadEnter", 0);
    line("RegEnter verb=WskDeregister registration=0xe0", 0x1910);
    line("RegExit verb=WskDeregister registration=0xe0", 0x1910);
    line("DriverUnloadExit", 0);
  }

  /** Begins another request; false when there is no address left for it. */
  private boolean start(@Nullable Sin wanted) {
    if (!irps.has(2) || !mdls.has(2) || !blocks.has(2)) {
      return false;
    }
    List<Socket> usable = open.stream().filter(socket -> !socket.closing).toList();
    if (usable.isEmpty()) {
      if (creating == 0 && sockets.has(1)) {
        create(0x1110);
      }
      return false;
    }
    Socket socket = usable.get(random.nextInt(usable.size()));
    if (wanted == null ? random.nextInt(12) == 0 : wanted.closes()) {
      return close(socket, wanted);
    }
    if (wanted == null && random.nextInt(8) == 0 && sockets.has(1) && creating == 0) {
      return create(0x1110);
    }
    running.add(
        new ArrayDeque<>(new Request(socket, wanted == Sin.LEAK_SOCKET ? null : wanted).steps()));
    return true;
  }

  private void drain() {
    while (!running.isEmpty()) {
      step();
    }
  }

  /** Lets something happen that can. */
  private void step() {
    Collections.shuffle(running, random);
    for (Deque<Step> request : List.copyOf(running)) {
      if (request.getFirst().run()) {
        request.removeFirst();
        if (request.isEmpty()) {
          running.remove(request);
        }
        return;
      }
    }
    if (!running.isEmpty()) {
      throw new IllegalStateException("the model is stuck after\n" + trace);
    }
  }

  private boolean create(int site) {
    creating++;
    long irp = irps.take();
    int op = ++opIds;
    boolean fails = random.nextInt(5) == 0;
    List<Step> steps = new ArrayList<>();
    steps.add(() -> line("IrpBirth irp=%s kind=IoAllocateIrp".formatted(hex(irp)), 0x1100));
    steps.add(
        () -> enter(op, "OpEnter verb=WskSocketConnect remoteAddress=192.0.2.1:445", irp, site));
    Step complete =
        () -> {
          if (fails) {
            return complete(op, "WskSocketConnect", "ioStatus=STATUS_INSUFFICIENT_RESOURCES");
          }
          long address = sockets.take();
          open.add(new Socket(address));
          return complete(op, "WskSocketConnect", "information=" + hex(address));
        };
    addInAnyOrder(steps, complete, () -> exit(op, "WskSocketConnect", "STATUS_PENDING", site));
    steps.add(() -> line("IrpFree irp=" + hex(irp), 0x1120));
    steps.add(
        () -> {
          irps.give(irp);
          creating--;
          return true;
        });
    running.add(new ArrayDeque<>(steps));
    return true;
  }

  /**
   * Waits for calls in progress, as it must, and disconnects; requests may be pending then, and
   * complete before the close does.
   */
  private boolean close(Socket socket, @Nullable Sin sin) {
    socket.closing = true;
    long irp = irps.take();
    long other = irps.take();
    int disconnect = ++opIds;
    int op = ++opIds;
    int again = ++opIds;
    String verb = "WskCloseSocket";
    String on = " socket=" + hex(socket.address);
    boolean late = random.nextBoolean();
    String flags = random.nextBoolean() ? " flags=0x1" : "";
    List<Step> steps = new ArrayList<>();
    steps.add(() -> line("IrpBirth irp=%s kind=IoInitializeIrp".formatted(hex(irp)), 0x1200));
    steps.add(
        () ->
            socket.calls == 0
                && enter(disconnect, "OpEnter verb=WskDisconnect" + on + flags, irp, 0x1208));
    addInAnyOrder(
        steps,
        () -> complete(disconnect, "WskDisconnect", ""),
        () -> exit(disconnect, "WskDisconnect", "STATUS_PENDING", 0x1208));
    if (sin == Sin.SEND_DISCONNECTED) {
      steps.add(() -> enter(again, "SendEnter verb=WskSend" + on, other, SIN_SITE));
      steps.add(() -> exit(again, "WskSend", "STATUS_INVALID_DEVICE_STATE", SIN_SITE));
    }
    steps.add(() -> line("IrpBirth irp=%s kind=IoInitializeIrp".formatted(hex(irp)), 0x1200));
    steps.add(() -> enter(op, "OpEnter verb=" + verb + on, irp, 0x1210));
    String second = sin == Sin.CALL_CLOSED ? "WskGetRemoteAddress" : verb;
    List<Step> more =
        sin != Sin.CALL_CLOSED && sin != Sin.CLOSE_TWICE
            ? List.of()
            : List.of(
                () -> enter(again, "OpEnter verb=" + second + on, other, SIN_SITE),
                () -> exit(again, second, "STATUS_INVALID_HANDLE", SIN_SITE));
    if (!late) {
      steps.addAll(more);
    }
    Step complete = () -> socket.pending == 0 && complete(op, verb, "");
    addInAnyOrder(steps, complete, () -> exit(op, verb, "STATUS_PENDING", 0x1210));
    if (late) {
      steps.addAll(more);
    }
    steps.add(
        () -> {
          open.remove(socket);
          sockets.give(socket.address);
          irps.give(irp);
          irps.give(other);
          return true;
        });
    running.add(new ArrayDeque<>(steps));
    return true;
  }

  /** A send or receive and all that it needs. */
  private final class Request {
    private final Socket socket;
    private final @Nullable Sin sin;
    private final int op = ++opIds;
    private final boolean send = random.nextBoolean();
    private final long context = blocks.take();
    private final long buffer = blocks.take();
    private final boolean ownIrp;
    private final boolean ownMdl;
    private final boolean locked;
    private final boolean passedDown;
    private final boolean routine;
    private final long irp;
    private final long mdl;
    private final String verb = send ? "WskSend" : "WskReceive";

    Request(Socket socket, @Nullable Sin sin) {
      this.socket = socket;
      this.sin = sin;
      socket.calls++;
      socket.pending++;
      ownIrp = sin == Sin.FREE_IRP_EARLY || sin == Sin.FREE_IRP_TWICE || random.nextBoolean();
      ownMdl = sin == Sin.FREE_MDL_EARLY || sin == Sin.UNLOCK_EARLY || random.nextBoolean();
      locked =
          sin == Sin.UNLOCK_EARLY
              || ((sin == null || sin == Sin.FREE_IRP_EARLY) && random.nextBoolean());
      passedDown = sin == null && !ownIrp && random.nextInt(3) == 0;
      routine = !passedDown || random.nextBoolean();
      irp = ownIrp ? irps.take() : context + 0x10;
      mdl = ownMdl ? mdls.take() : context + 0x200;
    }

    List<Step> steps() {
      List<Step> steps = new ArrayList<>(prepare());
      steps.add(this::enterCall);
      boolean refused = sin == null && random.nextInt(6) == 0;
      if (!routine || refused) {
        String status = refused ? "STATUS_NOT_SUPPORTED" : "STATUS_PENDING";
        steps.add(() -> returned(status));
        steps.add(this::completed);
        steps.addAll(cleanUp());
      } else if (sin != null || random.nextBoolean()) {
        steps.add(() -> returned("STATUS_PENDING"));
        if (random.nextInt(4) == 0) {
          steps.add(() -> line("IrpCancel irp=" + hex(irp), 0x1600));
          steps.add(() -> line("IrpCancelRet irp=" + hex(irp), 0x1600));
        }
        steps.addAll(commit());
        steps.add(() -> complete("information=100") && completed());
        steps.addAll(cleanUp());
      } else {
        boolean fails = random.nextInt(3) == 0;
        String result = random.nextBoolean() ? "STATUS_PENDING" : "STATUS_SUCCESS";
        steps.add(
            () ->
                complete(fails ? "ioStatus=STATUS_CONNECTION_RESET" : "information=100")
                    && completed());
        List<Step> after = cleanUp();
        int routineEnds = random.nextInt(after.size());
        steps.addAll(after.subList(0, routineEnds));
        steps.add(() -> returned(fails ? "STATUS_CONNECTION_RESET" : result));
        steps.addAll(after.subList(routineEnds, after.size()));
      }
      return steps;
    }

    private List<Step> prepare() {
      List<Step> steps = new ArrayList<>();
      if (ownIrp) {
        steps.add(() -> line("IrpBirth irp=%s kind=IoAllocateIrp".formatted(hex(irp)), 0x1300));
      } else if (!passedDown) {
        steps.add(() -> line("IrpBirth irp=%s kind=IoInitializeIrp".formatted(hex(irp)), 0x1310));
      }
      if (ownMdl) {
        steps.add(
            () ->
                line("MdlBirth mdl=%s kind=IoAllocateMdl length=100".formatted(hex(mdl)), 0x1320));
      }
      String lock = "MdlLock access=%d mdl=".formatted(send ? 0 : 1);
      steps.add(() -> line((locked ? lock : "MdlBuild mdl=") + hex(mdl), 0x1330));
      return steps;
    }

    private boolean enterCall() {
      return line(
          "op:%d %s verb=%s socket=%s length=100 irpSnap{ptr=%s %s} mdlSnap{ptr=%s startVa=%s byteOffset=8 byteCount=100 mdlFlags=%s}"
              .formatted(
                  op,
                  send ? "SendEnter" : "RecvEnter",
                  verb,
                  hex(socket.address),
                  hex(irp),
                  routine ? "completion=0x1f00" : "",
                  hex(mdl),
                  hex(buffer),
                  locked ? "0x2" : "0x4"),
          0x1400);
    }

    private boolean returned(String status) {
      socket.calls--;
      return exit(op, verb, status, 0x1400);
    }

    private boolean complete(String result) {
      return ClientModel.this.complete(op, verb, result);
    }

    private boolean completed() {
      socket.pending--;
      return true;
    }

    /** What a sinner does while the request is pending. */
    private List<Step> commit() {
      return switch (sin) {
        case FREE_MDL_EARLY -> List.of(() -> freeMdl(SIN_SITE));
        case FREE_BUFFER_EARLY -> List.of(() -> freeBuffer(SIN_SITE));
        case UNLOCK_EARLY -> List.of(() -> unlock(SIN_SITE));
        case FREE_IRP_EARLY -> List.of(() -> freeIrp(SIN_SITE));
        case REUSE_IRP_EARLY -> List.of(() -> line("IrpReuse irp=" + hex(irp), SIN_SITE));
        case null, default -> List.of();
      };
    }

    /** Each thing once, in a legal order. */
    private List<Step> cleanUp() {
      List<Step> steps = new ArrayList<>();
      if (locked && sin != Sin.UNLOCK_EARLY) {
        steps.add(() -> unlock(0x1500));
      }
      if (ownMdl && sin != Sin.FREE_MDL_EARLY) {
        steps.add(() -> freeMdl(0x1510));
      }
      if (sin != Sin.FREE_BUFFER_EARLY) {
        steps.add(random.nextInt(steps.size() + 1), () -> freeBuffer(0x1530));
      }
      if (ownIrp && sin != Sin.FREE_IRP_EARLY) {
        int at = random.nextInt(steps.size() + 1);
        steps.add(at, () -> freeIrp(0x1540));
        if (sin == Sin.FREE_IRP_TWICE) {
          steps.add(at + 1 + random.nextInt(steps.size() - at), () -> freeIrp(SIN_SITE));
        }
      }
      steps.add(
          () -> {
            line("PoolFree block=%s size=4096".formatted(hex(context)), 0x1550);
            blocks.give(context);
            if (ownIrp) {
              irps.give(irp);
            }
            return true;
          });
      return steps;
    }

    private boolean freeIrp(int site) {
      return line("IrpFree irp=" + hex(irp), site);
    }

    private boolean unlock(int site) {
      return line("MdlUnlock mdl=" + hex(mdl), site);
    }

    private boolean freeMdl(int site) {
      line("MdlFree mdl=" + hex(mdl), site);
      mdls.give(mdl);
      return true;
    }

    private boolean freeBuffer(int site) {
      line("PoolFree block=%s size=4096".formatted(hex(buffer)), site);
      blocks.give(buffer);
      return true;
    }
  }

  private void addInAnyOrder(List<Step> steps, Step one, Step other) {
    boolean swap = random.nextBoolean();
    steps.add(swap ? other : one);
    steps.add(swap ? one : other);
  }

  private boolean enter(int op, String call, long irp, int site) {
    return line("op:%d %s irpSnap{ptr=%s completion=0x1f00}".formatted(op, call, hex(irp)), site);
  }

  private boolean exit(int op, String verb, String status, int site) {
    return line("op:%d OpExit verb=%s status=%s".formatted(op, verb, status), site);
  }

  private boolean complete(int op, String verb, String result) {
    return line("op:%d OpComplete verb=%s %s".formatted(op, verb, result), 0);
  }

  private boolean line(String event, int rva) {
    trace.append("client:1 rva:%d %s%n".formatted(rva, event).replace("%n", "\n"));
    return true;
  }

  private static String hex(long address) {
    return "0x" + Long.toHexString(address);
  }
}
