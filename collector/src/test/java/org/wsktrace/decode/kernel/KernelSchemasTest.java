package org.wsktrace.decode.kernel;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.wsktrace.decode.Bytes;
import org.wsktrace.decode.DecodedEvent;
import org.wsktrace.decode.Logged;
import org.wsktrace.decode.Origin;
import org.wsktrace.decode.Schemas;
import org.wsktrace.etl.EventWriter;
import org.wsktrace.etl.record.EventRecord;

/** An event of the kernel is found by what its header has, and read as wide as that says. */
final class KernelSchemasTest {
  private static final UUID DISK_IO = UUID.fromString("3d6fa8d4-fe05-11d0-9dda-00c04fd7ba7c");
  private static final UUID PROCESS = UUID.fromString("3d6fa8d0-fe05-11d0-9dda-00c04fd7ba7c");
  private static final int READ_INIT = 12;

  @Test
  void allFormsOfAnEventHaveOneSchema() {
    List<EventRecord> events =
        Logged.events(
            EventWriter.system(1, 0x01, READ_INIT).version(3),
            EventWriter.compact(2, 0x01, READ_INIT).version(3),
            EventWriter.perfInfo(3, 0x01, READ_INIT).version(3),
            EventWriter.classic(4, DISK_IO, READ_INIT).version(3),
            EventWriter.instance(5, DISK_IO, READ_INIT, 1, 0, new UUID(0, 0)).version(3));

    assertThat(events).extracting(KernelSchemas.builtIn()::find).doesNotContainNull();
    assertThat(events.stream().map(KernelSchemas.builtIn()::find).distinct()).hasSize(1);
  }

  @Test
  void anUnknownVersionIsReadAsTheOneBeforeIt() {
    List<EventRecord> events =
        Logged.events(
            EventWriter.system(1, 0x01, READ_INIT).version(1),
            EventWriter.system(2, 0x01, READ_INIT).version(2),
            EventWriter.system(3, 0x01, READ_INIT).version(3),
            EventWriter.system(4, 0x01, READ_INIT).version(200));

    KernelSchemas schemas = KernelSchemas.builtIn();
    assertThat(schemas.find(events.get(0))).isNull();
    assertThat(schemas.find(events.get(1))).isNotEqualTo(schemas.find(events.get(2)));
    assertThat(schemas.find(events.get(3))).isEqualTo(schemas.find(events.get(2)));
  }

  @Test
  void pointersAreAsWideAsTheHeaderSays() {
    byte[] narrow = Bytes.of(1, 2, 3, 4, 44, 0, 0, 0).array();
    byte[] wide = Bytes.of(1, 2, 3, 4, 5, 6, 7, 8, 44, 0, 0, 0).array();

    assertThat(
            Logged.last(EventWriter.system(1, 0x01, READ_INIT).version(3).type(1).payload(narrow))
                .fields())
        .hasToString("[Irp=0x04030201, IssuingThreadId=44]");
    assertThat(
            Logged.last(EventWriter.system(1, 0x01, READ_INIT).version(3).payload(wide)).fields())
        .hasToString("[Irp=0x0807060504030201, IssuingThreadId=44]");
  }

  @Test
  void widePayloadsBehindANarrowHeaderAreReadWide() {
    byte[] wide = Bytes.of(1, 2, 3, 4, 5, 6, 7, 8, 44, 0, 0, 0).array();

    DecodedEvent said =
        Logged.last(EventWriter.classic(1, DISK_IO, READ_INIT).version(3).type(10).payload(wide));

    assertThat(said.fields()).hasToString("[Irp=0x0807060504030201, IssuingThreadId=44]");
    assertThat(said.leftover()).isZero();
  }

  @Test
  void whatIsBehindTheKnownFieldsIsLeftOver() {
    DecodedEvent said =
        Logged.last(EventWriter.system(1, 0x01, READ_INIT).version(9).payload(new byte[32]));

    assertThat(said.origin()).isEqualTo(Origin.KERNEL);
    assertThat(said.leftover()).isEqualTo(20);
  }

  @Test
  void anEventThatIsInNoTableHasTheNameOfItsGroupOrClass() {
    DecodedEvent ofGroup = Logged.last(EventWriter.system(1, 0x12, 0x55).payload(new byte[3]));
    DecodedEvent ofClass = Logged.last(EventWriter.classic(1, DISK_IO, 200).payload(new byte[3]));

    assertThat(ofGroup)
        .isEqualTo(new DecodedEvent("Windows Kernel", "Power/85", Origin.UNKNOWN, List.of(), 3));
    assertThat(ofClass)
        .isEqualTo(new DecodedEvent("Windows Kernel", "DiskIo/200", Origin.UNKNOWN, List.of(), 3));
  }

  @Test
  void whateverAPayloadSaysItIsReadAsFarAsItGoes() {
    long seed = new Random().nextLong();
    System.out.println("KernelSchemasTest: seed " + seed);
    Random random = new Random(seed);
    List<EventWriter> events = new ArrayList<>();
    for (int i = 0; i < 5000; i++) {
      byte[] payload = new byte[random.nextInt(120)];
      random.nextBytes(payload);
      // Numbers are mostly small, and texts mostly end.
      for (int at = 0; at < payload.length; at++) {
        payload[at] = random.nextInt(3) == 0 ? payload[at] : 0;
      }
      events.add(
          EventWriter.system(i, random.nextInt(0x20), random.nextInt(0x60))
              .version(random.nextInt(6))
              .payload(payload));
    }

    List<DecodedEvent> decoded = Logged.decoded(new Schemas(), events.toArray(EventWriter[]::new));

    assertThat(decoded).hasSize(5000);
    assertThat(decoded).allMatch(said -> said.leftover() >= 0);
    assertThat(decoded).extracting(DecodedEvent::origin).contains(Origin.KERNEL, Origin.UNKNOWN);
  }

  @Test
  void aProcessHasASidOrNoneAlsoWhereItsPointerWasWiped() {
    assertThat(sidOf(0xA0B0_C0D0_E0F0L, true)).isEqualTo("S-1-5-18");
    assertThat(sidOf(0, true)).isEqualTo("S-1-5-18");
    assertThat(sidOf(0, false)).isEmpty();
  }

  /** The SID of a process, which stands behind the two pointers of a TOKEN_USER, or is 4 bytes. */
  private String sidOf(long pointer, boolean sid) {
    Bytes payload = new Bytes().u64(0x1234).u32(8, 4, 0, 0).u64(0).u32(0);
    if (sid) {
      payload.u64(pointer, 0).u8(1, 1, 0, 0, 0, 0, 0, 5).u32(18);
    } else {
      payload.u32(0);
    }
    payload.text("a.exe").wide("").wide("").wide("");
    DecodedEvent said =
        Logged.last(EventWriter.classic(1, PROCESS, 1).version(4).payload(payload.array()));
    assertThat(said.leftover()).isZero();
    assertThat(said.fields().toString()).contains("ProcessId=8", "ImageFileName=a.exe");
    return said.fields().stream()
        .filter(field -> field.name().equals("UserSID"))
        .map(field -> field.value().toString())
        .findFirst()
        .orElseThrow();
  }
}
