"""One story for each client driver: what its peer gets, and what the capture of it must show."""

import dataclasses

from capture import STATUS_PENDING, data_range, expect, in_order
from peer import Connection, pattern

GREETING_BYTES = 1000  # of clean-client, and of the second send of irp-reused
STATUS_SUCCESS = 0
NOTHING = "nothing: the driver can be unloaded"


@dataclasses.dataclass(frozen=True)
class Story:
    """`connections` takes the payload's length. `bytes` gets them back when the client is done, with its final state.
    `capture` gets the Capture. Both raise CaptureError. `holds` is what wskctl says keeps the capture driver loaded
    when the client is gone: it must not be unloaded while a pointer into it is left somewhere."""

    connections: object
    bytes: object
    capture: object
    holds: str = NOTHING


def one_connection(length):
    return [Connection(pattern(length))]


def all_bytes(connections, state):
    phase, status, sent, _ = state
    expect(status == STATUS_SUCCESS, f"the client ended with {status:#010x}")
    for i, connection in enumerate(connections):
        expect(connection.matches(), f"connection {i} got {len(connection.received)} of {len(connection.expected)} "
               f"bytes, the first {connection.prefix_length()} right")


def some_bytes(connections, state):
    """Once the buffer is gone nobody can say what is sent: under Wine the send fails there."""
    expect(connections[0].prefix_length() > 0, "the peer got no byte of the payload")


# --- clean-client ----------------------------------------------------------------------------------------------------

def clean_connections(length):
    return [Connection(pattern(GREETING_BYTES) + pattern(length), answers=True)]


def clean_bytes(connections, state):
    all_bytes(connections, state)
    expect(state[2] == len(connections[0].expected), f"the client says it sent {state[2]} bytes")
    expect(state[3] == 8, f"the client says it received {state[3]} bytes")


def clean_capture(capture):
    no_sins_but(capture, [])
    for verb, times in {"WskSocket": 1, "WskBind": 1, "WskConnect": 1, "WskSend": 2, "WskCloseSocket": 1}.items():
        found = len(capture.operations(verb))
        expect(found == times, f"{found} calls of {verb}, there should be {times}")
    expect(len(capture.operations("WskReceive")) >= 2, "fewer than two calls of WskReceive")
    for enter in capture.operations():
        complete = capture.completion(enter)
        expect(complete, f"{enter['Verb']} (op {enter['OpId']}) does not complete")
        expect(complete["IoStatus"] == STATUS_SUCCESS, f"{enter['Verb']} completes with {complete['IoStatus']:#x}")
    greeting, payload = capture.operations("WskSend")
    for send in (greeting, payload):
        in_order(send=send, complete=capture.completion(send),
                 mdl_free=after(capture, send, "MdlFree", Mdl=send["MdlHead"]))
    in_order(lock=before(capture, payload, "MdlLock", Mdl=payload["MdlHead"]), send=payload,
             complete=capture.completion(payload), unlock=after(capture, payload, "MdlUnlock", Mdl=payload["MdlHead"]),
             mdl_free=after(capture, payload, "MdlFree", Mdl=payload["MdlHead"]))
    no_leaks(capture)


# --- the misuses: exactly one of them, with its enter, return, sin and completion in order ---------------------------

def mdl_freed_capture(capture):
    no_sins_but(capture, ["MdlFree while WskSend is in flight"])
    send, returned = pending_send(capture)
    in_order(send=send, returned=returned, mdl_free=after(capture, send, "MdlFree", Mdl=send["MdlHead"]),
             complete=capture.completion(send))
    no_leaks(capture)


def buffer_freed_capture(capture):
    no_sins_but(capture, ["PoolFree while WskSend is in flight"])
    send, returned = pending_send(capture)
    in_order(send=send, returned=returned, pool_free=after(capture, send, "PoolFree", Block=data_range(send)[0]),
             complete=capture.completion(send), mdl_free=after(capture, send, "MdlFree", Mdl=send["MdlHead"]))
    no_leaks(capture)


