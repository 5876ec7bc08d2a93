"""The harness' own tests: what the walker refuses, and that each misuse is told from the rest. No Wine, no driver.

    python3 -m unittest discover -s capture-driver/test/wine
"""

import csv
import pathlib
import socket
import struct
import tempfile
import unittest

import etl
from capture import Capture, CaptureError
from manifest import Manifest
from peer import Caller, Connection, Peer, free_port, pattern
from stories.story import all_bytes
from synthetic import BUFFER_BYTES, FREQUENCY, CaptureWriter

REPOSITORY = pathlib.Path(__file__).resolve().parents[3]
SCHEMA = REPOSITORY / "schema" / "wsktrace.man"
CORPUS = REPOSITORY.parent / "shared" / "corpus"
PENDING, MORE_PROCESSING_REQUIRED = 0x103, 0xC0000016
IRP, SOCKET, MDL, BLOCK = 0x1000, 0x2000, 0x3000, 0x40000
IRP_SNAP = {"Ptr": IRP, "NextControl": 0xE0}


def session():
    return CaptureWriter(SCHEMA).event("SessionInfo", QpcFrequency=FREQUENCY)


def send(writer, op=1, irp=IRP, socket=SOCKET):
    """A WskSend of 100 bytes that stays in flight."""
    snap = {"Ptr": MDL, "StartVa": BLOCK, "ByteOffset": 16, "ByteCount": 100}
    return writer.event("SendEnter", OpId=op, Verb="WskSend", Socket=socket, IrpSnap={**IRP_SNAP, "Ptr": irp},
                        MdlHead=MDL, MdlSnap=[snap]).event("OpExit", OpId=op, Verb="WskSend", Irp=irp, Status=PENDING)


def complete(writer, op=1, irp=IRP, verb="WskSend", routine_returns=MORE_PROCESSING_REQUIRED, information=0):
    return (writer.event("OpComplete", OpId=op, Verb=verb, Irp=irp, Information=information)
            .event("OpCompleteExit", OpId=op, Verb=verb, Irp=irp, Status=routine_returns))


def call(writer, op, verb, socket=0, information=0):
    """A call that completes before it returns."""
    writer.event("OpEnter", OpId=op, Verb=verb, Socket=socket, IrpSnap=IRP_SNAP)
    return complete(writer, op, verb=verb, information=information).event("OpExit", OpId=op, Verb=verb, Irp=IRP)


