"""Slaves of a wired bus behind a TCP port, as small as the tests of the commands need them."""
import socket
import threading

from cli_case import frame

ACK = b'\xE5'


class Slave:
    """Answers as EN 13757-2 has it: SND_NKE, REQ_UD2, SND_UD, selection by eight octets."""

    def __init__(self, primary, secondary, telegrams):
        self.primary = primary
        self.secondary = bytes.fromhex(secondary)  # identification, manufacturer, version, device type on the wire
        self.telegrams = telegrams                 # RSP_UD behind C and A field, in hex
        self.is_selected = False
        self.sent = 0
        self.last_fcb = None
        self.received = []                         # CI field and data of what was sent

    def matches(self, mask):
        if len(mask) > 8:
            return False  # has no fabrication number
        digits = zip(mask[:4].hex().upper(), self.secondary[:4].hex().upper())
        return (all(wanted in ('F', own) for wanted, own in digits)
                and all(wanted in (0xFF, own) for wanted, own in zip(mask[4:8], self.secondary[4:8])))

    def hears(self, address):
        return address in (self.primary, 254, 255) or (address == 253 and self.is_selected)

    def answer(self, c, address, data):
        if address == 253 and data[:1] == b'\x52':
            self.is_selected = self.matches(data[1:])
            self.last_fcb, self.sent = None, 0
            return ACK if self.is_selected else b''
        if not self.hears(address):
            return b''
        if c == 0x40:
            self.last_fcb, self.sent = None, 0
            if address == 253:
                self.is_selected = False
            return ACK
        if c & 0x4F == 0x43:
            self.received.append(data.hex().upper())
            if data[:1] == b'\x51' and data[1:3] == b'\x01\x7A':
                self.primary = data[3]
            return ACK
        if c & 0x4F == 0x4B:
            fcb = c & 0x20
            if self.last_fcb is not None and fcb != self.last_fcb:
                self.sent = (self.sent + 1) % len(self.telegrams)
            self.last_fcb = fcb
            return frame(f'08 {self.primary:02X} {self.telegrams[self.sent]}')
        return b''


def garbled(answers):
    """What is heard of several at once."""
    out = bytearray(max(answers, key=len))
    for other in answers:
        for i, octet in enumerate(other):
            out[i] &= octet
    return bytes(out)


class Bus:
    """Serves one client after the other on a free port of this machine."""

    def __init__(self, *slaves, spoil=None):
        self.slaves = slaves
        self.spoil = spoil or (lambda answer: answer)
        self.server = socket.create_server(('127.0.0.1', 0))
        self.url = f'tcp://127.0.0.1:{self.server.getsockname()[1]}'
        self.requests = []
        self.drop_after = None  # hangs up once, after so many requests
        threading.Thread(target=self.serve, daemon=True).start()

    def close(self):
        self.server.close()

    def serve(self):
        while True:
            try:
                client, _ = self.server.accept()
            except OSError:
                return
            with client:
                self.talk(client)

    def talk(self, client):
        pending = b''
        while True:
            try:
                piece = client.recv(4096)
            except OSError:
                return
            if not piece:
                return
            pending += piece
            while (size := self.size_of(pending)) is not None and len(pending) >= size:
                request, pending = pending[:size], pending[size:]
                self.requests.append(request.hex(' ').upper())
                if len(self.requests) == self.drop_after:
                    return
                answers = [a for a in (self.answer_of(slave, request) for slave in self.slaves) if a]
                if answers:
                    client.sendall(self.spoil(garbled(answers) if len(set(answers)) > 1 else answers[0]))

    @staticmethod
    def size_of(octets):
        if not octets:
            return None
        if octets[0] == 0x10:
            return 5
        return octets[1] + 6 if len(octets) > 1 else None

    @staticmethod
    def answer_of(slave, request):
        if request[0] == 0x10:
            return slave.answer(request[1], request[2], b'')
        return slave.answer(request[4], request[5], request[6:-2])
