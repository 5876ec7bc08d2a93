"""Decodes the payloads of the WskTrace provider by schema/wsktrace.man itself, not by anything generated from it."""

import pathlib
import struct
import uuid
import xml.etree.ElementTree

NAMESPACE = "{http://schemas.microsoft.com/win/2004/08/events}"
SCHEMA = pathlib.Path(__file__).resolve().parents[3] / "schema" / "wsktrace.man"
SCALARS = {"win:UInt8": "<B", "win:UInt16": "<H", "win:UInt32": "<I", "win:UInt64": "<Q", "win:FILETIME": "<Q"}


class PayloadError(Exception):
    """A payload is not what the manifest says."""


class Manifest:
    def __init__(self, path):
        provider = xml.etree.ElementTree.parse(path).getroot().find(f".//{NAMESPACE}provider")
        self.provider = uuid.UUID(provider.get("guid"))
        templates = {template.get("tid"): template for template in provider.iter(f"{NAMESPACE}template")}
        self.names = {}
        self._templates = {}
        for event in provider.iter(f"{NAMESPACE}event"):
            number = int(event.get("value"))
            self.names[number] = event.get("symbol")
            self._templates[number] = templates[event.get("template")]
        self.maps = {value_map.get("name"): {int(entry.get("value"), 0): entry.get("symbol").split("_", 1)[1]
                                             for entry in value_map.iter(f"{NAMESPACE}map")}
                     for value_map in provider.iter(f"{NAMESPACE}valueMap")}

    def template(self, number):
        """The fields of an event as the manifest has them: an XML element."""
        return self._templates[number]

    def decode(self, event):
        """The fields of an etl.Event, by name, and its name as `Event`. A field with a value map is its symbol."""
        if event.provider != self.provider:
            raise PayloadError(f"an event of provider {event.provider}")
        if event.id not in self.names:
            raise PayloadError(f"the manifest has no event {event.id}")
        fields, end = self._fields(self._templates[event.id], event.payload, 0, self.names[event.id])
        if end != len(event.payload):
            raise PayloadError(f"{self.names[event.id]} has {len(event.payload)} bytes, its fields end at {end}")
        fields["Event"] = self.names[event.id]
        return fields

    def _fields(self, template, payload, offset, where):
        fields = {}
        for element in template:
            name = element.get("name")
            if element.tag == f"{NAMESPACE}struct":
                count = element.get("count")
                structs = []
                for _ in range(fields[count] if count else 1):
                    members, offset = self._fields(element, payload, offset, f"{where}.{name}")
                    structs.append(members)
                fields[name] = structs if count else structs[0]
            else:
                fields[name], offset = self._field(element, payload, offset, f"{where}.{name}")
        return fields, offset

    def _field(self, element, payload, offset, where):
        kind = element.get("inType")
        if kind in SCALARS:
            size = struct.calcsize(SCALARS[kind])
            if offset + size > len(payload):
                raise PayloadError(f"{where} ends at {offset + size}, the payload at {len(payload)}")
            value, = struct.unpack_from(SCALARS[kind], payload, offset)
            return self.maps.get(element.get("map"), {}).get(value, value), offset + size
        if kind == "win:Binary":
            size = int(element.get("length"))
            if offset + size > len(payload):
                raise PayloadError(f"{where} ends at {offset + size}, the payload at {len(payload)}")
            return payload[offset:offset + size], offset + size
        if kind == "win:UnicodeString":
            end = offset
            while payload[end:end + 2] not in (b"\0\0", b""):
                end += 2
            if end + 2 > len(payload):
                raise PayloadError(f"{where} has no end")
            return payload[offset:end].decode("utf-16-le"), end + 2
        raise PayloadError(f"{where}: this decoder does not know {kind}")
