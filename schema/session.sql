-- The tables of a session file (.wskdb): one trace, the facts that follow from it and what the
-- rules found. An ordinary SQLite file; PRAGMA application_id is 0x77736b74 ('wskt') and
-- PRAGMA user_version is the version of this format.
--
-- What holds everywhere
--   * seq is the number that the capture driver gave an event, from 1. Its order is the order in
--     which things happened; a number without an event is an event that was lost.
--   * nanos is nanoseconds since the start of the trace.
--   * An address is the 64 bits of a kernel address, so that most are negative as a number:
--     printf('0x%016x', address) shows one.
--   * A status is an NTSTATUS as a signed number, negative for an error:
--     printf('0x%08X', status & 0xffffffff) shows one.
--   * An address is used again after it was freed. A life is one use of it, from birth to free,
--     and has a number that is never used again.
--   * NULL is what the trace does not say.
--   * client is the number that the capture driver gave a driver under test, see driver.client.

-- The trace as a whole: one row.
CREATE TABLE meta (
  -- Always 1.
  id INTEGER PRIMARY KEY CHECK (id = 1),
  -- Program and version that wrote the session.
  created_by TEXT NOT NULL,
  -- When the session was written, UTC, ISO 8601.
  created_utc TEXT NOT NULL,
  -- Name of the file it was made from, without its folder.
  source_name TEXT NOT NULL,
  -- What that file was: etl, wtrace, dump (a crash dump) or memory (another image of it).
  source_kind TEXT NOT NULL,
  -- Size of that file in bytes.
  source_bytes INTEGER NOT NULL,
  -- When the trace started, UTC, ISO 8601.
  start_utc TEXT,
  -- When it was stopped, or the machine was, UTC, ISO 8601. NULL also where it never was.
  end_utc TEXT,
  -- From the first to the last event of the capture driver, in nanoseconds.
  duration_nanos INTEGER NOT NULL,
  -- Ticks per second of the performance counter.
  qpc_frequency INTEGER,
  -- Build number of Windows, such as 22631.
  os_build INTEGER,
  -- Processors of the traced machine.
  processors INTEGER,
  -- Version of the capture driver.
  probe_version INTEGER,
  -- What the driver recorded, as bits: 1 WSK calls, 2 IRP calls, 4 MDL calls, 8 pool calls.
  tiers INTEGER,
  -- Events of the capture driver in the table event.
  event_count INTEGER NOT NULL,
  -- Events of other providers in the trace. They are not kept.
  foreign_count INTEGER NOT NULL,
  -- Events whose id this version does not know. They are kept.
  unknown_count INTEGER NOT NULL,
  -- Events whose payload makes no sense. They are kept, unless it is too short to hold a seq.
  damaged_count INTEGER NOT NULL,
  -- Events that came twice or after their seq had been taken as lost. They are not kept.
  dropped_count INTEGER NOT NULL
) STRICT;

-- What the capture driver logged, unchanged.
CREATE TABLE event (
  -- The event's number.
  seq INTEGER PRIMARY KEY,
  -- Which event it is, see schema/wsktrace.man.
  id INTEGER NOT NULL,
  -- When it was logged.
  nanos INTEGER NOT NULL,
  -- Processor, from 0. This and the next columns are NULL where the payload could not be read.
  cpu INTEGER,
  -- IRQL, 0 PASSIVE_LEVEL to 2 DISPATCH_LEVEL and above.
  irql INTEGER,
  -- Process, 4 for the system.
  pid INTEGER,
  -- Thread.
  tid INTEGER,
  -- Driver under test that made the call.
  client INTEGER,
  -- Return address in that driver, in bytes from the start of its image; 0 when unknown.
  caller_rva INTEGER,
  -- The operation it belongs to; 0 for none.
  op_id INTEGER,
  -- The bytes, little-endian, laid out as in schema/wsktrace.man.
  payload BLOB NOT NULL
) STRICT;

