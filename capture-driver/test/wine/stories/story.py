"""What a story is, and what many of them expect."""

import dataclasses
import time

from capture import STATUS_PENDING, STATUS_SUCCESS, expect, in_order
from peer import Connection, Peer, pattern

STARTING, WAITING, FINISHED = 0, 1, 2  # CLIENT_* of client-state.h
NOTHING = "nothing: the driver can be unloaded"
QUIET_SECONDS = 0.3  # double-close wants no other request in its process while it closes: see there


@dataclasses.dataclass(frozen=True)
class Story:
    """`play` gets a stage.Stage with a capture running, loads the client, lets it do its work, checks the bytes at the
    other end, and unloads it. `capture` gets the Capture of all that; None: the play needs no capture, or makes its
    own. Both raise CaptureError. `rule` is the one rule
    of the collector that the client breaks, None where it keeps them all; `also` are those that the same mistake breaks
    at the unload. `client` is the driver where the story is
    called otherwise, `parameters` what it reads from the registry. `ring` is KiB for each processor. `holds` is what
    wskctl says keeps the capture driver loaded when the client is gone: it must not be unloaded while a pointer into
    it is left somewhere. `lost`: the ring is too small on purpose."""

    play: object
    capture: object
    rule: str | None = None
    client: str | None = None
    parameters: dict = dataclasses.field(default_factory=dict)
    ring: int | None = None
    holds: str = NOTHING
    lost: bool = False
    also: tuple = ()


def to_a_peer(connections, check_bytes):
    """The play of a client that connects to a peer: it waits with a great send in flight, then the peer reads. Given
    the payload's length, `connections` makes what it connects to; `check_bytes` gets that back, and the final state."""

    def play(stage):
        made = connections(stage.payload)
        with Peer(made) as peer:
            stage.load_client(peer.port)
            stage.wait_for_phase(WAITING)
            peer.read_now()
            expect(peer.wait_complete(stage.SECONDS), "the peer did not get to the end of every connection")
            time.sleep(QUIET_SECONDS)
            check_bytes(made, stage.wait_for_phase(FINISHED))
            stage.unload_client()

    return play


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


def no_sins_but(capture, expected):
    found = [what for what, _, _ in capture.sins()]
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


def all_complete(capture):
    for enter in capture.operations():
        complete = capture.completion(enter)
        expect(complete, f"{enter['Verb']} (op {enter['OpId']}) does not complete")
        expect(complete["IoStatus"] == STATUS_SUCCESS, f"{enter['Verb']} completes with {complete['IoStatus']:#x}")


def exactly(capture, **numbers):
    """So many events of each name, so many calls of each verb."""
    counts = capture.counts()
    for enter in capture.operations():
        counts[enter["Verb"]] += 1
    for name, number in numbers.items():
        expect(counts[name] == number, f"there are {counts[name]} {name}, there should be {number}")
