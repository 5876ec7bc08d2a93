"""An independent walker of uncompressed .etl files. It shares no code with the driver that writes them or the collector
that reads them, and refuses what either might overlook.

Layouts: WMI_BUFFER_HEADER and the *_TRACE_HEADER structs of phnt's ntwmi.h; EVENT_HEADER of evntcons.h;
TRACE_LOGFILE_HEADER of evntrace.h. Everything is little-endian.
"""

import dataclasses
import struct
import uuid

BUFFER_HEADER_BYTES = 0x48
# Buffer types and flags.
HEADER_BUFFER = 4
FLAG_PROCESSOR_INDEX = 0x20
FLAG_COMPRESSED = 0x40
# Header types, the third byte of an event.
SYSTEM = (1, 2)
EVENT_HEADER = (18, 19)
# Bytes before the payload, by header type; the types where the size stands in the second u16 come first.
SIZE_AT_4 = {1: 32, 2: 32, 3: 24, 4: 24, 16: 16, 17: 16}
SIZE_AT_0 = {10: 48, 20: 48, 11: 72, 21: 72, 13: 4, 18: 80, 19: 80}
# Where the i64 timestamp stands.
TIMESTAMP_AT = {1: 16, 2: 16, 3: 16, 4: 16, 16: 8, 17: 8, 10: 16, 20: 16, 11: 16, 21: 16, 18: 16, 19: 16}


class EtlError(Exception):
    """The file is not what it should be. The message says what, and where."""


@dataclasses.dataclass(frozen=True)
class LogfileHeader:
    """TRACE_LOGFILE_HEADER, the payload of the first event."""

    buffer_size: int
    processors: int
    mode: int
    buffers_written: int
    pointer_size: int
    events_lost: int
    clock: int  # 1 QPC, 2 FILETIME, 3 CPU cycles
    frequency: int
    start_time: int  # FILETIME
    end_time: int  # FILETIME
    buffers_lost: int


@dataclasses.dataclass(frozen=True)
class Buffer:
    number: int
    position: int
    size: int
    end: int  # of its events, from its start
    type: int
    flags: int
    processor: int


@dataclasses.dataclass(frozen=True)
class Event:
    buffer: Buffer
    offset: int  # in the buffer
    header_type: int
    size: int
    timestamp: int | None  # None where the header has none (WPP messages)
    payload: bytes
    # Of EVENT_HEADER events; None and 0 elsewhere.
    provider: uuid.UUID | None = None
    id: int = 0
    version: int = 0
    level: int = 0
    opcode: int = 0
    task: int = 0
    keyword: int = 0
    tid: int = 0
    pid: int = 0


@dataclasses.dataclass(frozen=True)
class Trace:
    header: LogfileHeader
    buffers: list
    events: list  # in file order, the header event first


def read(path):
    """Walks a file to its last byte. EtlError names the first thing that is wrong."""
    data = path.read_bytes()
    if not data:
        raise EtlError("the file is empty")
    buffers, events = [], []
    position = 0
    while position < len(data):
        buffer = _buffer(data, position, len(buffers))
        buffers.append(buffer)
        events.extend(_events(data, buffer))
        position += buffer.size
    if not events or events[0].header_type not in SYSTEM or events[0].opcode != 0:
        raise EtlError("the first event is not the TRACE_LOGFILE_HEADER")
    trace = Trace(_logfile_header(events[0].payload), buffers, events)
    _check_times(trace)
    return trace


def _buffer(data, position, number):
    where = f"buffer {number} at {position:#x}"
    if len(data) - position < BUFFER_HEADER_BYTES:
        raise EtlError(f"{where}: {len(data) - position} bytes are left, a buffer header is {BUFFER_HEADER_BYTES}")
    size, = struct.unpack_from("<I", data, position)
    processor_word, = struct.unpack_from("<H", data, position + 0x28)
    end, flags, kind = struct.unpack_from("<IHH", data, position + 0x30)
    if size < BUFFER_HEADER_BYTES or size > len(data) - position:
        raise EtlError(f"{where}: its size is {size}, the file has {len(data) - position} bytes from there")
    if flags & FLAG_COMPRESSED:
        raise EtlError(f"{where} is compressed; this walker reads uncompressed files")
    if not BUFFER_HEADER_BYTES <= end <= size:
        raise EtlError(f"{where}: its events end at {end}, its size is {size}")
    if (kind == HEADER_BUFFER) != (number == 0):
        raise EtlError(f"{where}: its type is {kind}")
    processor = processor_word & 0x07FF if flags & FLAG_PROCESSOR_INDEX else processor_word & 0xFF
    buffer = Buffer(number, position, size, end, kind, flags, processor)
    padding = data[position + _round_up(end):position + size]
    if padding.strip(b"\xff"):
        raise EtlError(f"{where}: the bytes after its last event are not all 0xFF")
    return buffer