-- One call of a WSK function that takes an IRP. Its enter, return and completion are independent:
-- a completion before the return is legal.
CREATE TABLE operation (
  -- The number that joins its events.
  op_id INTEGER PRIMARY KEY,
  -- The function: WskSend.
  verb TEXT NOT NULL,
  -- The driver that called it.
  client INTEGER NOT NULL,
  -- The life of the socket, see socket.socket_id.
  socket_id INTEGER,
  -- The life of the IRP, see irp.irp_id.
  irp_id INTEGER,
  -- Bytes to send or to receive; 0 for other functions.
  length INTEGER NOT NULL,
  -- Flags of the call.
  flags INTEGER NOT NULL,
  -- The event of the call. NULL, as the next columns, where the trace does not have it.
  enter_seq INTEGER,
  -- When it was called.
  enter_nanos INTEGER,
  -- The calling thread.
  tid INTEGER,
  -- IRQL of the call.
  irql INTEGER,
  -- Where it was called from, in bytes from the start of the driver's image; 0 when unknown.
  caller_rva INTEGER,
  -- The event of its return. NULL where it had not returned by the end of the trace.
  exit_seq INTEGER,
  -- When it returned.
  exit_nanos INTEGER,
  -- What it returned: an NTSTATUS, 259 for STATUS_PENDING.
  exit_status INTEGER,
  -- The event of its completion. NULL where it had not completed by the end of the trace.
  complete_seq INTEGER,
  -- When it completed.
  complete_nanos INTEGER,
  -- IoStatus.Status of the IRP: an NTSTATUS.
  io_status INTEGER,
  -- IoStatus.Information of the IRP: bytes, or the address of the new socket.
  information INTEGER
) STRICT;

-- The MDL chain of an operation, as it was when the function was called.
CREATE TABLE operation_mdl (
  -- See operation.op_id.
  op_id INTEGER NOT NULL,
  -- Place in the chain, from 0.
  idx INTEGER NOT NULL,
  -- The life of the MDL, see mdl.mdl_id.
  mdl_id INTEGER NOT NULL,
  -- Address of the MDL.
  address INTEGER NOT NULL,
  -- Address of the first byte that it describes.
  va INTEGER NOT NULL,
  -- Bytes that it describes.
  byte_count INTEGER NOT NULL,
  -- MdlFlags, bits of wdm.h.
  mdl_flags INTEGER NOT NULL,
  PRIMARY KEY (op_id, idx)
) STRICT, WITHOUT ROWID;

-- One life of an IRP's address.
CREATE TABLE irp (
  -- The number of the life.
  irp_id INTEGER PRIMARY KEY,
  -- Where the IRP lies.
  address INTEGER NOT NULL,
  -- The driver that uses it.
  client INTEGER NOT NULL,
  -- How it was born: IoAllocateIrp, or Adopted when it was first seen in use.
  kind TEXT NOT NULL,
  -- The event of its birth or first use.
  begin_seq INTEGER NOT NULL,
  -- When that was.
  begin_nanos INTEGER NOT NULL,
  -- The event that ended it. NULL where it lived on to the end of the trace.
  end_seq INTEGER,
  -- When that was.
  end_nanos INTEGER,
  -- Where it stood at its end or at the end of the trace: idle, pending, completed, ...
  state TEXT NOT NULL,
  -- Count of operations that it was used for.
  operations INTEGER NOT NULL
) STRICT;

-- One life of an MDL's address.
CREATE TABLE mdl (
  -- The number of the life.
  mdl_id INTEGER PRIMARY KEY,
  -- Where the MDL lies.
  address INTEGER NOT NULL,
  -- The driver that uses it.
  client INTEGER NOT NULL,
  -- How it was born: IoAllocateMdl, or Adopted when it was first seen in use.
  kind TEXT NOT NULL,
  -- The event of its birth or first use.
  begin_seq INTEGER NOT NULL,
  -- When that was.
  begin_nanos INTEGER NOT NULL,
  -- The event that ended it. NULL where it lived on to the end of the trace.
  end_seq INTEGER,
  -- When that was.
  end_nanos INTEGER,
  -- Where it stood at its end or at the end of the trace: raw, described, locked.
  state TEXT NOT NULL,
  -- Locks less unlocks that were seen; negative where the lock was before the trace.
  lock_balance INTEGER NOT NULL,
  -- Address of the first byte that it describes, as last seen.
  va INTEGER NOT NULL,
  -- Bytes that it describes, as last seen.
  byte_count INTEGER NOT NULL
) STRICT;

