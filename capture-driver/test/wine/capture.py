"""What one capture says: its events in Seq order, whether they hold together, and which rules the client broke.

`sins` and `leaks` are a second opinion, kept apart from the collector's rules on purpose: they are the answer that the
harness knows beforehand, read from the bytes of the file by other means.
"""

import collections

import etl

STATUS_SUCCESS = 0
STATUS_PENDING = 0x103
STATUS_CANCELLED = 0xC0000120
STATUS_MORE_PROCESSING_REQUIRED = 0xC0000016
IN_COMPLETION = 0x8
INVOKE_ALWAYS = 0xE0  # SL_INVOKE_ON_SUCCESS, _ERROR and _CANCEL
ENTERS = ("OpEnter", "SendEnter", "RecvEnter")
MAKERS = ("WskSocket", "WskAccept")  # whose Information is a socket


class CaptureError(Exception):
    """A capture does not hold together, or does not say what it should."""


def expect(condition, sentence):
    if not condition:
        raise CaptureError(sentence)


class Capture:
    """`lost`: some of it was overwritten, which is no fault as long as it is counted."""

    def __init__(self, path, schema, lost=False):
        self.trace = etl.read(path)
        self.events = []
        for event in self.trace.events[1:]:
            fields = schema.decode(event)
            _check_envelope(event, fields)
            self.events.append(fields)
        self.events.sort(key=lambda event: event["Seq"])
        self._by_name = collections.defaultdict(list)
        self._by_operation = collections.defaultdict(list)
        for event in self.events:
            self._by_name[event["Event"]].append(event)
            self._by_operation[event["Event"], event["OpId"]].append(event)
        self._check_container(lost)
        if lost:
            self._check_loss()
        else:
            self._check_sequence()
            self._check_operations()

    def counts(self):
        return collections.Counter(event["Event"] for event in self.events)

    def all(self, name, **fields):
        events = self._by_operation[name, fields["OpId"]] if "OpId" in fields else self._by_name[name]
        return [event for event in events if all(event[key] == value for key, value in fields.items())]

    def one(self, name, **fields):
        found = self.all(name, **fields)
        wanted = " ".join([name, *(f"{key}={_show(value)}" for key, value in fields.items())])
        expect(len(found) == 1, f"{len(found)} events are {wanted}, there should be one")
        return found[0]

    def operations(self, verb=None):
        """The enter events, in order."""
        return [event for event in self.events if event["Event"] in ENTERS and verb in (None, event["Verb"])]

    def completion(self, enter):
        found = self.all("OpComplete", OpId=enter["OpId"])
        expect(len(found) < 2, f"{enter['Verb']} (op {enter['OpId']}) completed {len(found)} times")
        return found[0] if found else None

    def completed_socket(self, enter):
        """The address of the socket that a WskSocket or WskAccept made, or None."""
        complete = self.completion(enter)
        return complete["Information"] if complete and complete["IoStatus"] == STATUS_SUCCESS else None

    def in_flight(self, event):
        """The enter events of what has been called and has not completed when this event is logged, itself included."""
        enters = {}
        for earlier in self.events:
            if earlier["Seq"] > event["Seq"]:
                break
            if earlier["Event"] in ENTERS:
                enters[earlier["OpId"]] = earlier
            elif earlier["Event"] == "OpComplete":
                enters.pop(earlier["OpId"], None)
        return list(enters.values())

    def sins(self):
        """Each misuse as (what, event that did it, enter of the call that it was done to or None), in order. A client
        that keeps the rules has none."""
        found = []
        in_flight = {}
        closed = set()
        for event in self.events:
            name = event["Event"]
            for enter in in_flight.values():
                if _takes_away(event, enter):
                    found.append((f"{name} while {enter['Verb']} is in flight", event, enter))
            if name in ENTERS:
                if event["HeaderFlags"] & IN_COMPLETION:
                    found.append((f"{event['Verb']} from a completion routine", event, event))
                if event["IrpSnap"]["NextControl"] & INVOKE_ALWAYS != INVOKE_ALWAYS:
                    found.append((f"{event['Verb']} without all three InvokeOn", event, event))
                if event["Verb"] != "WskSocket" and event["Socket"] in closed:
                    found.append((f"{event['Verb']} on a closed socket", event, event))
                if event["Verb"] == "WskCloseSocket":
                    closed.add(event["Socket"])
                in_flight[event["OpId"]] = event
            elif name == "OpComplete":
                enter = in_flight.pop(event["OpId"], None)
                if enter and enter["Verb"] in MAKERS:
                    closed.discard(event["Information"])
            elif name == "DriverUnloadEnter":
                made = {self.completed_socket(enter): enter for enter in self.operations() if enter["Verb"] in MAKERS}
                found += [("a socket is open at the unload", event, enter) for socket, enter in made.items()
                          if socket not in closed | {None}]
        return found

    def leaks(self):
        """What was born and never given back, as strings: none, where the client keeps the rules."""
        born = collections.Counter()
        for event in self.events:
            match event["Event"]:
                case "IrpBirth":
                    born["IRP", event["Irp"]] += 1
                case "IrpFree":
                    born["IRP", event["Irp"]] -= 1
                case "MdlBirth":
                    born["MDL", event["Mdl"]] += 1
                case "MdlFree":
                    born["MDL", event["Mdl"]] -= 1
                case "MdlLock":
                    born["locked pages of MDL", event["Mdl"]] += 1
                case "MdlUnlock":
                    born["locked pages of MDL", event["Mdl"]] -= 1
                case "PoolAlloc":
                    born["pool block", event["Block"]] += 1
                case "PoolFree":
                    born["pool block", event["Block"]] -= 1
        return sorted(f"{what} {address:#x}" for (what, address), balance in born.items() if balance > 0)

    def _check_container(self, lost):
        """What wsktrace's own files keep beyond what any .etl does."""
        header = self.trace.header
        expect(header.pointer_size == 8, f"the pointer size is {header.pointer_size}")
        expect(header.clock == 1, f"the clock type is {header.clock}, not QPC")
        expect((lost or header.events_lost == 0) and header.buffers_lost == 0,
               f"{header.events_lost} events and {header.buffers_lost} buffers are lost")
        sessions = self.all("SessionInfo")  # one from the start, one from each drain: the first may be overwritten
        expect(sessions, "there is no SessionInfo")
        for session in sessions:
            expect(session["QpcFrequency"] == header.frequency,
                   f"SessionInfo says {session['QpcFrequency']} Hz, the file header {header.frequency}")
        for buffer in self.trace.buffers:
            expect(buffer.size == header.buffer_size, f"buffer {buffer.number} has {buffer.size} bytes")
            expect(buffer.flags & etl.FLAG_PROCESSOR_INDEX, f"buffer {buffer.number} has no processor index")
            expect(buffer.processor < header.processors, f"buffer {buffer.number} is of processor {buffer.processor}")

    def _check_sequence(self):
        numbers = [event["Seq"] for event in self.events]
        expect(numbers, "there is no event")
        expect(numbers == list(range(numbers[0], numbers[0] + len(numbers))),
               f"the sequence numbers from {numbers[0]} to {numbers[-1]} have gaps or repeats: {len(numbers)} events")
        expect(not self.all("EventsLost"), "there is an EventsLost")

    def _check_loss(self):
        """What is missing of all that was logged since the start is what the header says, to the event."""
        numbers = [event["Seq"] for event in self.events]
        expect(len(set(numbers)) == len(numbers), "two events have one sequence number")
        missing, told = numbers[-1] - len(numbers), self.trace.header.events_lost
        expect(missing == told, f"{missing} of {numbers[-1]} events are missing, the header says {told}")
        expect(missing > 0, "nothing is lost, the ring was large enough")
        expect(self.all("EventsLost"), "there is no EventsLost")

    def _check_operations(self):
        """Enter, return, completion: one of each at most, after the enter, about the same call and IRP."""
        enters = self.operations()
        expect(len({enter["OpId"] for enter in enters}) == len(enters), "two calls have one OpId")
        for enter in enters:
            what = f"{enter['Verb']} (op {enter['OpId']})"
            leave = self.one("OpExit", OpId=enter["OpId"])
            expect(leave["Seq"] > enter["Seq"] and leave["Verb"] == enter["Verb"], f"{what}: its OpExit is of another")
            complete = self.completion(enter)
            if not complete:
                continue
            expect(complete["Seq"] > enter["Seq"], f"{what} completes before it is called")
            expect(complete["Verb"] == enter["Verb"] and complete["Irp"] == enter["IrpSnap"]["Ptr"],
                   f"{what}: its OpComplete is of another")
            after = self.one("OpCompleteExit", OpId=enter["OpId"])
            expect(after["Seq"] > complete["Seq"], f"{what}: its routine returns before it runs")
            expect(after["Status"] == STATUS_MORE_PROCESSING_REQUIRED, f"{what}: its routine returns {after['Status']:#x}")


