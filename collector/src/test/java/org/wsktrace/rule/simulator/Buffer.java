package org.wsktrace.rule.simulator;

import static org.wsktrace.rule.simulator.Machine.hex;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The bytes that a call moves: blocks of pool and the chain of MDLs that describes them. */
final class Buffer {
  private static final int MDL_PAGES_LOCKED = 0x2;
  private static final int MDL_SOURCE_IS_NONPAGED_POOL = 0x4;

  /** One MDL of the chain. */
  private record Part(long mdl, long block, int bytes, boolean locked, boolean embedded) {}

  final int bytes;
  private final Machine machine;
  private final boolean receive;
  private final List<Part> parts = new ArrayList<>();

  Buffer(Machine machine, boolean receive) {
    this.machine = machine;
    this.receive = receive;
    int count = machine.rarely(4) ? 2 : 1;
    int total = 0;
    for (int i = 0; i < count; i++) {
      int size = 64 + machine.random.nextInt(4000);
      long block = machine.blocks.take();
      boolean locked = machine.rarely(3);
      boolean embedded = !locked && machine.rarely(3);
      long mdl = embedded ? block + 0x8000 : machine.mdls.take();
      parts.add(new Part(mdl, block, size, locked, embedded));
      total += size;
    }
    this.bytes = total;
  }

  /** True when there is memory for one. */
  static boolean possible(Machine machine) {
    return machine.blocks.has(4) && machine.mdls.has(4);
  }

  long firstMdl() {
    return parts.getFirst().mdl;
  }

  long firstBlock() {
    return parts.getFirst().block;
  }

  boolean firstIsEmbedded() {
    return parts.getFirst().embedded;
  }

  boolean firstIsLocked() {
    return parts.getFirst().locked;
  }

  boolean hasLocked() {
    return parts.stream().anyMatch(Part::locked);
  }

  /**
   * @param sin null, or what is wrong with what WSK is given
   */
  void prepare(Worker on, @Nullable Sin sin) {
    for (Part part : parts) {
      if (!part.embedded) {
        machine.event(
            on,
            0x1400,
            0,
            "MdlBirth mdl=%s kind=IoAllocateMdl va=%s length=%d"
                .formatted(hex(part.mdl), hex(part.block), part.bytes));
      }
      if (sin == Sin.PAGES_NOT_LOCKED) {
        continue;
      }
      machine.event(
          on,
          0x1410,
          0,
          part.locked
              ? "MdlLock mdl=%s access=%d va=%s length=%d"
                  .formatted(hex(part.mdl), receive ? 1 : 0, hex(part.block), part.bytes)
              : "MdlBuild mdl=%s va=%s length=%d"
                  .formatted(hex(part.mdl), hex(part.block), part.bytes));
    }
  }

  /** As WSK finds it: its chain and its length. */
  String snap(@Nullable Sin sin) {
    var text =
        new StringBuilder(
            "wskBuf=0xfffff68000001000 mdlHead=%s length=%d"
                .formatted(hex(firstMdl()), sin == Sin.LENGTH_BEYOND_MDLS ? bytes + 1 : bytes));
    for (int i = 0; i < parts.size(); i++) {
      Part part = parts.get(i);
      text.append(
          " mdlSnap{ptr=%s next=%s startVa=%s byteCount=%d mdlFlags=%d}"
              .formatted(
                  hex(part.mdl),
                  hex(i + 1 < parts.size() ? parts.get(i + 1).mdl : 0),
                  hex(part.block),
                  part.bytes,
                  sin == Sin.PAGES_NOT_LOCKED
                      ? 0
                      : part.locked ? MDL_PAGES_LOCKED : MDL_SOURCE_IS_NONPAGED_POOL));
    }
    return text.toString();
  }

  /** Behind the completion: each thing once, whatever a sinner has done before. */
  void release(Worker on, Sinned sinned) {
    for (int i = 0; i < parts.size(); i++) {
      Part part = parts.get(i);
      boolean first = i == 0;
      if (part.locked && !(first && sinned.unlocked)) {
        machine.event(on, 0x1500, 0, "MdlUnlock mdl=" + hex(part.mdl));
      }
      if (!part.embedded && !(first && sinned.freedMdl)) {
        machine.event(on, 0x1510, 0, "MdlFree mdl=" + hex(part.mdl));
      }
      if (!(first && sinned.freedBlock)) {
        machine.event(on, 0x1520, 0, "PoolFree block=%s size=65536".formatted(hex(part.block)));
      }
    }
  }

  /** Its addresses may be used again. */
  void forget() {
    for (Part part : parts) {
      if (!part.embedded) {
        machine.mdls.give(part.mdl);
      }
      machine.blocks.give(part.block);
    }
  }

  /** What was done too early, and must not be done again. */
  static final class Sinned {
    boolean unlocked;
    boolean freedMdl;
    boolean freedBlock;
    boolean freedIrp;
  }
}
