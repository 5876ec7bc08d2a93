"""Small captures made up for the tests of the harness: written by the manifest, to the layouts that etl.py reads."""

import struct

import manifest

BUFFER_BYTES = 4096
FREQUENCY = 10_000_000


class CaptureWriter:
    """Events of one processor. Each call of `event` is the next in Seq and a tick later."""

    def __init__(self, schema_path):
        self._schema = manifest.Manifest(schema_path)
        self.events = []  # (name, fields), which a test may rearrange before `write`

    def event(self, name, **fields):
        self.events.append((name, fields))
        return self

    def write(self, path, **header):
        encoded = [self._event(i, name, {"Seq": i + 1, "Qpc": 1000 + i, **fields})
                   for i, (name, fields) in enumerate(self.events)]
        chunks = [[]]
        for event in encoded:
            if sum(map(len, chunks[-1])) + len(event) > BUFFER_BYTES - 0x48:
                chunks.append([])
            chunks[-1].append(event)
        first = _buffer(0, 4, [_logfile_header(**{"buffers": 1 + len(chunks), **header})])
        path.write_bytes(first + b"".join(_buffer(1 + i, 0, chunk) for i, chunk in enumerate(chunks)))

    def _event(self, index, name, fields):
        number = next(key for key, value in self._schema.names.items() if value == name)
        payload = self._encode(self._schema.template(number), {"Pid": 4, "Tid": 8, **fields})
        header = struct.pack("<HBBHHIIq16sHBBBBHQQ16s", 80 + len(payload), 19, 0xC0, 0, 0, 8, 4, fields["Qpc"],
                             self._schema.provider.bytes_le, number, 0, 0, 4, 0, number, 1, 0, bytes(16))
        return _pad(header + payload)

    def _encode(self, template, values):
        encoded = b""
        for element in template:
            name, count = element.get("name"), element.get("count")
            if element.tag == f"{manifest.NAMESPACE}struct":
                structs = values.get(name, [] if count else {})
                encoded += b"".join(self._encode(element, members) for members in (structs if count else [structs]))
                continue
            value = values.get(name, 0)
            if name == "MdlCount":
                value = len(values.get("MdlSnap", []))
            kind = element.get("inType")
            if kind in manifest.SCALARS:
                symbols = {symbol: number for number, symbol in self._schema.maps.get(element.get("map"), {}).items()}
                encoded += struct.pack(manifest.SCALARS[kind], symbols.get(value, value))
            elif kind == "win:Binary":
                encoded += bytes(int(element.get("length")))
            else:
                encoded += (values.get(name, "") + "\0").encode("utf-16-le")
        return encoded


def _logfile_header(buffers, pointer_size=8, clock=1, events_lost=0):
    payload = struct.pack("<IIIIqIIIIIIII", BUFFER_BYTES, 0x05010A00, 0, 1, 0, 0, 0, 1, buffers, 0, pointer_size,
                          events_lost, 0)
    payload += bytes(2 * 8 + 172 + 4) + struct.pack("<qqqII", 0, FREQUENCY, 0, clock, 0)
    return _pad(struct.pack("<HBBHBBIIqII", 2, 2, 0xC0, 32 + len(payload), 0, 0, 0, 0, 1, 0, 0) + payload)


def _buffer(number, kind, events):
    body = b"".join(events)
    header = struct.pack("<IIIiqqQHHIIHH16s", BUFFER_BYTES, 0, 0, 0, 0, number, 0, 0, 0, 0, 0x48 + len(body), 0x20, kind,
                         bytes(16))
    return (header + body).ljust(BUFFER_BYTES, b"\xff")


def _pad(event):
    return event + bytes(-len(event) % 8)
