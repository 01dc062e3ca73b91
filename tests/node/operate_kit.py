"""What operate_test.py reads of a page, puts between a client and a node, and does to the files of a node."""

import hashlib
import http.client
import re
import shlex
import socket
import struct
import threading
from pathlib import Path

SECONDS = 60


class LocalConnection(http.client.HTTPConnection):
    """HTTP over a local socket."""

    def __init__(self, path):
        super().__init__("localhost", timeout=SECONDS)
        self.path = str(path)

    def connect(self):
        self.sock = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
        self.sock.settimeout(SECONDS)
        self.sock.connect(self.path)


class Proxy:
    """Between a client and a node: what the node says comes with `old` replaced by `new`, of the same length."""

    def __init__(self, path, node, old, new):
        assert len(old) == len(new)
        self.node, self.old, self.new = str(node), old.encode(), new.encode()
        self.door = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
        self.door.bind(str(path))
        self.door.listen()
        self.open = [self.door]
        threading.Thread(target=self.accept, daemon=True).start()

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.door.shutdown(socket.SHUT_RDWR)
        for one in self.open:
            one.close()

    def accept(self):
        while True:
            try:
                client = self.door.accept()[0]
            except OSError:
                return
            node = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
            node.connect(self.node)
            self.open += [client, node]
            for source, sink in ((client, node), (node, client)):
                threading.Thread(target=self.carry, args=(source, sink, sink is client), daemon=True).start()

    def carry(self, source, sink, from_node):
        try:
            while part := source.recv(1 << 20):
                sink.sendall(part.replace(self.old, self.new) if from_node else part)
            sink.shutdown(socket.SHUT_WR)
        except OSError:
            pass


def record_of(body):
    """A record of the block log: its length, the block with its root, and a checksum."""
    return struct.pack("<I", len(body)) + body + hashlib.sha256(body).digest()[:8]


def altered_log(log, number, change):
    """The log with the body of its record `number` changed; the checksum is right again."""
    at = 16 + struct.unpack_from("<I", log, 12)[0]
    out = log[:at]
    while at < len(log):
        length = struct.unpack_from("<I", log, at)[0]
        body = log[at + 4:at + 4 + length]
        number -= 1
        out += record_of(change(body) if number == 0 else body)
        at += length + 12
    return out


def crc32c(data):
    crc = 0xFFFFFFFF
    for byte in data:
        crc ^= byte
        for _ in range(8):
            crc = (crc >> 1) ^ (0x82F63B78 if crc & 1 else 0)
    return crc ^ 0xFFFFFFFF


def alter_root(home, root):
    """Writes another root into the record of a block that stands in the write-ahead log of a home's store."""
    root = bytes.fromhex(root)
    for path in Path(home, "data").glob("*.log"):
        data = bytearray(path.read_bytes())
        at = next((found.start() for found in re.finditer(re.escape(root), data)
                   if any(hashlib.sha256(data[start:found.end()]).digest()[:8] == data[found.end():found.end() + 8]
                          for start in range(max(0, found.start() - 4096), found.start()))), None)
        if at is None:
            continue
        body = next(start for start in range(max(0, at - 4096), at)
                    if hashlib.sha256(data[start:at + 32]).digest()[:8] == data[at + 32:at + 40])
        data[at] ^= 1
        data[at + 32:at + 40] = hashlib.sha256(data[body:at + 32]).digest()[:8]
        place = 0
        while place + 7 <= len(data):
            length = struct.unpack_from("<H", data, place + 4)[0]
            crc = crc32c(data[place + 6:place + 7 + length])
            crc = (((crc >> 15) | (crc << 17)) + 0xA282EAD8) & 0xFFFFFFFF
            struct.pack_into("<I", data, place, crc)
            place += 7 + length
        path.write_bytes(data)
        return
    raise AssertionError("no log of the store has the root")


def commands_of(text):
    """The words of every ballast command in the `$` lines of the fenced blocks of a page."""
    for block in re.findall(r"^```[^\n]*\n(.*?)^```", text, re.DOTALL | re.MULTILINE):
        for line in re.sub(r"\\\n\s*", " ", block).splitlines():
            if not line.startswith("$ "):
                continue
            for part in re.split(r"&&|\||>", line[2:]):
                words = shlex.split(part)
                if words and words[0] == "ballast":
                    yield words[1:]