-- One life of a socket's address.
CREATE TABLE socket (
  -- The number of the life.
  socket_id INTEGER PRIMARY KEY,
  -- Where the WSK_SOCKET lies.
  address INTEGER NOT NULL,
  -- The driver that uses it.
  client INTEGER NOT NULL,
  -- 1 where it was first seen in use, 0 where its creation was seen.
  adopted INTEGER NOT NULL,
  -- Category of WSK: basic, listen, datagram, connection, stream, or unknown.
  category TEXT NOT NULL,
  -- The operation that made it, see operation.op_id.
  creator_op_id INTEGER,
  -- The event that completed its creation, or its first use.
  begin_seq INTEGER NOT NULL,
  -- When that was.
  begin_nanos INTEGER NOT NULL,
  -- The event of the call of WskCloseSocket. NULL where there was none.
  close_seq INTEGER,
  -- When that was.
  close_nanos INTEGER,
  -- The event that ended it. NULL where it lived on to the end of the trace.
  end_seq INTEGER,
  -- When that was.
  end_nanos INTEGER,
  -- Where it stood at the end of the trace: open, closing, closed, gone.
  state TEXT NOT NULL,
  -- SocketContext of its creation: an address of the driver's; 0 when unknown.
  context INTEGER NOT NULL,
  -- Address that it was bound to: 127.0.0.1:80.
  local_address TEXT,
  -- Address that it was connected to.
  remote_address TEXT
) STRICT;

-- A driver under test while it was loaded.
CREATE TABLE driver (
  -- The number of the load.
  driver_id INTEGER PRIMARY KEY,
  -- The number by which events name it.
  client INTEGER NOT NULL,
  -- File name: client.sys.
  name TEXT NOT NULL,
  -- Where its image was loaded.
  base INTEGER NOT NULL,
  -- Size of its image in bytes.
  size INTEGER NOT NULL,
  -- TimeDateStamp of its PE header.
  time_date_stamp INTEGER NOT NULL,
  -- CheckSum of its PE header.
  check_sum INTEGER NOT NULL,
  -- The event of its load. NULL where only its unload was seen.
  load_seq INTEGER,
  -- When that was.
  load_nanos INTEGER,
  -- The event of its unload routine's return. NULL where it stayed loaded.
  unload_seq INTEGER,
  -- When that was.
  unload_nanos INTEGER
) STRICT;

-- Events that are missing from the trace.
CREATE TABLE loss (
  -- The number of the loss.
  loss_id INTEGER PRIMARY KEY,
  -- Lowest seq that may be missing.
  first_seq INTEGER NOT NULL,
  -- Highest seq that may be missing.
  last_seq INTEGER NOT NULL,
  -- How many are missing.
  event_count INTEGER NOT NULL,
  -- Why: sequence_gap, ring_overwritten, record_dropped, no_slot, etw_refused, unreadable, ...
  reason TEXT NOT NULL,
  -- The same in words.
  reason_text TEXT NOT NULL
) STRICT;

-- A rule that the trace was judged by, and what became of it.
CREATE TABLE rule (
  -- WSK-BUF-001.
  rule_id TEXT PRIMARY KEY,
  -- Place in the catalogue, from 0.
  idx INTEGER NOT NULL,
  -- A short phrase: MDL freed before completion.
  name TEXT NOT NULL,
  -- Subject: trace, buffer, irp, argument, socket, context, receive, registration, performance.
  subject TEXT NOT NULL,
  -- How much a finding matters: error, warning, note.
  severity TEXT NOT NULL,
  -- What the misuse does: bugcheck, corruption, leak, hang, performance, semantics.
  effect TEXT NOT NULL,
  -- How sure the rule can be: proved, strong, heuristic.
  confidence TEXT NOT NULL,
  -- What must have been recorded for it, for people; several are separated by commas.
  needs TEXT NOT NULL,
  -- Why it is wrong.
  why TEXT NOT NULL,
  -- What to change in the driver.
  fix TEXT NOT NULL,
  -- What to record to see more; empty for nothing.
  record_next TEXT NOT NULL,
  -- The documentation that states the contract.
  source TEXT NOT NULL
) STRICT, WITHOUT ROWID;

