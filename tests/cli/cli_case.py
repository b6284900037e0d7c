"""What the tests of the meterlink command share: how to run it, and telegrams. METERLINK names the program."""
import json
import os
import re
import signal
import subprocess
import sys
import tempfile
import unittest
from pathlib import Path

PROGRAM = os.environ.get('METERLINK', 'meterlink')
ROOT = Path(__file__).resolve().parents[2]

WATER = ('68 1F 1F 68 08 02 72 78 56 34 12 24 40 01 07 55 00 00 00 03 13 15 31 00 DA 02 3B 13 01 8B 60 04 37 18 02 '
         '18 16')
BUSY = '68 04 04 68 08 05 70 08 85 16'
REQUEST = '10 7B 01 7C 16'
ACK = 'E5'
WRONG_SUM = '68 04 04 68 08 05 70 08 86 16'

# Telegrams from the air and their keys; worked examples of the OMS specification where nothing else is said.
GAS_A = ('2E44931578563412330333637A2A0020255923C95AAA26D1B2E7493BC2AD013EC4A6F6D3529B520EDFF0EA6DEFC955B29D6D69EBF3'
         'EC8A')
GAS_B = '30449315785634123303' '7A2A0020255923' 'C95AAA26D1B2E7493B013EC4A6F6D3529B520EDFF0EA6DEFC99D6D69EBF3B853'
GAS = '2E4493157856341233037A2A0020255923C95AAA26D1B2E7493B013EC4A6F6D3529B520EDFF0EA6DEFC99D6D69EBF3'
GAS_3OF6 = ('3B271C94B3594EC65A2DC34E2CB58B2CB68B4E63A659639639966538BD256669A639AC4D8CEC937252E3D0E9B158D2F2D1C99AA5AC4B'
            '64E96364E5B2C69A56CA66B1CA9D256598CE9716B16A5CA3A4BCB4B260')
GAS_MANCHESTER = ('A6569A9A69A5A999956A9996A59AA9A6A5A5AAA5A5A596A59566A666AAAAA6AAA6999969A6A55A6999666666A69659A965A6'
                  '56959A69A5655AA66659AAA9A5565A9A6696559659A599A6696599A6AA56595555AA5666965956555A69999965A669599659'
                  '9669566555A5565A6A66')
MODE_7 = ('53082448443322110337' '8E80753A63665544330A31' '900F002C25B30A0000AF5D74DF73A600D9' '72785634129315330375002007'
          '109058475F4BC91DF878B80A1B0F98B629024AAC727942BFC549233C0140829B93')
FULL = '35442D2C113134273302' '8D20E9603A1020' '08C67C819AAE99B4DE753AA136EF64917ED9D8B2E2D35840BDEA173B8FE14CCE3F1406B7CF'
COMPACT = '28442D2C113134273302' '8D20EA703A1020' 'E9EF2B22D2D04095AC6482C8D51849DAA287C185B791431F'
COMPACT_OF_ANOTHER = '28442D2C785634123302' '8D207760772920' 'CB5E3D5EF7BAEC24E0CDF4A4265428763B5766BC366FDED8'
WIRED_ENCRYPTED = ('6826266808057288776655934455080004' '100500DFE2A782146D1513581CD2F83F39040CFD10785634120016')
KEYS = {'gas': '0102030405060708090A0B0C0D0E0F11', 'oms': '000102030405060708090A0B0C0D0E0F',
        'kamstrup': '0102030405060708090A0B0C0D0E0F10'}
WRONG_KEY = '5A' * 16


def frame(body):
    octets = bytes.fromhex(body)
    return bytes([0x68, len(octets), len(octets), 0x68]) + octets + bytes([sum(octets) & 0xFF, 0x16])


def spaced(octets):
    return octets.hex(' ').upper()



def environment(**more):
    out = {k: v for k, v in os.environ.items() if k not in {'NO_COLOR', 'TERM', 'COLUMNS', 'METERLINK_KEY'}}
    out.update({'TERM': 'xterm'}, **more)
    return out


class Case(unittest.TestCase):
    def run_it(self, *arguments, stdin=b'', code=0, env=None):
        """Output and error output as text; the exit code must be `code`."""
        if isinstance(stdin, str):
            stdin = stdin.encode()
        done = subprocess.run([PROGRAM, *arguments], input=stdin, capture_output=True, timeout=120,
                              env=env or environment(), check=False)
        out, err = done.stdout.decode(), done.stderr.decode()
        self.assertEqual(done.returncode, code, f'{arguments}\n{out[:2000]}\n{err[:2000]}')
        return out, err

    def assert_no_key_in(self, *texts):
        """None of the octets of a key in a row, whatever stands between them."""
        for text in texts:
            digits = re.sub('[^0-9a-f]', '', text.lower())
            for key in KEYS.values():
                for start in range(0, len(key) - 12, 2):
                    self.assertNotIn(key[start:start + 12].lower(), digits)

    def readings(self, *arguments, **more):
        out, err = self.run_it('decode', *arguments, **more)
        return [json.loads(line) for line in out.splitlines()], err

    def assert_water(self, reading):
        self.assertEqual(reading['meter']['id'], '12345678')
        self.assertEqual([record['value'] for record in reading['records']], [12.565, 0.113, 218370])

    def file_of(self, content, name='telegrams.hex'):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        path = Path(folder.name) / name
        path.write_bytes(content if isinstance(content, bytes) else content.encode())
        return str(path)

    def on_terminal(self, *arguments, env=None, columns=120, rows=40, code=0):
        """What a person at a terminal sees, both outputs together."""
        import fcntl
        import pty
        import struct
        import termios
        pid, descriptor = pty.fork()
        if pid == 0:
            os.execvpe(PROGRAM, [PROGRAM, *arguments], env or environment())
        fcntl.ioctl(descriptor, termios.TIOCSWINSZ, struct.pack('HHHH', rows, columns, 0, 0))
        seen = b''
        while True:
            try:
                piece = os.read(descriptor, 65536)
            except OSError:
                break
            if not piece:
                break
            seen += piece
        os.close(descriptor)
        self.assertEqual(os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1]), code, seen)
        return seen.decode()


def main():
    """Runs the groups of the calling file that the command line names, or all of them."""
    signal.signal(signal.SIGPIPE, signal.SIG_IGN)
    unittest.main(argv=[sys.argv[0], *sys.argv[1:]], verbosity=1)