def in_order(**events):
    """Expects these events, given by what they are called, in the order of the call."""
    names, values = list(events), list(events.values())
    for name, event in events.items():
        expect(event is not None, f"{name} did not happen")
    for i in range(1, len(values)):
        expect(values[i - 1]["Seq"] < values[i]["Seq"],
               f"{names[i - 1]} (seq {values[i - 1]['Seq']}) is not before {names[i]} (seq {values[i]['Seq']})")


def data_range(enter):
    """The first address of the data of a send or receive of one MDL, and the one after its last."""
    mdl = enter["MdlSnap"][0]
    start = mdl["StartVa"] + mdl["ByteOffset"]
    return start, start + mdl["ByteCount"]


def _takes_away(event, enter):
    """Does this event give back, or use again, what the call in flight still needs?"""
    irp = enter["IrpSnap"]["Ptr"]
    match event["Event"]:
        case "IrpFree" | "IrpReuse" | "IrpBirth":
            return event["Irp"] == irp
        case "OpEnter":
            return event["IrpSnap"]["Ptr"] == irp
        case "SendEnter" | "RecvEnter" if event["IrpSnap"]["Ptr"] == irp:
            return True
    if "MdlSnap" not in enter:
        return False
    match event["Event"]:
        case "MdlFree" | "MdlUnlock" | "MdlPrepareReuse":
            return event["Mdl"] in [mdl["Ptr"] for mdl in enter["MdlSnap"]]
        case "PoolFree":
            start, end = data_range(enter)
            return start <= event["Block"] < end or event["Block"] <= start < event["Block"] + event["Size"]
    return False


def _check_envelope(event, fields):
    """The event's header and its payload tell the same."""
    where = f"{fields['Event']} (seq {fields['Seq']})"
    expect(event.header_type == 19, f"{where}: its header type is {event.header_type}")
    expect(event.timestamp == fields["Qpc"], f"{where}: its timestamp is {event.timestamp}, Qpc is {fields['Qpc']}")
    expect((event.pid, event.tid) == (fields["Pid"], fields["Tid"]), f"{where}: process or thread differ")
    expect(event.buffer.processor == fields["Cpu"],
           f"{where}: it stands in a buffer of processor {event.buffer.processor}, Cpu is {fields['Cpu']}")
    expect(event.task == event.id and event.version == 0, f"{where}: task {event.task}, version {event.version}")


def _show(value):
    return f"{value:#x}" if isinstance(value, int) else str(value)
