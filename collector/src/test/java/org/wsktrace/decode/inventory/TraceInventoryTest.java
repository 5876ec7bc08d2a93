package org.wsktrace.decode.inventory;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.wsktrace.decode.Bytes;
import org.wsktrace.decode.DecodedEvent;
import org.wsktrace.decode.Field;
import org.wsktrace.decode.Origin;
import org.wsktrace.decode.Schemas;
import org.wsktrace.decode.Value;
import org.wsktrace.etl.BufferWriter;
import org.wsktrace.etl.EtlFile;
import org.wsktrace.etl.EtlWriter;
import org.wsktrace.etl.EventWriter;
import org.wsktrace.etl.layout.ExtendedItem;
import org.wsktrace.etl.record.HeaderType;

/** An inventory counts everything, and names what it has room for. */
final class TraceInventoryTest {
  private static final UUID TCPIP = UUID.fromString("2f07e2ee-15db-40f1-90ef-9d7ba282188a");
  private static final UUID UNKNOWN = UUID.fromString("f1e2d3c4-b5a6-9788-8796-a5b4c3d2e1f0");
  private static final UUID IMAGE_ID = UUID.fromString("b3e675d7-2554-4f18-830b-2762732560de");
  private static final UUID PDB = UUID.fromString("00112233-4455-6677-8899-aabbccddeeff");

  private static final int LOAD = 0x030A;
  private static final int UNLOAD = 0x1402;
  private static final int AT_START = 0x1403;
  private static final int AT_END = 0x1404;

  @TempDir private Path folder;

  private Inventory of(EventWriter... events) throws IOException {
    BufferWriter buffer = BufferWriter.on(0);
    for (EventWriter event : events) {
      buffer.add(event);
    }
    return of(new EtlWriter().startTicks(0).bufferSize(256 << 10).buffer(buffer));
  }

  private Inventory of(EtlWriter writer) throws IOException {
    try (EtlFile etl = EtlFile.open(writer.write(folder.resolve("test.etl")))) {
      var inventory = new TraceInventory(etl.header().clock(), new Schemas());
      etl.read(inventory);
      return inventory.inventory();
    }
  }

  /** An event of an image, at this tick, with the payload of version 2. */
  private static EventWriter image(long ticks, int hook, int process, long base, String path) {
    Bytes payload = new Bytes().u64(base, 0x1000).u32(process, 0xCC, 0x77, 0);
    payload.u64(base, 0, 0).wide(path);
    return EventWriter.system(ticks, hook >> 8, hook & 0xFF).version(2).payload(payload.array());
  }

  /** What a merge says of the PDB of an image. */
  private static EventWriter pdb(long ticks, int process, long base, String name) {
    Bytes payload = new Bytes().u64(base).u32(process).guid(PDB).u32(3).text(name);
    return EventWriter.classic(ticks, IMAGE_ID, 36).version(2).payload(payload.array());
  }

  @Test
  void anEmptyTraceHasOnlyTheEventThatDescribesIt() throws IOException {
    Inventory inventory = of(new EtlWriter());

    assertThat(inventory.events()).isEqualTo(1);
    assertThat(inventory.first()).isNull();
    assertThat(inventory.last()).isNull();
    assertThat(inventory.providers()).isEmpty();
    assertThat(inventory.groups()).containsExactly(new Inventory.GroupCount(0, "EventTrace", 1));
  }

  @Test
  void eventsAreCountedByHeaderItemProviderAndGroup() throws IOException {
    Inventory inventory =
        of(
            EventWriter.at(10).from(TCPIP, 4, 8).item(ExtendedItem.STACK_64, new byte[16]),
            EventWriter.at(20).from(TCPIP, 4, 8).item(60_000, new byte[1]),
            EventWriter.at(30).from(UNKNOWN, 4, 8),
            EventWriter.classic(40, UUID.fromString("45d8cccd-539f-4b72-a8b7-5c683142609a"), 33),
            EventWriter.compact(50, 0x05, 36),
            EventWriter.perfInfo(60, 0x77, 1));

    assertThat(inventory.events()).isEqualTo(7);
    assertThat(inventory.headerTypes())
        .isEqualTo(
            Map.of(
                HeaderType.SYSTEM64, 1L,
                HeaderType.EVENT64, 3L,
                HeaderType.FULL64, 1L,
                HeaderType.COMPACT64, 1L,
                HeaderType.PERFINFO64, 1L));
    assertThat(inventory.items())
        .containsExactly(
            new Inventory.ItemCount(6, "STACK_TRACE64", 1),
            new Inventory.ItemCount(60_000, "60000", 1));
    assertThat(inventory.providers())
        .extracting(Inventory.ProviderCount::name, Inventory.ProviderCount::events)
        .startsWith(tuple("Microsoft-Windows-TCPIP", 2L))
        .contains(tuple("Windows Kernel/ALPC", 1L), tuple("", 1L));
    assertThat(inventory.groups())
        .extracting(Inventory.GroupCount::name)
        .containsExactly("EventTrace", "Thread", "0x77");
    assertThat(inventory.first()).hasToString("2026-01-01T00:00:00.000001Z");
    assertThat(inventory.last()).hasToString("2026-01-01T00:00:00.000006Z");
  }