def _events(data, buffer):
    offset = BUFFER_HEADER_BYTES
    while offset < buffer.end:
        event = _event(data, buffer, offset)
        yield event
        offset += _round_up(event.size)


def _event(data, buffer, offset):
    where = f"buffer {buffer.number}, event at {offset:#x}"
    start = buffer.position + offset
    left = buffer.end - offset
    if left < 8:
        raise EtlError(f"{where}: {left} bytes are left")
    marker, = struct.unpack_from("<I", data, start)
    kind = marker >> 16 & 0xFF
    if marker >> 24 == 0x90:
        return _sized(Event(buffer, offset, kind, marker & 0xFFFF, None, b""), 8, left, where)
    if marker >> 24 != 0xC0:
        raise EtlError(f"{where}: its marker is {marker:#010x}")
    if kind in SIZE_AT_4:
        header_bytes = SIZE_AT_4[kind]
        size, = struct.unpack_from("<H", data, start + 4)
    elif kind in SIZE_AT_0:
        header_bytes = SIZE_AT_0[kind]
        size = marker & 0xFFFF
    else:
        raise EtlError(f"{where}: there is no header type {kind}")
    timestamp = None
    if kind in TIMESTAMP_AT and left >= header_bytes:
        timestamp, = struct.unpack_from("<q", data, start + TIMESTAMP_AT[kind])
    event = _sized(Event(buffer, offset, kind, size, timestamp, data[start + header_bytes:start + size]),
                   header_bytes, left, where)
    if kind in SYSTEM:
        opcode, group = data[start + 6], data[start + 7]
        return dataclasses.replace(event, opcode=group << 8 | opcode)
    if kind in EVENT_HEADER:
        return _manifest_event(data, start, event, where)
    return event


def _sized(event, header_bytes, left, where):
    # In one real file the last event ends 4 bytes before its size says.
    if event.size < header_bytes or event.size > left + 7:
        raise EtlError(f"{where}: its size is {event.size}, {left} bytes are left")
    return event


def _manifest_event(data, start, event, where):
    flags, _, tid, pid = struct.unpack_from("<HHII", data, start + 4)
    if flags & ~1:
        raise EtlError(f"{where}: EVENT_HEADER.Flags is {flags:#x}; on disk only bit 0 occurs")
    number, version, _, level, opcode, task, keyword = struct.unpack_from("<HBBBBHQ", data, start + 40)
    payload = event.payload
    while flags & 1:
        item_size, _, more, _ = struct.unpack_from("<HHHH", payload)
        if item_size < 8 or item_size > len(payload):
            raise EtlError(f"{where}: an extended item of {item_size} bytes, {len(payload)} are left")
        payload = payload[_round_up(item_size):]
        if not more & 1:
            break
    return dataclasses.replace(event, payload=payload, provider=uuid.UUID(bytes_le=data[start + 24:start + 40]),
                               id=number, version=version, level=level, opcode=opcode, task=task, keyword=keyword,
                               tid=tid, pid=pid)


def _logfile_header(payload):
    if len(payload) < 48:
        raise EtlError(f"the TRACE_LOGFILE_HEADER has {len(payload)} bytes")
    buffer_size, _, _, processors, end_time, _, _, mode, written, _, pointer, lost, _ = struct.unpack_from(
        "<IIIIqIIIIIIII", payload)
    if pointer not in (4, 8):
        raise EtlError(f"the TRACE_LOGFILE_HEADER gives a pointer size of {pointer}")
    after_time_zone = 56 + 2 * pointer + 172 + 4
    if len(payload) < after_time_zone + 32:
        raise EtlError(f"the TRACE_LOGFILE_HEADER has {len(payload)} bytes")
    _, frequency, start_time, clock, buffers_lost = struct.unpack_from("<qqqII", payload, after_time_zone)
    if clock not in (1, 2, 3):
        raise EtlError(f"the TRACE_LOGFILE_HEADER gives clock type {clock}")
    return LogfileHeader(buffer_size, processors, mode, written, pointer, lost, clock, frequency, start_time, end_time,
                         buffers_lost)


def _check_times(trace):
    if trace.header.buffers_written != len(trace.buffers):
        raise EtlError(f"the header says {trace.header.buffers_written} buffers, the file has {len(trace.buffers)}")
    last = {}
    for event in trace.events:
        if event.timestamp is None:
            continue
        processor = event.buffer.processor
        if event.timestamp < last.get(processor, event.timestamp):
            raise EtlError(f"buffer {event.buffer.number}, event at {event.offset:#x}: earlier than the one before it on "
                           f"processor {processor}")
        last[processor] = event.timestamp


def _round_up(size):
    return size + 7 & ~7