class OnFiles(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.path = pathlib.Path(folder.name, "trace.etl")

    def capture(self, writer):
        writer.write(self.path)
        return Capture(self.path, Manifest(SCHEMA))

    def sins(self, writer):
        return [what for what, _, _ in self.capture(writer).sins()]

    def patched(self, writer, offset, layout, value):
        writer.write(self.path)
        data = bytearray(self.path.read_bytes())
        struct.pack_into(layout, data, offset, value)
        self.path.write_bytes(data)

    def refused(self, reason):
        return self.assertRaisesRegex(etl.EtlError, reason)


class WalkerTest(OnFiles):
    def test_reads_what_windows_wrote(self):
        if not CORPUS.is_dir():
            self.skipTest(f"{CORPUS} is absent: the walker was not tried on files that Windows wrote")
        for row in csv.DictReader((CORPUS / "expected.tsv").read_text().splitlines(), delimiter="\t"):
            with self.subTest(row["file"]):
                if row["compressed_buffers"] != "0":
                    with self.refused("compressed"):
                        etl.read(CORPUS / row["file"])
                    continue
                trace = etl.read(CORPUS / row["file"])
                self.assertEqual(
                    (len(trace.buffers), len(trace.events), trace.header.events_lost, trace.header.pointer_size),
                    tuple(int(row[column]) for column in ("buffers", "events", "events_lost", "ptr")))

    def test_reads_what_the_tests_make_up(self):
        writer = session()
        for _ in range(100):  # more than one buffer holds
            writer.event("IrpFree", Irp=IRP)
        capture = self.capture(writer)
        self.assertEqual(capture.counts(), {"SessionInfo": 1, "IrpFree": 100})
        self.assertGreater(len(capture.trace.buffers), 2)

    def test_refuses_an_empty_file(self):
        self.path.write_bytes(b"")
        with self.refused("empty"):
            etl.read(self.path)

    def test_refuses_a_file_cut_short(self):
        session().write(self.path)
        self.path.write_bytes(self.path.read_bytes()[:-100])
        with self.refused("its size is 4096"):
            etl.read(self.path)

    def test_refuses_padding_that_is_not_0xff(self):
        self.patched(session(), 2 * BUFFER_BYTES - 1, "<B", 0)
        with self.refused("not all 0xFF"):
            etl.read(self.path)

    def test_refuses_events_past_the_end_of_their_buffer(self):
        self.patched(session(), BUFFER_BYTES + 0x30, "<I", BUFFER_BYTES + 8)
        with self.refused("its events end at 4104"):
            etl.read(self.path)

    def test_refuses_an_event_longer_than_what_is_left(self):
        self.patched(session(), BUFFER_BYTES + 0x48, "<H", 4000)
        with self.refused("its size is 4000"):
            etl.read(self.path)

    def test_refuses_an_event_without_a_marker(self):
        self.patched(session(), BUFFER_BYTES + 0x48 + 3, "<B", 0)
        with self.refused("its marker is"):
            etl.read(self.path)

    def test_refuses_a_wrong_number_of_buffers(self):
        session().write(self.path, buffers=7)
        with self.refused("the header says 7 buffers, the file has 2"):
            etl.read(self.path)

    def test_refuses_time_that_runs_backwards_on_a_processor(self):
        session().event("IrpFree", Qpc=5).write(self.path)
        with self.refused("earlier than the one before it on processor 0"):
            etl.read(self.path)


class CaptureTest(OnFiles):
    def test_refuses_a_gap(self):
        with self.assertRaisesRegex(CaptureError, "gaps or repeats"):
            self.capture(session().event("IrpFree", Seq=3))

    def test_refuses_an_event_on_another_processors_buffer(self):
        with self.assertRaisesRegex(CaptureError, "buffer of processor 0, Cpu is 1"):
            self.capture(session().event("IrpFree", Cpu=1))

    def test_refuses_lost_events(self):
        session().write(self.path, events_lost=3)
        with self.assertRaisesRegex(CaptureError, "3 events"):
            Capture(self.path, Manifest(SCHEMA))

    def test_takes_a_loss_that_is_told_to_the_event(self):
        writer = session().event("EventsLost", Seq=7)
        writer.write(self.path, events_lost=5)
        self.assertEqual(Capture(self.path, Manifest(SCHEMA), lost=True).counts(), {"SessionInfo": 1, "EventsLost": 1})
        writer.write(self.path, events_lost=4)
        with self.assertRaisesRegex(CaptureError, "5 of 7 events are missing, the header says 4"):
            Capture(self.path, Manifest(SCHEMA), lost=True)

    def test_refuses_a_call_that_never_returns(self):
        with self.assertRaisesRegex(CaptureError, "0 events are OpExit"):
            self.capture(session().event("OpEnter", OpId=1, Verb="WskSocket", IrpSnap=IRP_SNAP))

    def test_refuses_a_completion_routine_that_gives_the_irp_away(self):
        with self.assertRaisesRegex(CaptureError, "its routine returns 0x0"):
            self.capture(complete(send(session()), routine_returns=0))

    def test_finds_no_sin_in_a_buffer_given_back_after_the_completion(self):
        writer = complete(send(session()))
        writer.event("MdlUnlock", Mdl=MDL).event("MdlFree", Mdl=MDL).event("PoolFree", Block=BLOCK, Size=116)
        self.assertEqual(self.sins(writer.event("IrpReuse", Irp=IRP).event("IrpFree", Irp=IRP)), [])

    def test_tells_the_misuses_of_a_send_in_flight_apart(self):
        for event, fields in [("MdlFree", {"Mdl": MDL}), ("MdlUnlock", {"Mdl": MDL}), ("IrpReuse", {"Irp": IRP}),
                              ("IrpFree", {"Irp": IRP}), ("PoolFree", {"Block": BLOCK, "Size": 116})]:
            with self.subTest(event):
                writer = complete(send(session()).event(event, **fields))
                self.assertEqual(self.sins(writer), [f"{event} while WskSend is in flight"])

    def test_tells_which_of_two_sends_was_wronged(self):
        other = {"Ptr": MDL + 8, "StartVa": BLOCK + 0x1000, "ByteCount": 100}
        writer = send(session()).event("SendEnter", OpId=2, Verb="WskSend", Socket=SOCKET, MdlHead=MDL + 8, MdlSnap=[other],
                                       IrpSnap={**IRP_SNAP, "Ptr": IRP + 8})
        writer = complete(writer.event("OpExit", OpId=2, Verb="WskSend", Irp=IRP + 8, Status=PENDING)
                          .event("MdlFree", Mdl=MDL + 8))
        capture = self.capture(writer)
        (_, event, victim), = capture.sins()
        self.assertEqual((event["Mdl"], victim["OpId"]), (MDL + 8, 2))
        self.assertEqual([enter["OpId"] for enter in capture.in_flight(event)], [1, 2])

    def test_finds_a_second_send_with_an_irp_in_flight(self):
        self.assertEqual(self.sins(send(send(session()), op=2)), ["SendEnter while WskSend is in flight"])

    def test_does_not_take_another_irp_or_block_for_the_one_in_flight(self):
        writer = send(session()).event("PoolFree", Block=BLOCK + 116, Size=100).event("IrpFree", Irp=IRP + 8)
        self.assertEqual(self.sins(complete(writer)), [])

    def test_finds_a_second_close_but_not_the_close_of_a_new_socket_at_the_same_address(self):
        writer = call(session(), 1, "WskSocket", information=SOCKET)
        writer = call(writer, 2, "WskCloseSocket", SOCKET)
        writer = call(writer, 3, "WskSocket", information=SOCKET)
        writer = call(writer, 4, "WskCloseSocket", SOCKET)
        self.assertEqual(self.sins(writer), [])
        self.assertEqual(self.sins(call(writer, 5, "WskCloseSocket", SOCKET)), ["WskCloseSocket on a closed socket"])

    def test_finds_a_socket_open_at_the_unload(self):
        writer = call(session(), 1, "WskSocket", information=SOCKET).event("DriverUnloadEnter")
        self.assertEqual(self.sins(writer), ["a socket is open at the unload"])

    def test_finds_an_accepted_socket_open_at_the_unload(self):
        writer = call(session(), 1, "WskAccept", SOCKET, information=SOCKET + 8).event("DriverUnloadEnter")
        self.assertEqual(self.sins(writer), ["a socket is open at the unload"])

    def test_finds_leaks(self):
        writer = session().event("MdlBirth", Mdl=MDL).event("MdlFree", Mdl=MDL).event("IrpBirth", Irp=IRP)
        self.assertEqual(self.capture(writer).leaks(), ["IRP 0x1000"])


class PeerTest(unittest.TestCase):
    def exchange(self, expected, sent):
        """A client that sends, and reads what the peer answers. Returns the answer and the peer's connection."""
        connection = Connection(expected, answers=True)
        with Peer([connection]) as peer, socket.create_connection(("127.0.0.1", peer.port), timeout=10) as client:
            peer.read_now()
            client.sendall(sent)
            client.shutdown(socket.SHUT_WR)
            answer = client.recv(100)
            self.assertTrue(peer.wait_complete(10))
        return answer, connection

    def test_answers_with_the_number_of_bytes_once_it_has_them_all(self):
        answer, connection = self.exchange(pattern(100_000), pattern(100_000))
        self.assertEqual(answer, struct.pack("<Q", 100_000))
        all_bytes([connection], (2, 0, 100_000, 8))

    def test_tells_where_the_first_wrong_byte_is(self):
        wrong = bytearray(pattern(100_000))
        wrong[70_000] ^= 1
        _, connection = self.exchange(pattern(100_000), bytes(wrong))
        with self.assertRaisesRegex(CaptureError, "got 100000 of 100000 bytes, the first 70000 right"):
            all_bytes([connection], (2, 0, 100_000, 8))

    def test_reads_a_prompt_connection_at_once_and_the_others_when_it_may(self):
        slow, prompt = Connection(b"slow"), Connection(b"prompt", prompt=True)
        with Peer([slow, prompt]) as peer:
            for data in (b"slow", b"prompt"):
                with socket.create_connection(("127.0.0.1", peer.port), timeout=10) as client:
                    client.sendall(data)
            self.assertTrue(prompt.complete.wait(10))
            self.assertEqual((bytes(prompt.received), bytes(slow.received)), (b"prompt", b""))
            peer.read_now()
            self.assertTrue(peer.wait_complete(10))
        self.assertTrue(slow.matches())

    def test_calls_who_listens_later_and_reads_what_comes_back(self):
        port = free_port()
        with Caller(port, pattern(300_000), 10) as caller, socket.create_server(("127.0.0.1", port)) as listener:
            connection, _ = listener.accept()
            caller.speak_now()
            with connection:
                while chunk := connection.recv(1 << 16):
                    connection.sendall(chunk)
            self.assertEqual(caller.wait(10), pattern(300_000))

    def test_does_not_take_the_beginning_for_the_whole(self):
        answer, connection = self.exchange(pattern(1000), pattern(999))
        self.assertEqual(answer, b"")
        with self.assertRaisesRegex(CaptureError, "got 999 of 1000 bytes, the first 999 right"):
            all_bytes([connection], (2, 0, 999, 0))


if __name__ == "__main__":
    unittest.main()
