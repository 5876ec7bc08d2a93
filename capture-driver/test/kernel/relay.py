#!/usr/bin/env python3
"""One connection of the machine, from QEMU (standard input is a socket) to the peer on 127.0.0.1: `relay.py PORT`. It
keeps nothing for itself: while the peer does not read, the machine's sends wait."""

import selectors
import socket
import sys

BUFFER_BYTES = 65536  # little beside what QEMU and the host take in


def main():
    guest = socket.socket(fileno=0)
    peer = socket.socket()
    peer.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, BUFFER_BYTES)
    guest.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, BUFFER_BYTES)
    peer.connect(("127.0.0.1", int(sys.argv[1])))
    guest.setblocking(True)
    open_ends = {guest: peer, peer: guest}
    selector = selectors.DefaultSelector()
    for end in open_ends:
        selector.register(end, selectors.EVENT_READ)
    try:
        while open_ends:
            for key, _ in selector.select():
                end = key.fileobj
                if chunk := end.recv(BUFFER_BYTES):
                    open_ends[end].sendall(chunk)
                else:  # this direction is over; the other may go on
                    selector.unregister(end)
                    open_ends.pop(end).shutdown(socket.SHUT_WR)
    except OSError:
        pass  # one end is gone, so is the connection


if __name__ == "__main__":
    main()
