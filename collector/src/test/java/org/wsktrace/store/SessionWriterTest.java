package org.wsktrace.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.wsktrace.event.Bytes;
import org.wsktrace.event.IrpKind;
import org.wsktrace.event.MdlKind;
import org.wsktrace.event.Verb;
import org.wsktrace.event.WskEvent;
import org.wsktrace.event.WskEventDecoder;
import org.wsktrace.store.row.StoredDriver;
import org.wsktrace.store.row.StoredLoss;
import org.wsktrace.track.fact.DriverImage;
import org.wsktrace.track.fact.IrpLife;
import org.wsktrace.track.fact.Loss;
import org.wsktrace.track.fact.MdlLife;
import org.wsktrace.track.fact.Moment;
import org.wsktrace.track.fact.Operation;
import org.wsktrace.track.fact.SocketLife;

final class SessionWriterTest {
  @TempDir private Path folder;

  @Test
  void anEventIsARowWithItsBytes() throws Exception {
    byte[] bytes = new byte[72];
    bytes[0] = 7;
    bytes[16] = 3;
    bytes[48] = 76;
    WskEvent event = WskEventDecoder.decode(42, MemorySegment.ofArray(bytes), 0, bytes.length);
    Path session = folder.resolve("a.wskdb");
    try (SessionWriter writer = SessionWriter.create(session, false)) {
      writer.event(42, 7, 12_500, event, Bytes.of(bytes));
      writer.event(999, 8, 13_000, null, Bytes.of((byte) 0xAB));
      finish(writer);
    }

    assertThat(rows(session, "SELECT seq, id, nanos, cpu, tid, op_id, length(payload) FROM event"))
        .containsExactly("7|42|12500|0|76|3|72", "8|999|13000|null|null|null|1");
    try (SessionReader reader = SessionReader.open(session)) {
      assertThat(reader.eventCounts()).containsEntry(42, 1L).containsEntry(999, 1L);
    }
  }

  @Test
  void factsAreRows() throws Exception {
    Path session = folder.resolve("a.wskdb");
    try (SessionWriter writer = SessionWriter.create(session, false)) {
      writer.fact(
          new Operation(
              2,
              1,
              Verb.WSK_SEND,
              5L,
              6L,
              new Operation.Enter(13, 5_400, 76, 2, 0x15c8),
              new Operation.Exit(14, 5_500, 0x103),
              null,
              4096,
              0,
              List.of(new Operation.Buffer(9, 0xffffb002_11130000L, 0x9000, 4096, 4))));
      writer.fact(
          new IrpLife(
              6,
              0x10,
              1,
              IrpKind.IO_ALLOCATE_IRP,
              new Moment(12, 5_300),
              null,
              IrpLife.State.PENDING,
              1));
      writer.fact(
          new MdlLife(
              9,
              0xffffb002_11130000L,
              1,
              MdlKind.IO_ALLOCATE_MDL,
              new Moment(10, 5_100),
              new Moment(15, 5_510),
              MdlLife.State.DESCRIBED,
              0,
              0x9000,
              4096));
      writer.fact(
          new SocketLife(
              5,
              0x50,
              1,
              false,
              SocketLife.Category.CONNECTION,
              1L,
              new Moment(5, 2_600),
              null,
              null,
              SocketLife.State.OPEN,
              0,
              null,
              null));
      writer.fact(
          new DriverImage(
              1, "client.sys", 0xfffff803_12340000L, 0x8000, 1, 2, new Moment(2, 1_200), null));
      writer.fact(new Loss(20, 22, Loss.Reason.SEQUENCE_GAP));
      finish(writer);
    }

    assertThat(
            rows(
                session,
                """
                SELECT verb, enter_seq, exit_status, complete_seq, printf('0x%x', m.address), kind,
                       m.state, lock_balance
                FROM operation JOIN operation_mdl USING (op_id) JOIN mdl AS m USING (mdl_id)
                """))
        .containsExactly("WskSend|13|259|null|0xffffb00211130000|IoAllocateMdl|described|0");
    assertThat(rows(session, "SELECT kind, state, end_seq FROM irp"))
        .containsExactly("IoAllocateIrp|pending|null");
    assertThat(rows(session, "SELECT category, state, local_address FROM socket"))
        .containsExactly("connection|open|null");
    try (SessionReader reader = SessionReader.open(session)) {
      assertThat(reader.drivers())
          .containsExactly(new StoredDriver(1, "client.sys", 0xfffff803_12340000L, 0x8000));
      assertThat(reader.losses())
          .containsExactly(
              new StoredLoss(20, 22, 3, "sequence_gap", "sequence numbers are missing"));
    }
  }

  @Test
  void rowsOfManyBatchesAreAllThere() throws Exception {
    Path session = folder.resolve("a.wskdb");
    try (SessionWriter writer = SessionWriter.create(session, false)) {
      for (int seq = 1; seq <= 2_500; seq++) {
        writer.event(999, seq, seq, null, Bytes.of());
      }
      finish(writer);
    }

    assertThat(rows(session, "SELECT count(*), min(seq), max(seq) FROM event"))
        .containsExactly("2500|1|2500");
  }