def pages_unlocked_capture(capture):
    no_sins_but(capture, ["MdlUnlock while WskSend is in flight"])
    send, returned = pending_send(capture)
    in_order(lock=before(capture, send, "MdlLock", Mdl=send["MdlHead"]), send=send, returned=returned,
             unlock=after(capture, send, "MdlUnlock", Mdl=send["MdlHead"]), complete=capture.completion(send),
             mdl_free=after(capture, send, "MdlFree", Mdl=send["MdlHead"]))
    no_leaks(capture)


def irp_reused_capture(capture):
    no_sins_but(capture, ["IrpReuse while WskSend is in flight", "SendEnter while WskSend is in flight"])
    sends = capture.operations("WskSend")
    expect(len(sends) == 2, f"{len(sends)} calls of WskSend, there should be two")
    first, second = sends
    irp = first["IrpSnap"]["Ptr"]
    expect(second["IrpSnap"]["Ptr"] == irp, "the two sends have an IRP each")
    expect(first["Socket"] != second["Socket"], "the two sends are on one socket")
    returned = capture.one("OpExit", OpId=first["OpId"])
    expect(returned["Status"] == STATUS_PENDING, f"the first WskSend returned {returned['Status']:#x}")
    in_order(first=first, returned=returned, reuse=after(capture, first, "IrpReuse", Irp=irp), second=second,
             second_complete=capture.completion(second))


def double_close_capture(capture):
    no_sins_but(capture, ["WskCloseSocket on a closed socket"])
    closes = capture.operations("WskCloseSocket")
    expect(len(closes) == 3, f"{len(closes)} calls of WskCloseSocket, there should be three")
    spare, again, _ = closes
    expect(spare["Socket"] == again["Socket"], "the first two closes are of two sockets")
    in_order(close=spare, closed=capture.completion(spare), again=again)
    no_leaks(capture)


def socket_leaked_capture(capture):
    no_sins_but(capture, ["a socket is open at the unload"])
    expect(not capture.operations("WskCloseSocket"), "there is a WskCloseSocket")
    made = capture.operations("WskSocket")[0]
    expect(capture.completed_socket(made), "WskSocket made no socket")
    in_order(made=capture.completion(made), send_complete=capture.completion(pending_send(capture)[0]),
             unload=capture.one("DriverUnloadEnter"), deregister=capture.one("RegEnter", Verb="WskDeregister"))
    no_leaks(capture)


def no_sins_but(capture, expected):
    found = [what for what, _ in capture.sins()]
    expect(found == expected, f"the client's misuses should be {expected}, the capture shows {found}")


def no_leaks(capture):
    found = capture.leaks()
    expect(not found, f"never given back: {', '.join(found)}")


def pending_send(capture):
    """The only WskSend and its return, which must be STATUS_PENDING; its completion must come after both."""
    sends = capture.operations("WskSend")
    expect(len(sends) == 1, f"{len(sends)} calls of WskSend, there should be one")
    returned = capture.one("OpExit", OpId=sends[0]["OpId"])
    expect(returned["Status"] == STATUS_PENDING, f"WskSend returned {returned['Status']:#x}")
    in_order(send=sends[0], returned=returned, complete=capture.completion(sends[0]))
    return sends[0], returned


def after(capture, event, name, **fields):
    """The first such event after this one, or None. Addresses come again, so an address alone says little. And not
    every free is there: that of a pool block is logged only while an MDL or a call in flight points into it."""
    return next((found for found in capture.all(name, **fields) if found["Seq"] > event["Seq"]), None)


def before(capture, event, name, **fields):
    return next((found for found in reversed(capture.all(name, **fields)) if found["Seq"] < event["Seq"]), None)


STORIES = {
    "clean-client": Story(clean_connections, clean_bytes, clean_capture),
    "mdl-freed": Story(one_connection, all_bytes, mdl_freed_capture),
    "buffer-freed": Story(one_connection, some_bytes, buffer_freed_capture),
    "pages-unlocked": Story(one_connection, all_bytes, pages_unlocked_capture),
    "irp-reused": Story(lambda length: [*one_connection(length), Connection(pattern(GREETING_BYTES))], all_bytes,
                        irp_reused_capture),
    "double-close": Story(one_connection, all_bytes, double_close_capture),
    "socket-leaked": Story(one_connection, all_bytes, socket_leaked_capture, "[an open socket]"),
}