  @Test
  void providersBeyondTheRoomAreCountedTogether() throws IOException {
    BufferWriter buffer = BufferWriter.on(0);
    for (int i = 0; i < TraceInventory.MAX_PROVIDERS + 3; i++) {
      buffer.add(EventWriter.at(i).from(new UUID(i, 7), 4, 8));
    }
    for (int i = 0; i < 2; i++) {
      buffer.add(EventWriter.at(10_000).from(new UUID(i, 7), 4, 8));
    }

    Inventory inventory = of(new EtlWriter().bufferSize(1 << 20).buffer(buffer));

    assertThat(inventory.providers()).hasSize(TraceInventory.MAX_PROVIDERS);
    assertThat(inventory.providers().get(1).guid()).isEqualTo(new UUID(1, 7));
    assertThat(inventory.providers().get(1).events()).isEqualTo(2);
    assertThat(inventory.otherProviderEvents()).isEqualTo(3);
  }

  @Test
  void anImageLivesFromItsLoadToItsUnload() throws IOException {
    Inventory inventory =
        of(
            image(10, AT_START, 4, 0xFFFF_8000_0000_0000L, "\\a.sys"),
            image(20, LOAD, 400, 0x10000, "\\b.dll"),
            image(30, UNLOAD, 400, 0x10000, "\\b.dll"),
            image(40, LOAD, 400, 0x10000, "\\c.dll"),
            image(50, AT_END, 4, 0xFFFF_8000_0000_0000L, "\\a.sys"),
            image(50, AT_END, 400, 0x10000, "\\c.dll"));

    assertThat(inventory.modules())
        .extracting(LoadedModule::path, module -> module.loaded() + " to " + module.unloaded())
        .containsExactly(
            tuple("\\a.sys", "null to null"),
            tuple("\\b.dll", "2026-01-01T00:00:00.000002Z to 2026-01-01T00:00:00.000003Z"),
            tuple("\\c.dll", "2026-01-01T00:00:00.000004Z to null"));
    LoadedModule driver = inventory.modules().getFirst();
    assertThat(driver.processId()).isEqualTo(4);
    assertThat(driver.base()).isEqualTo(0xFFFF_8000_0000_0000L);
    assertThat(driver.size()).isEqualTo(0x1000);
    assertThat(driver.checksum()).isEqualTo(0xCC);
    assertThat(driver.timeDateStamp()).isEqualTo(0x77);
    assertThat(driver.pdb()).isNull();
  }

  @Test
  void aPdbBelongsToTheLifeThatItStandsInFrontOf() throws IOException {
    Inventory inventory =
        of(
            pdb(20, 400, 0x10000, "b.pdb"),
            image(20, LOAD, 400, 0x10000, "\\b.dll"),
            pdb(30, 400, 0x10000, "b.pdb"),
            image(30, UNLOAD, 400, 0x10000, "\\b.dll"),
            image(40, LOAD, 400, 0x10000, "\\c.dll"));

    assertThat(inventory.modules())
        .extracting(LoadedModule::pdb)
        .containsExactly(new LoadedModule.Pdb(PDB, 3, "b.pdb"), null);
  }

  @Test
  void aLinkTimeThatTheKernelLeftOutIsThatOfTheFile() throws IOException {
    Bytes info = new Bytes().u64(0x10000, 0x1000).u32(400, 0x1234).wide("b.dll");
    Bytes load = new Bytes().u64(0x10000, 0x1000).u32(400, 0, 0, 0).u64(0, 0, 0).wide("\\b.dll");

    Inventory inventory =
        of(
            EventWriter.classic(10, IMAGE_ID, 0).version(2).payload(info.array()),
            EventWriter.system(10, 0x14, 3).version(2).payload(load.array()));

    assertThat(inventory.modules()).extracting(LoadedModule::timeDateStamp).containsExactly(0x1234);
  }

