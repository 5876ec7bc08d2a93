package org.wsktrace.store;

import static org.wsktrace.store.JudgedReport.word;

import java.sql.Connection;
import java.sql.SQLException;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.wsktrace.store.row.StoredLoss;
import org.wsktrace.track.fact.DriverImage;
import org.wsktrace.track.fact.Fact;
import org.wsktrace.track.fact.IrpLife;
import org.wsktrace.track.fact.Loss;
import org.wsktrace.track.fact.MdlLife;
import org.wsktrace.track.fact.Moment;
import org.wsktrace.track.fact.Operation;
import org.wsktrace.track.fact.SocketLife;

/** Facts as rows. */
final class FactRows {
  private final BatchInsert operations;
  private final BatchInsert operationMdls;
  private final BatchInsert irps;
  private final BatchInsert mdls;
  private final BatchInsert sockets;
  private final BatchInsert drivers;
  private final BatchInsert losses;

  FactRows(Connection connection) throws SQLException {
    // In a damaged trace two operations may have the same number: the later one stays.
    operations = new BatchInsert(connection, "INSERT OR REPLACE", "operation", 19);
    operationMdls = new BatchInsert(connection, "INSERT OR REPLACE", "operation_mdl", 7);
    irps = new BatchInsert(connection, "INSERT", "irp", 10);
    mdls = new BatchInsert(connection, "INSERT", "mdl", 12);
    sockets = new BatchInsert(connection, "INSERT", "socket", 16);
    drivers = new BatchInsert(connection, "INSERT", "driver", 11);
    losses = new BatchInsert(connection, "INSERT", "loss", 6);
  }

  void add(Fact fact) throws SQLException {
    switch (fact) {
      case Operation operation -> add(operation);
      case IrpLife irp -> add(irp);
      case MdlLife mdl -> add(mdl);
      case SocketLife socket -> add(socket);
      case DriverImage driver -> add(driver);
      case Loss loss -> add(loss);
    }
  }

  void flush() throws SQLException {
    for (BatchInsert table :
        List.of(operations, operationMdls, irps, mdls, sockets, drivers, losses)) {
      table.flush();
    }
  }

  private void add(Operation operation) throws SQLException {
    Operation.Enter enter = operation.enter();
    Operation.Exit exit = operation.exit();
    Operation.Completion completion = operation.completion();
    operations.add(
        operation.opId(),
        operation.verb().label(),
        operation.client(),
        operation.socketLife(),
        operation.irpLife(),
        operation.length(),
        operation.flags(),
        enter == null ? null : enter.seq(),
        enter == null ? null : enter.nanos(),
        enter == null ? null : enter.tid(),
        enter == null ? null : enter.irql(),
        enter == null ? null : enter.callerRva(),
        exit == null ? null : exit.seq(),
        exit == null ? null : exit.nanos(),
        exit == null ? null : exit.status(),
        completion == null ? null : completion.seq(),
        completion == null ? null : completion.nanos(),
        completion == null ? null : completion.ioStatus(),
        completion == null ? null : completion.information());
    for (int i = 0; i < operation.buffers().size(); i++) {
      Operation.Buffer buffer = operation.buffers().get(i);
      operationMdls.add(
          operation.opId(),
          i,
          buffer.mdlLife(),
          buffer.mdl(),
          buffer.va(),
          buffer.byteCount(),
          buffer.mdlFlags());
    }
  }

  private void add(IrpLife irp) throws SQLException {
    irps.add(
        irp.id(),
        irp.address(),
        irp.client(),
        irp.kind().label(),
        irp.begin().seq(),
        irp.begin().nanos(),
        seq(irp.end()),
        nanos(irp.end()),
        word(irp.state()),
        irp.operations());
  }

  private void add(MdlLife mdl) throws SQLException {
    mdls.add(
        mdl.id(),
        mdl.address(),
        mdl.client(),
        mdl.kind().label(),
        mdl.begin().seq(),
        mdl.begin().nanos(),
        seq(mdl.end()),
        nanos(mdl.end()),
        word(mdl.state()),
        mdl.lockBalance(),
        mdl.va(),
        mdl.byteCount());
  }

  private void add(SocketLife socket) throws SQLException {
    sockets.add(
        socket.id(),
        socket.address(),
        socket.client(),
        socket.adopted() ? 1 : 0,
        word(socket.category()),
        socket.creatorOpId(),
        socket.begin().seq(),
        socket.begin().nanos(),
        seq(socket.closeEnter()),
        nanos(socket.closeEnter()),
        seq(socket.end()),
        nanos(socket.end()),
        word(socket.state()),
        socket.context(),
        text(socket.local()),
        text(socket.remote()));
  }

  private void add(DriverImage driver) throws SQLException {
    drivers.add(
        null,
        driver.client(),
        driver.name(),
        driver.base(),
        driver.size(),
        driver.timeDateStamp(),
        driver.checkSum(),
        seq(driver.load()),
        nanos(driver.load()),
        seq(driver.unload()),
        nanos(driver.unload()));
  }

  private void add(Loss loss) throws SQLException {
    StoredLoss stored = JudgedReport.stored(loss);
    losses.add(
        null,
        stored.firstSeq(),
        stored.lastSeq(),
        stored.count(),
        stored.reason(),
        stored.reasonText());
  }

  private static @Nullable Long seq(@Nullable Moment moment) {
    return moment == null ? null : moment.seq();
  }

  private static @Nullable Long nanos(@Nullable Moment moment) {
    return moment == null ? null : moment.nanos();
  }

  private static @Nullable String text(@Nullable Object value) {
    return value == null ? null : value.toString();
  }
}
