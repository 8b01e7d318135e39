"""Passes connections on to servers of this machine. Arguments: OWN-PORT=PORT-OF-THE-SERVER; prints the address of its own ports.

A line of input makes it lose the open connections and print how many, as when the node of a server is gone: no packet of
them arrives any more, and neither side hears of it. New ones work.
"""

import ctypes
import fcntl
import random
import socket
import struct
import sys
import termios
import threading
import time

SO_ATTACH_FILTER = 26
# One instruction, "accept 0 bytes": the kernel drops a packet before TCP sees it, so it acknowledges nothing, probes included.
instruction = ctypes.create_string_buffer(struct.pack("HBBI", 6, 0, 0, 0))
drop_all = struct.pack("HP", 1, ctypes.addressof(instruction))

open_sockets: set[socket.socket] = set()
lost: set[socket.socket] = set()
sending = threading.Lock()


def pump(source: socket.socket, target: socket.socket) -> None:
    open_sockets.add(source)
    try:
        while data := source.recv(65536):
            with sending:
                if source in lost:
                    return
                target.sendall(data)
    except OSError:
        pass  # reset by one side: the other one is told below
    open_sockets.discard(source)
    for each in (source, target):
        try:
            each.shutdown(socket.SHUT_RDWR)
        except OSError:
            pass  # shut down already


def relay(listener: socket.socket, port: int) -> None:
    while True:
        client, _ = listener.accept()
        upstream = socket.create_connection(("127.0.0.1", port))
        for pair in ((client, upstream), (upstream, client)):
            threading.Thread(target=pump, args=pair, daemon=True).start()


def unacknowledged(of: socket.socket) -> int:
    return struct.unpack("i", fcntl.ioctl(of, termios.TIOCOUTQ, bytes(4)))[0]


def lose(each: socket.socket) -> None:
    while unacknowledged(each):  # otherwise the kernel would repeat it, and the other side would hear that
        time.sleep(0.001)
    each.setsockopt(socket.SOL_SOCKET, SO_ATTACH_FILTER, drop_all)
    lost.add(each)


# Each run has all ports of an address of its own: a script that knows servers by their usual ports finds them there.
address = ".".join(["127", *(str(random.randint(1, 254)) for _ in range(3))])
for argument in sys.argv[1:]:
    own, port = map(int, argument.split("="))
    listener = socket.create_server((address, own))
    threading.Thread(target=relay, args=(listener, port), daemon=True).start()
print(address, flush=True)

for _ in sys.stdin:
    with sending:
        now = open_sockets - lost
        for each in now:
            lose(each)
    print(len(now) // 2, flush=True)