  @Test
  void whatIsNotCommittedLeavesNothing() throws IOException {
    try (SessionWriter writer = SessionWriter.create(folder.resolve("a.wskdb"), false)) {
      writer.event(999, 1, 1, null, Bytes.of());
      assertThat(Sessions.names(folder)).containsExactly("a.wskdb.part");
    }

    assertThat(folder).isEmptyDirectory();
  }

  @Test
  void aCommittedSessionIsOneFile() throws IOException {
    Sessions.write(folder.resolve("a.wskdb"));

    assertThat(Sessions.names(folder)).containsExactly("a.wskdb");
  }

  @Test
  void aFileThatIsThereIsNotReplaced() throws IOException {
    Path session = Files.writeString(folder.resolve("a.wskdb"), "precious");

    assertThatThrownBy(() -> SessionWriter.create(session, false))
        .isInstanceOf(StoreException.Exists.class)
        .hasMessage(
            session + ": the file exists already; give another name, or --force to replace it");
    assertThat(session).hasContent("precious");
    assertThat(Sessions.names(folder)).containsExactly("a.wskdb");
  }

  @Test
  void aFileThatCameMeanwhileIsNotReplaced() throws IOException {
    Path session = folder.resolve("a.wskdb");
    try (SessionWriter writer = SessionWriter.create(session, false)) {
      Files.writeString(session, "precious");
      writer.meta(Sessions.META);
      assertThatThrownBy(writer::commit).isInstanceOf(StoreException.Exists.class);
    }

    assertThat(session).hasContent("precious");
    assertThat(Sessions.names(folder)).containsExactly("a.wskdb");
  }

  @Test
  void aFileIsReplacedOnlyByAWholeSession() throws IOException {
    Path session = Files.writeString(folder.resolve("a.wskdb"), "old");

    try (SessionWriter writer = SessionWriter.create(session, true)) {
      writer.meta(Sessions.META);
    }
    assertThat(session).hasContent("old");

    try (SessionWriter writer = SessionWriter.create(session, true)) {
      finish(writer);
    }
    try (SessionReader reader = SessionReader.open(session)) {
      assertThat(reader.meta()).isEqualTo(Sessions.META);
    }
    assertThat(Sessions.names(folder)).containsExactly("a.wskdb");
  }

  @Test
  void twoImportsDoNotWriteTheSameFile() throws IOException {
    Path session = folder.resolve("a.wskdb");
    try (SessionWriter first = SessionWriter.create(session, false)) {
      assertThatThrownBy(() -> SessionWriter.create(session, false))
          .isInstanceOf(StoreException.Unfinished.class);
      finish(first);
    }

    assertThat(Sessions.names(folder)).containsExactly("a.wskdb");
  }

  @Test
  void aFullDiskLeavesNothing() throws IOException {
    Path session = folder.resolve("a.wskdb");
    assertThatThrownBy(
            () -> {
              try (SessionWriter writer = SessionWriter.create(session, false)) {
                writer.limit(50);
                for (int seq = 1; seq <= 100_000; seq++) {
                  writer.event(999, seq, seq, null, Bytes.of(new byte[100]));
                }
              }
            })
        .isInstanceOf(StoreException.DiskFull.class)
        .hasMessage(
            session
                + ": the disk is full, and nothing was written;"
                + " make room, or give a name on another disk");
    assertThat(folder).isEmptyDirectory();
  }

  @Test
  void aFolderThatIsMissingIsNotMade() {
    Path session = folder.resolve("none").resolve("a.wskdb");

    assertThatThrownBy(() -> SessionWriter.create(session, false))
        .isInstanceOf(StoreException.FolderMissing.class)
        .hasMessage(
            session
                + ": there is no folder "
                + folder.resolve("none")
                + "; make it, or give another name");
    assertThat(folder).isEmptyDirectory();
  }

  @Test
  void aFolderIsNoSession() {
    assertThatThrownBy(() -> SessionWriter.create(folder, true))
        .isInstanceOf(StoreException.IsFolder.class);
  }

  private static void finish(SessionWriter writer) throws IOException {
    writer.meta(Sessions.META);
    writer.report(Sessions.REPORT);
    writer.commit();
  }

  /** The values of each row, with | between. */
  private static List<String> rows(Path session, String sql) throws SQLException {
    List<String> rows = new ArrayList<>();
    try (Connection connection = SessionFormat.connect(session, "ro");
        Statement statement = connection.createStatement();
        ResultSet row = statement.executeQuery(sql)) {
      int columns = row.getMetaData().getColumnCount();
      while (row.next()) {
        List<String> values = new ArrayList<>();
        for (int i = 1; i <= columns; i++) {
          values.add(String.valueOf(row.getString(i)));
        }
        rows.add(String.join("|", values));
      }
    }
    return rows;
  }
}
