"""The client that listens, and sends back what it gets: each connection made by us, one served after the other."""

import contextlib

from capture import STATUS_CANCELLED, STATUS_SUCCESS, data_range, expect, in_order
from peer import Caller, free_port, pattern
from stories.story import FINISHED, WAITING, Story, after, exactly, no_leaks, no_sins_but

CONNECTIONS = 3


def call(count, check):
    """The play: so many callers, connected from the beginning. Each speaks once the client has its first receive in
    flight; `check` gets what was sent and what came back, in the order of acceptance, and the final state."""

    def play(stage):
        data = [pattern(stage.payload // 2 + 1000 * i + 7)[i:] for i in range(count)]
        port = free_port()
        with contextlib.ExitStack() as stack:
            callers = []
            stage.load_client(port)
            for sent in data:
                callers.append(stack.enter_context(Caller(port, sent, stage.SECONDS)))
            stage.wait_for_phase(WAITING)
            for caller in callers:
                caller.speak_now()
            try:
                answers = [caller.wait(stage.SECONDS) for caller in callers]
            except ConnectionResetError:
                answers = []
            check(data, answers, stage.wait_for_phase(FINISHED))
            stage.unload_client()

    return play


def echoed(data, answers, state):
    phase, status, sent, received = state
    expect(status == STATUS_SUCCESS, f"the client ended with {status:#010x}")
    expect(sorted(data) == sorted(answers), f"{[*map(len, data)]} bytes went there, {[*map(len, answers)]} came back, or "
           "others")
    total = sum(map(len, data))
    expect(sent == received == total, f"the client says it received {received} and sent {sent} of {total} bytes")


def nothing_comes_back(data, answers, state):
    expect(not any(answers), "the client sent from a buffer that it had freed")


def listener_capture(trace):
    listening(trace, CONNECTIONS)
    no_sins_but(trace, [])
    no_leaks(trace)
    data = [enter for enter in trace.operations() if enter["Verb"] in ("WskReceive", "WskSend")]
    ends = [receive for receive in trace.operations("WskReceive") if trace.completion(receive)["Information"] == 0]
    expect(len(ends) == CONNECTIONS, f"{len(ends)} receives of an end, there should be {CONNECTIONS}")
    for receive, send in zip(data, data[1:]):
        if send["Verb"] != "WskSend":
            expect(receive["Verb"] == "WskSend" or receive in ends, "a receive follows another")
            continue
        expect((receive["Verb"], receive["Socket"]) == ("WskReceive", send["Socket"]), "a send follows no receive")
        in_order(receive=receive, received=trace.completion(receive), send=send, sent=trace.completion(send))
        expect(trace.completion(receive)["Information"] == send["Length"], "it sends back more or less than it got")
        expect(receive["MdlHead"] == send["MdlHead"], "it sends from another MDL than it received by")


def buffer_freed_capture(trace):
    listening(trace, 1)
    no_sins_but(trace, ["PoolFree while WskReceive is in flight"])
    receive, = trace.operations("WskReceive")
    (_, freed, enter), = trace.sins()
    expect(enter["OpId"] == receive["OpId"] and freed["Block"] == data_range(receive)[0], "another block is freed")
    in_order(receive=receive, freed=freed, complete=trace.completion(receive),
             mdl_free=after(trace, receive, "MdlFree", Mdl=receive["MdlHead"]))
    expect(not trace.operations("WskSend"), "there is a WskSend")


def listening(trace, connections):
    """One socket that listens, as many accepted as there are connections, and one WskAccept cancelled by the close of
    the first."""
    data = len(trace.operations("WskReceive")) + len(trace.operations("WskSend"))
    calls = 1 + 1 + (connections + 1) + data + (connections + 1)
    exactly(trace, WskSocket=1, WskBind=1, WskAccept=connections + 1, WskConnect=0, WskCloseSocket=connections + 1,
            OpExit=calls, OpComplete=calls, OpCompleteExit=calls, IrpReuse=calls, IrpBirth=connections + 2,
            IrpFree=connections + 2, MdlBirth=connections, MdlFree=connections, DriverLoad=1, DriverUnloadEnter=1,
            DriverUnloadExit=1)
    made = trace.completed_socket(trace.operations("WskSocket")[0])
    accepts = trace.operations("WskAccept")
    for accept in accepts:
        expect(accept["Socket"] == made, "a WskAccept is on another socket")
    accepted = [trace.completed_socket(accept) for accept in accepts[:-1]]
    expect(all(accepted), "a WskAccept made no socket")
    for enter in trace.operations():
        expect(enter["Verb"] not in ("WskReceive", "WskSend") or enter["Socket"] in accepted,
               f"{enter['Verb']} is on a socket that nobody accepted")
    close = next(enter for enter in trace.operations("WskCloseSocket") if enter["Socket"] == made)
    in_order(accept=accepts[-1], close=close, cancelled=trace.completion(accepts[-1]),
             closed=trace.completion(close))
    expect(trace.completion(accepts[-1])["IoStatus"] == STATUS_CANCELLED, "the last WskAccept is not cancelled")


STORIES = {
    "listener": Story(call(CONNECTIONS, echoed), listener_capture, parameters={"SocketCount": CONNECTIONS}),
    "listener-buffer-freed": Story(call(1, nothing_comes_back), buffer_freed_capture, "WSK-BUF-002"),
}
