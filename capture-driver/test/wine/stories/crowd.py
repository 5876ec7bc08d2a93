"""The client with many operations in flight: on many sockets, or ten on one, which is all that Wine takes there. One
driver each for the correct one and the one that frees an MDL of the many."""

import collections

from capture import STATUS_PENDING, STATUS_SUCCESS, expect, in_order
from peer import Connection, pattern
from stories.story import Story, after, all_bytes, all_complete, exactly, no_leaks, no_sins_but, to_a_peer

GREAT_EVERY = 8


def is_great(sockets, socket, lap):
    return lap == 0 and (sockets - 1 - socket) % GREAT_EVERY == 0


def lengths(sockets, sends, payload):
    """Of the sends of each socket: see LengthOfSend in crowd.c."""
    return [[payload if is_great(sockets, socket, lap) else 1000 + 100 * socket + 10 * lap for lap in range(sends)]
            for socket in range(sockets)]


def crowd(sockets, sends, victim=None):
    """`victim`: the send, in the order of the calls, whose MDL is freed."""

    def connections(payload):
        return [Connection(b"".join(map(pattern, of_socket)), answers=True)
                for of_socket in lengths(sockets, sends, payload)]

    def check_bytes(made, state):
        all_bytes(made, state)
        expect(state[2] == sum(len(connection.expected) for connection in made), f"the client says it sent {state[2]}")
        expect(state[3] == 8 * sockets, f"the client says it received {state[3]} bytes")

    def capture(trace):
        in_the_crowd(trace, sockets, sends)
        if victim is None:
            no_sins_but(trace, [])
        else:
            mdl_of_one_freed(trace, trace.operations("WskSend")[victim])

    return Story(to_a_peer(connections, check_bytes), capture,
                 rule=None if victim is None else "WSK-BUF-001", client="crowd" if victim is None else "crowd-mdl-freed",
                 parameters={"SocketCount": sockets, "SendCount": sends, "Victim": victim or 0})


def in_the_crowd(trace, sockets, sends):
    """Every call and object is there once, and the sends stand in the order in which crowd.c makes them."""
    receives = len(trace.operations("WskReceive"))  # an acknowledgement may come in pieces
    data = sockets * sends + receives
    calls = 4 * sockets + data
    exactly(trace, WskSocket=sockets, WskBind=sockets, WskConnect=sockets, WskCloseSocket=sockets,
            WskSend=sockets * sends, OpExit=calls, OpComplete=calls, OpCompleteExit=calls, IrpReuse=calls,
            IrpBirth=data + 1, IrpFree=data + 1, MdlBirth=data, MdlFree=data, DriverLoad=1, DriverUnloadEnter=1,
            DriverUnloadExit=1, RegEnter=4, RegExit=4)
    expect(receives >= sockets, f"{receives} calls of WskReceive on {sockets} sockets")
    all_complete(trace)
    no_leaks(trace)

    made = [trace.completed_socket(enter) for enter in trace.operations("WskSocket")]
    expect(len(set(made)) == sockets, "two sockets are one")
    expect([send["Socket"] for send in trace.operations("WskSend")] == made * sends, "the sends do not go round")
    payload = trace.operations("WskSend")[-1 if sends == 1 else sockets - 1]["Length"]
    for socket, of_socket in zip(made, lengths(sockets, sends, payload)):
        found = [send["Length"] for send in trace.operations("WskSend") if send["Socket"] == socket]
        expect(found == of_socket, f"the sends on {socket:#x} are of {found} bytes, not {of_socket}")
        for send, length in zip(trace.operations("WskSend"), found):
            expect(trace.completion(send)["Information"] == send["Length"], f"a send of {length} completes in part")
    waiting(trace, made, sends)


def waiting(trace, made, sends):
    """When the last send has been called the receives of all sockets are in flight, and each send on one with a great
    one: those return STATUS_PENDING, and complete later."""
    last = trace.operations("WskSend")[-1]
    in_flight = trace.in_flight(last)
    verbs = collections.Counter((enter["Socket"], enter["Verb"]) for enter in in_flight)
    for i, socket in enumerate(made):
        expect(verbs[socket, "WskReceive"] == 1, f"no receive on {socket:#x} is in flight")
        if not is_great(len(made), i, 0):
            continue
        expect(verbs[socket, "WskSend"] == sends, f"{verbs[socket, 'WskSend']} sends on {socket:#x} are in flight")
        for send in (enter for enter in in_flight if enter["Socket"] == socket and enter["Verb"] == "WskSend"):
            returned = trace.one("OpExit", OpId=send["OpId"])
            expect(returned["Status"] == STATUS_PENDING, f"it returned {returned['Status']:#x}")
            in_order(returned=returned, complete=trace.completion(send))
            in_order(last=last, complete=trace.completion(send))


def mdl_of_one_freed(trace, victim):
    no_sins_but(trace, ["MdlFree while WskSend is in flight"])
    (_, freed, enter), = trace.sins()
    expect(enter["OpId"] == victim["OpId"], f"the MDL is that of op {enter['OpId']}, not {victim['OpId']}")
    expect(freed["Mdl"] == victim["MdlHead"], "another MDL is freed")
    in_order(send=victim, freed=freed, complete=trace.completion(victim))
    expect(trace.completion(victim)["IoStatus"] == STATUS_SUCCESS, "the send fails")
    expect(after(trace, freed, "MdlFree", Mdl=victim["MdlHead"]) is None, "the MDL is freed twice")


STORIES = {
    "many-sockets": crowd(32, 3),
    "many-sockets-mdl-freed": crowd(32, 3, victim=23),  # the first on socket 23, a great one
    "ten-in-flight": crowd(1, 9),
    "ten-in-flight-mdl-freed": crowd(1, 9, victim=6),
}
