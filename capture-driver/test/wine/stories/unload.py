"""The client whose driver unloads with sends in flight. What completes afterwards calls into an image that is gone:
the process of all drivers dies, and the rings with it. So here nothing completes before all is drained."""

from capture import STATUS_PENDING, STATUS_SUCCESS, expect, in_order
from peer import Connection, Peer, pattern
from stories.story import FINISHED, Story, exactly

SENDS = 3


def unload_pending(stage):
    peer = stage.outlasting(Peer([Connection(pattern(stage.payload))]))
    stage.load_client(peer.port)
    state = stage.wait_for_phase(FINISHED)
    expect(state[1:3] == (STATUS_SUCCESS, 0), f"the client ended with {state[1]:#010x}, {state[2]} bytes sent")
    stage.unload_client()


def unload_pending_capture(trace):
    exactly(trace, WskSocket=1, WskBind=1, WskConnect=1, WskSend=SENDS, WskCloseSocket=0, OpExit=3 + SENDS, OpComplete=3,
            OpCompleteExit=3, IrpBirth=1 + SENDS, IrpFree=1, MdlBirth=SENDS, MdlFree=0, DriverUnloadEnter=1,
            DriverUnloadExit=1)
    unload = trace.one("DriverUnloadEnter")
    sends = trace.operations("WskSend")
    expect(trace.in_flight(unload) == sends, "at the unload other calls are in flight than the sends")
    for send in sends:
        returned = trace.one("OpExit", OpId=send["OpId"])
        expect(returned["Status"] == STATUS_PENDING, f"WskSend returned {returned['Status']:#x}")
        in_order(send=send, returned=returned, unload=unload)
    expect([what for what, _, _ in trace.sins()] == ["a socket is open at the unload"], f"the misuses are {trace.sins()}")


STORIES = {
    "unload-pending": Story(unload_pending, unload_pending_capture, "WSK-SOCK-005",
                            holds="[an IRP in flight] [an open socket]", also=("WSK-BUF-013", "WSK-CTX-009")),
}
