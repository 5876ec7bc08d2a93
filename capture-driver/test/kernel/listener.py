"""The other end of the machine's connections: a TCP server on 127.0.0.1 that reads nothing until it is told to."""

import socket
import struct
import threading
import time

SMALL_RECEIVE_BUFFER = 4096  # until it may read
GENEROUS_RECEIVE_BUFFER = 1 << 20
QUIET_SECONDS = 2  # without a byte: then the client has sent what it had


class Listener:
    def __init__(self):
        self._may_read = threading.Event()
        self._received = []  # a bytearray for each connection, in the order of acceptance; each grows on its own thread
        self._sockets = []
        self._listener = socket.socket()
        self._listener.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, SMALL_RECEIVE_BUFFER)
        self._listener.bind(("127.0.0.1", 0))
        self._listener.listen(16)
        self.port = self._listener.getsockname()[1]
        threading.Thread(target=self._accept, daemon=True).start()

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self._may_read.set()
        for sock in [self._listener, *self._sockets]:
            try:
                sock.shutdown(socket.SHUT_RDWR)
            except OSError:
                pass  # it was never connected, or is gone already
            sock.close()

    def read_now(self):
        self._may_read.set()

    def connections(self):
        return len(self._received)

    def received(self):
        return sum(len(received) for received in self._received)

    def answer_when_quiet(self, seconds):
        """Once nothing has come for some time: tells each connection, in 8 bytes and low end first, how many bytes it
        brought, and ends this direction. True where that was before `seconds` were over."""
        deadline = time.monotonic() + seconds
        before, since = self.received(), time.monotonic()
        while time.monotonic() < deadline:
            time.sleep(0.1)
            if self.received() != before:
                before, since = self.received(), time.monotonic()
            elif time.monotonic() - since > QUIET_SECONDS:
                for sock, received in zip(self._sockets, self._received):
                    try:
                        sock.sendall(struct.pack("<Q", len(received)))
                        sock.shutdown(socket.SHUT_WR)
                    except OSError:
                        pass  # the client has gone without waiting
                return True
        return False

    def _accept(self):
        while True:
            try:
                sock, _ = self._listener.accept()
            except OSError:
                return  # closed
            received = bytearray()
            self._sockets.append(sock)
            self._received.append(received)
            threading.Thread(target=self._read, args=(sock, received), daemon=True).start()

    def _read(self, sock, received):
        self._may_read.wait()
        try:
            sock.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, GENEROUS_RECEIVE_BUFFER)
            while chunk := sock.recv(1 << 16):
                received += chunk
        except OSError:
            pass  # reset by the client, or closed by us: what has come has come
