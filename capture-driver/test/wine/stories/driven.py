"""The client that works for a process: drained while it sends, and after that process was killed with a send in
flight. (A fault in the client driver itself cannot be played: under Wine it takes the process of all drivers along,
and the rings with it.)"""

import etl
from capture import STATUS_CANCELLED, STATUS_SUCCESS, expect, in_order
from manifest import SCHEMA, Manifest
from peer import Connection, Peer, pattern
from stories.story import FINISHED, WAITING, Story, exactly, no_leaks, no_sins_but

SMALL_BYTES = 1000
DRAINS = 4
LARGE_RING, SMALL_RING = 16 * 1024, 256  # KiB: for all that the client sends, and for 200 sends
ENOUGH_SENDS = 800  # of 12 events: more than the small rings of two processors hold


def connections(payload):
    """One for the great send, and one for what is sent as long as the client is driven."""
    return [Connection(pattern(payload)), Connection(b"", prompt=True)]


def check_small_sends(connection, state, great):
    """What the client counts is what came, to the byte."""
    sends, rest = divmod(len(connection.received), SMALL_BYTES)
    expect(rest == 0 and connection.received == pattern(SMALL_BYTES) * sends, "the small sends arrive otherwise")
    expect(state[2] == len(connection.received) + great, f"{len(connection.received)} + {great} bytes came, the client "
           f"says it sent {state[2]}")
    expect(state[1] == STATUS_SUCCESS, f"the client ended with {state[1]:#010x}")


def drained_while_running(stage, lossless):
    """One drain after the other while the client sends; its process ends by itself."""
    made = connections(stage.payload)
    drained = []
    with Peer(made) as peer:
        stage.load_client(peer.port)
        process = stage.drive_client()
        stage.wait_for_phase(WAITING)
        peer.read_now()
        for i in range(DRAINS if stage.recorder else 0):
            path = stage.captured.with_suffix(f".drain-{i + 1}.etl")
            stage.recorder.drain(path)
            drained.append(path)
            expect(stage.wait_for_phase(WAITING)[0] == WAITING, "the client had come to its end before a drain had")
        stage.wait_until_sent(ENOUGH_SENDS * SMALL_BYTES)
        process.end()
        expect(peer.wait_complete(stage.SECONDS), "the peer did not get to the end of every connection")
        state = stage.wait_for_phase(FINISHED)
        expect(made[0].matches(), f"the first {made[0].prefix_length()} bytes of the great send are right")
        check_small_sends(made[1], state, stage.payload)
        stage.unload_client()
    if stage.recorder:
        stage.recorder.drain(stage.captured)
        check_drains([*drained, stage.captured], lossless)


def check_drains(paths, lossless):
    """Each drain has all events up to one, but for those that it says are lost. It goes further than the one before,
    and what two of them hold is the same in both: no record is torn."""
    schema = Manifest(SCHEMA)
    records = {}
    last = 0
    for path in paths:
        trace = etl.read(path)
        drained = {schema.decode(event)["Seq"]: event.payload for event in trace.events[1:]}
        expect(len(drained) == len(trace.events) - 1, f"{path.name} has an event twice")
        expect(max(drained) > last, f"{path.name} ends at event {max(drained)}, the one before at {last}")
        last = max(drained)
        for number in drained.keys() & records.keys():
            expect(drained[number] == records[number], f"event {number} is another in {path.name} than before")
        expect(last - len(drained) == trace.header.events_lost,
               f"of {last} events {path.name} has {len(drained)}, and says that {trace.header.events_lost} are lost")
        expect(not lossless or not trace.header.events_lost, f"{path.name} lost {trace.header.events_lost} events")
        records |= drained


def killed(stage):
    """The process that drives the client dies with the great send in flight: the peer does not read it before."""
    made = connections(stage.payload)
    with Peer(made) as peer:
        stage.load_client(peer.port)
        process = stage.drive_client()
        stage.wait_until_sent(100 * SMALL_BYTES)
        process.kill()
        state = stage.wait_for_phase(FINISHED)
        peer.read_now()
        expect(peer.wait_complete(stage.SECONDS), "the peer did not get to the end of every connection")
        expect(0 < made[0].prefix_length() == len(made[0].received) < stage.payload,
               f"of the great send {len(made[0].received)} bytes came, {made[0].prefix_length()} of them right")
        check_small_sends(made[1], state, 0)
        stage.unload_client()


def driven_capture(trace, great_status):
    """Each object is there once; the great send ends as told."""
    sends = len(trace.operations("WskSend"))
    exactly(trace, WskSocket=2, WskBind=2, WskConnect=2, WskCloseSocket=2, WskReceive=0, OpExit=8 + sends,
            OpComplete=8 + sends, OpCompleteExit=8 + sends, IrpBirth=sends + 1, IrpFree=sends + 1, MdlBirth=sends,
            MdlFree=sends, IrpReuse=8 + sends, DriverLoad=1, DriverUnloadEnter=1, DriverUnloadExit=1)
    no_leaks(trace)
    great, *small = trace.operations("WskSend")
    expect(small, "there is no small send")
    for send in small:
        expect(trace.completion(send)["Information"] == send["Length"] == SMALL_BYTES, "a small send is not whole")
    expect(trace.completion(great)["IoStatus"] == great_status,
           f"the great send completes with {trace.completion(great)['IoStatus']:#x}")
    return great


def cancelled_by_close(trace):
    great = driven_capture(trace, STATUS_CANCELLED)
    close = next(enter for enter in trace.operations("WskCloseSocket") if enter["Socket"] == great["Socket"])
    in_order(great=great, small=trace.operations("WskSend")[-1], close=close, cancelled=trace.completion(great),
             closed=trace.completion(close))
    return great, close


def killed_capture(trace):
    cancelled_by_close(trace)
    no_sins_but(trace, [])


def killed_mdl_freed_capture(trace):
    great, close = cancelled_by_close(trace)
    no_sins_but(trace, ["MdlFree while WskSend is in flight"])
    (_, freed, enter), = trace.sins()
    expect(enter["OpId"] == great["OpId"], "the MDL is that of another send")
    in_order(freed=freed, close=close)


def whole_capture(trace):
    driven_capture(trace, STATUS_SUCCESS)
    no_sins_but(trace, [])


STORIES = {
    "drained-while-running": Story(lambda stage: drained_while_running(stage, True), whole_capture, client="driven",
                                   ring=LARGE_RING),
    "drained-while-overwriting": Story(lambda stage: drained_while_running(stage, False), lambda trace: None,
                                       "WSK-TRC-001", client="driven", ring=SMALL_RING, lost=True),
    "process-killed": Story(killed, killed_capture, client="driven"),
    "process-killed-mdl-freed": Story(killed, killed_mdl_freed_capture, "WSK-BUF-001", client="driven-mdl-freed"),
}
