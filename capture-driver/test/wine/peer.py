"""The other end of the client's connections, on 127.0.0.1: a TCP server that may be slow, or one that calls. Both
remember each byte."""

import socket
import struct
import threading
import time

# A peer with a receive buffer this small fills up at once, so a great send to it stays in flight until it reads.
SMALL_RECEIVE_BUFFER = 4096
GENEROUS_RECEIVE_BUFFER = 1 << 20
GREETING_BYTES = 1000  # of clean-client, and of the second send of irp-reused


def pattern(length):
    """The bytes that a client sends: byte i is (i * 31 + i / 256) mod 256. They repeat after 64 KiB."""
    period = bytes((i * 31 + (i >> 8)) & 0xFF for i in range(min(length, 1 << 16)))
    return (period * (length // (1 << 16) + 1))[:length]


class Connection:
    """One connection, in the order of acceptance. `received` grows on the peer's thread. One that is `prompt` is read
    at once, the others when the peer may read."""

    def __init__(self, expected, answers=False, prompt=False):
        self.expected = expected
        self.answers = answers
        self.prompt = prompt
        self.received = bytearray()
        self.accepted = threading.Event()
        self.complete = threading.Event()  # all of `expected` has come, or the client has ended its direction

    def matches(self):
        return bytes(self.received) == self.expected

    def prefix_length(self):
        """How many bytes came as they should, before the first that did not."""
        common = min(len(self.received), len(self.expected))
        if self.received[:common] == self.expected[:common]:
            return common
        return next(i for i in range(common) if self.received[i] != self.expected[i])


class Peer:
    """Accepts as many connections as it is given, and reads from none of them until `read_now`."""

    def __init__(self, connections):
        self.connections = connections
        self._may_read = threading.Event()
        self._sockets = []
        self._listener = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
        self._listener.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, SMALL_RECEIVE_BUFFER)
        self._listener.bind(("127.0.0.1", 0))
        self._listener.listen(len(connections))
        self.port = self._listener.getsockname()[1]
        self._threads = [threading.Thread(target=self._accept, daemon=True)]
        self._threads[0].start()

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.close()

    def read_now(self):
        self._may_read.set()

    def wait_complete(self, seconds):
        return all(connection.complete.wait(seconds) for connection in self.connections)

    def close(self):
        """Ends every connection, and the threads. Bounded: nothing here waits for the client."""
        self._may_read.set()
        for sock in [self._listener, *self._sockets]:
            try:
                sock.shutdown(socket.SHUT_RDWR)
            except OSError:
                pass  # it was never connected, or is gone already
            sock.close()
        for thread in self._threads:
            thread.join(5)

    def _accept(self):
        for connection in self.connections:
            try:
                sock, _ = self._listener.accept()
            except OSError:
                return  # closed
            self._sockets.append(sock)
            connection.accepted.set()
            thread = threading.Thread(target=self._serve, args=(connection, sock), daemon=True)
            self._threads.append(thread)
            thread.start()

    def _serve(self, connection, sock):
        if not connection.prompt:
            self._may_read.wait()
        try:
            sock.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, GENEROUS_RECEIVE_BUFFER)
            self._read(connection, sock)
        except OSError:
            pass  # reset by the client, or closed by us: what has come has come
        sock.close()
        connection.complete.set()

    def _read(self, connection, sock):
        while chunk := sock.recv(1 << 16):
            connection.received += chunk
            if len(connection.received) >= len(connection.expected) and not connection.complete.is_set():
                if connection.answers:
                    sock.sendall(struct.pack("<Q", len(connection.received)))
                    sock.shutdown(socket.SHUT_WR)
                connection.complete.set()
        sock.shutdown(socket.SHUT_WR)  # the client has ended its direction: so does the peer, unless it has already


class Caller:
    """Connects to a client that listens, as soon as that does. Once it may speak it sends, ends its direction, and
    reads what comes back until the client ends its own."""

    def __init__(self, port, data, seconds):
        self._data = data
        self._may_speak = threading.Event()
        self._error = None
        self.received = bytearray()
        self._socket = None
        self._thread = threading.Thread(target=self._call, args=(port, seconds), daemon=True)
        self._thread.start()

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self._may_speak.set()
        if self._socket:
            self._socket.close()
        self._thread.join(5)

    def speak_now(self):
        self._may_speak.set()

    def wait(self, seconds):
        """What came back, once the client has ended its direction; raises what went wrong."""
        self._thread.join(seconds)
        if self._thread.is_alive():
            raise TimeoutError(f"the client sent {len(self.received)} bytes back, and has not come to an end")
        if self._error:
            raise self._error
        return bytes(self.received)

    def _call(self, port, seconds):
        try:
            self._socket = _connect(port, time.monotonic() + seconds)
            self._socket.settimeout(seconds)
            self._may_speak.wait()
            sender = threading.Thread(target=self._send, daemon=True)
            sender.start()
            while chunk := self._socket.recv(1 << 16):
                self.received += chunk
            sender.join(seconds)
        except OSError as error:
            self._error = error

    def _send(self):
        try:
            self._socket.sendall(self._data)
            self._socket.shutdown(socket.SHUT_WR)
        except OSError:
            pass  # the client has ended the connection: what it sent back tells


def free_port():
    """One that nobody listens on now."""
    with socket.socket() as sock:
        sock.bind(("127.0.0.1", 0))
        return sock.getsockname()[1]


def _connect(port, deadline):
    while True:
        try:
            return socket.create_connection(("127.0.0.1", port), timeout=1)
        except ConnectionRefusedError:
            if time.monotonic() > deadline:
                raise
            time.sleep(0.02)