-- What became of each rule in this trace.
CREATE TABLE coverage (
  -- See rule.rule_id.
  rule_id TEXT PRIMARY KEY,
  -- violation, suspected, passed or not_evaluated.
  verdict TEXT NOT NULL,
  -- Why it was not evaluated; empty otherwise.
  reason TEXT NOT NULL,
  -- What to do to get it evaluated; empty otherwise.
  remedy TEXT NOT NULL
) STRICT, WITHOUT ROWID;

-- A misuse that a rule found. Misuses with the same fingerprint are one row.
CREATE TABLE finding (
  -- The number of the finding, from 1, worst first.
  finding_id INTEGER PRIMARY KEY,
  -- See rule.rule_id.
  rule_id TEXT NOT NULL,
  -- error, warning, note: mostly that of the rule.
  severity TEXT NOT NULL,
  -- violation, or suspected where lost events or a heuristic leave a doubt.
  verdict TEXT NOT NULL,
  -- One sentence with the numbers filled in.
  title TEXT NOT NULL,
  -- What the title says in numbers, as JSON by name:
  -- {"mdl":{"kind":"address","value":"0xd0","text":"0xd0"}}.
  -- kind is address (value: a text of hexadecimal digits), count, bytes, nanos, status (value: an
  -- NTSTATUS as a signed number) or words (no value); text is as the title has it. Sessions of
  -- format 1 do not have this column.
  quantities TEXT NOT NULL,
  -- Why it is only suspected; empty for a violation.
  doubt TEXT NOT NULL,
  -- File name of the driver that made the call.
  driver TEXT NOT NULL,
  -- Where in it, in bytes from the start of its image; 0 when unknown.
  driver_offset INTEGER NOT NULL,
  -- Rule and call site: the same for the same mistake in every trace.
  fingerprint TEXT NOT NULL,
  -- The operation that was harmed, see operation.op_id.
  op_id INTEGER,
  -- How often it happened, from 1. Title and evidence are those of the first time.
  occurrences INTEGER NOT NULL
) STRICT;

-- The events that prove a finding, in the order in which they happened.
CREATE TABLE evidence (
  -- See finding.finding_id.
  finding_id INTEGER NOT NULL,
  -- Place in the story, from 0.
  idx INTEGER NOT NULL,
  -- The event, see event.seq.
  seq INTEGER NOT NULL,
  -- When it was logged.
  nanos INTEGER NOT NULL,
  -- On which processor.
  cpu INTEGER NOT NULL,
  -- In which thread.
  tid INTEGER NOT NULL,
  -- What it is to the finding: enter, return, free, complete.
  role TEXT NOT NULL,
  -- The event in words.
  text TEXT NOT NULL,
  PRIMARY KEY (finding_id, idx)
) STRICT, WITHOUT ROWID;

-- Indexes. They are made after the rows: that is 1.8 times faster.
CREATE INDEX event_by_id ON event (id);
CREATE INDEX event_by_op ON event (op_id) WHERE op_id <> 0;
CREATE INDEX operation_by_enter ON operation (enter_seq);
CREATE INDEX operation_by_socket ON operation (socket_id);
CREATE INDEX operation_by_irp ON operation (irp_id);
CREATE INDEX operation_mdl_by_mdl ON operation_mdl (mdl_id);
CREATE INDEX irp_by_address ON irp (address);
CREATE INDEX mdl_by_address ON mdl (address);
CREATE INDEX socket_by_address ON socket (address);
CREATE INDEX finding_by_rule ON finding (rule_id);
CREATE INDEX finding_by_fingerprint ON finding (fingerprint);
CREATE INDEX evidence_by_seq ON evidence (seq);
