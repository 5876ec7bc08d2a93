"""The clients with one great send on one socket: one that keeps every rule, and those that break exactly one."""

from capture import STATUS_PENDING, STATUS_SUCCESS, data_range, expect, in_order
from peer import GREETING_BYTES, Connection, pattern
from stories.story import (Story, after, all_bytes, all_complete, before, no_leaks, no_sins_but, one_connection,
                           pending_send, some_bytes, to_a_peer)


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
    all_complete(capture)
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


STORIES = {
    "clean-client": Story(to_a_peer(clean_connections, clean_bytes), clean_capture),
    "mdl-freed": Story(to_a_peer(one_connection, all_bytes), mdl_freed_capture, "WSK-BUF-001"),
    "buffer-freed": Story(to_a_peer(one_connection, some_bytes), buffer_freed_capture, "WSK-BUF-002"),
    "pages-unlocked": Story(to_a_peer(one_connection, all_bytes), pages_unlocked_capture, "WSK-BUF-003"),
    "irp-reused": Story(to_a_peer(lambda length: [*one_connection(length), Connection(pattern(GREETING_BYTES))],
                                  all_bytes), irp_reused_capture, "WSK-IRP-005",
                        also=("WSK-IRP-008", "WSK-BUF-013")),  # what its first send had never comes back
    "double-close": Story(to_a_peer(one_connection, all_bytes), double_close_capture, "WSK-SOCK-003"),
    "socket-leaked": Story(to_a_peer(one_connection, all_bytes), socket_leaked_capture, "WSK-SOCK-005",
                           holds="[an open socket]"),
}