  @Test
  void aProcessLivesFromItsStartToItsEnd() throws IOException {
    Inventory inventory =
        of(
            process(10, 3, 4, 0x103, "System"),
            process(20, 1, 400, 0x103, "a.exe"),
            process(30, 2, 400, 5, "a.exe"),
            process(40, 1, 400, 0x103, "b.exe"),
            process(50, 4, 4, 0x103, "System"),
            process(50, 4, 400, 0x103, "b.exe"));

    assertThat(inventory.processes())
        .extracting(
            TracedProcess::imageName,
            known -> known.started() + " to " + known.ended(),
            TracedProcess::exitStatus)
        .containsExactly(
            tuple("System", "null to null", null),
            tuple("a.exe", "2026-01-01T00:00:00.000002Z to 2026-01-01T00:00:00.000003Z", 5),
            tuple("b.exe", "2026-01-01T00:00:00.000004Z to null", null));
    TracedProcess process = inventory.processes().get(1);
    assertThat(process.processId()).isEqualTo(400);
    assertThat(process.parentId()).isEqualTo(77);
    assertThat(process.sessionId()).isEqualTo(1);
    assertThat(process.commandLine()).isEqualTo("a.exe /x");
    assertThat(process.user()).isEqualTo("S-1-5-18");
  }

  /** An event of a process, at this tick, with the payload of version 4. */
  private static EventWriter process(long ticks, int opcode, int id, int status, String name) {
    Bytes payload = new Bytes().u64(0x77).u32(id, 77, 1, status).u64(0).u32(0);
    payload.u64(1, 0).u8(1, 1, 0, 0, 0, 0, 0, 5).u32(18);
    payload.text(name).wide(name + " /x").wide("").wide("");
    return EventWriter.system(ticks, 0x03, opcode).version(4).payload(payload.array());
  }

  @Test
  void theBuildOfWindowsIsThatOfTheMergeOrOfTheProcess() throws IOException {
    byte[] lab = new Bytes().text("22621.1.amd64fre.ni_release.220506-1250").array();

    assertThat(of(EventWriter.perfInfo(10, 0, 66).payload(lab)).buildLab())
        .isEqualTo("22621.1.amd64fre.ni_release.220506-1250");
  }

  @Test
  void eventsThatMakeNoSenseAreCounted() throws IOException {
    long seed = new Random().nextLong();
    System.out.println("TraceInventoryTest: seed " + seed);
    Random random = new Random(seed);
    int[] groups = {0x00, 0x03, 0x14};
    UUID[] classes = {IMAGE_ID, UUID.fromString("9b79ee91-b5fd-41c0-a243-4248e266e9d0")};
    EventWriter[] events = new EventWriter[2000];
    for (int i = 0; i < events.length; i++) {
      byte[] payload = new byte[random.nextInt(80)];
      random.nextBytes(payload);
      int opcode = 1 + random.nextInt(40);
      events[i] =
          (random.nextBoolean()
                  ? EventWriter.system(i, groups[random.nextInt(3)], opcode)
                  : EventWriter.classic(i, classes[random.nextInt(2)], opcode))
              .version(random.nextInt(6))
              .payload(payload);
    }

    Inventory inventory = of(events);

    assertThat(inventory.events()).isEqualTo(1 + events.length);
  }

  @Test
  void imagesBeyondTheRoomAreCounted() {
    var log = new ModuleLog(2, new TextBudget(1 << 10));
    for (int i = 0; i < 5; i++) {
      List<Field> fields = List.of(new Field("ImageBase", new Value.Hex(i, 8)));
      var said = new Said(new DecodedEvent("", "Image/Load", Origin.KERNEL, fields, 0));
      log.load(said, 4, Instant.EPOCH);
    }

    assertThat(log.modules()).hasSize(2);
    assertThat(log.others()).isEqualTo(3);
  }

  @Test
  void textsBeyondTheRoomAreEmpty() {
    var texts = new TextBudget(2 * (64 + 5));

    assertThat(List.of(texts.keep("12345"), texts.keep("67890"), texts.keep("1")))
        .containsExactly("12345", "67890", "");
    assertThat(texts.keep("12345")).isEqualTo("12345");
  }
}
