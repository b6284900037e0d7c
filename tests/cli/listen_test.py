#!/usr/bin/env python3
"""Runs `meterlink listen` as its users do. METERLINK names the program.

    listen_test.py [GROUP...]
"""
import json
import os
import re
import signal
import subprocess
import threading
import time
from pathlib import Path

from cli_case import COMPACT, FULL, GAS, GAS_A, KEYS, PROGRAM, ROOT, Case, environment, main

LOG = str(ROOT / 'examples/data/rtl_wmbus.log')
KEY_FILE = str(ROOT / 'examples/data/keys.csv')


def rtl(telegram, crc=1, mode='T1'):
    return f'{mode};{crc};1;2026-03-29 12:05:30.000;97;148;12345678;0x{telegram.lower()}\n'


def plain(access_number, records, meter='12345678'):
    """A telegram without encryption, without CRCs."""
    body = bytes.fromhex('449315') + bytes.fromhex(meter)[::-1] + bytes.fromhex('33077A') + bytes(
        [access_number, 0, 0, 0]) + bytes.fromhex(records)
    return (bytes([len(body)]) + body).hex()


class ListenCase(Case):
    def listen(self, *arguments, **more):
        out, err = self.run_it('listen', *arguments, **more)
        return [json.loads(line) for line in out.splitlines()], err


class Files(ListenCase):
    def test_telegrams_of_a_log(self):
        heard, err = self.listen('--receiver', 'rtl-wmbus', '--from', LOG, '--keys', KEY_FILE)
        self.assertEqual([reading['meter']['id'] for reading in heard],
                         ['12345678', '55667788', '27343111', '27343111', '53820306'])
        self.assertEqual({reading['security']['state'] for reading in heard}, {'decrypted'})
        self.assertEqual([reading['link']['mode'] for reading in heard], ['T1', 'T1', 'C1', 'C1', 'C1'])
        self.assertEqual({reading['link']['receiver'] for reading in heard}, {'rtl-wmbus'})
        self.assertEqual(err, 'meterlink: 4 meters, 4 ok; 5 telegrams, 1 repetition, 0 lost\n')

    def test_repetitions_are_shown_on_request(self):
        heard, _ = self.listen('--receiver', 'rtl-wmbus', '--from', LOG, '--keys', KEY_FILE, '--repetitions')
        self.assertEqual(len(heard), 6)

    def test_neighbours_without_a_key_are_no_mistake(self):
        heard, err = self.listen('--receiver', 'rtl-wmbus', '--from', LOG, '--key', KEYS['kamstrup'])
        self.assertEqual(len(heard), 5)
        self.assertEqual(err, 'meterlink: 4 meters, 1 ok, 3 wrong_key; 5 telegrams, 1 repetition, 0 lost\n')
        _, err = self.listen('--receiver', 'rtl-wmbus', '--from', LOG)
        self.assertEqual(err, 'meterlink: 4 meters, 4 no_key; 5 telegrams, 1 repetition, 0 lost\n')

    def test_lines_of_hex(self):
        path = self.file_of(f'# a log\n{GAS_A}\n{GAS}\n')
        heard, err = self.listen('--receiver', 'hex', '--from', path, '--key', KEYS['gas'], '--name', 'roof',
                                 '--mode', 'T1', '--repetitions')
        self.assertEqual([reading['link'] for reading in heard],
                         [{**reading['link'], 'mode': 'T1', 'receiver': 'roof'} for reading in heard])
        self.assertEqual([reading['link']['frame_format'] for reading in heard], ['A', 'stripped'])
        self.assertIn('1 meter, 1 ok; 1 telegram, 1 repetition', err)

    def test_meters_that_are_made_up_take_no_room_from_those_with_a_key(self):
        flood = ''.join(plain(1, '2F2F', f'{number:08}') + '\n' for number in range(100_003))
        keys = self.file_of(f'address,key,manufacturer,devicetype,version\n99999999,{KEYS["gas"]},ELS,7,51\n'
                            f'12345678,{KEYS["gas"]},ELS,-1,-1\n', 'keys.csv')
        out, err = self.run_it('listen', '-r', 'hex', '--keys', keys, '-f', 'table',
                               stdin=flood + plain(2, '2F2F', '99999999') + '\n' + GAS + '\n')
        self.assertEqual(err, 'meterlink: 100002 meters, 100002 ok; 100002 telegrams, 0 repetitions, 0 lost; '
                              '3 telegrams of meters that have no room\n')
        self.assertIn('volume 28504.27 m3', out.splitlines()[-1])
        _, err = self.listen('-r', 'hex', '--keys', keys, stdin=GAS)
        self.assertIn('2 meters, 1 never_heard, 1 ok; 1 telegram', err)

    def test_lost_telegrams_are_counted(self):
        lines = ''.join(rtl(plain(number, '04130100000002FD170000')) for number in (1, 2, 5, 6))
        heard, err = self.listen('--receiver', 'rtl-wmbus', stdin=lines)
        self.assertEqual(len(heard), 4)
        self.assertIn('4 telegrams, 0 repetitions, 2 lost', err)

    def test_formats_are_kept(self):
        path = Path(self.file_of('')).with_name('formats.json')
        options = ('--receiver', 'rtl-wmbus', '--key', KEYS['kamstrup'], '--formats', str(path))
        self.listen(*options, stdin=rtl(FULL))
        heard, _ = self.listen(*options, stdin=rtl(COMPACT))
        self.assertEqual(len(heard[0]['records']), 5)
        self.assertEqual(len(self.listen(*options[:4], stdin=rtl(COMPACT))[0][0].get('records', [])), 0)

    def test_what_is_broken_is_said_and_the_rest_shown(self):
        lines = rtl(GAS, crc=0) + 'rtl_wmbus: a greeting\n' + 'T1;nonsense\n' + rtl(GAS)
        heard, err = self.listen('--receiver', 'rtl-wmbus', '--key', KEYS['gas'], stdin=lines, code=1)
        self.assertEqual(len(heard), 1)
        self.assertEqual(err.splitlines(), [
            'stdin: the receiver calls a telegram broken: wrong CRC of a block',
            err.splitlines()[1], 'meterlink: 1 meter, 1 ok; 1 telegram, 0 repetitions, 0 lost; '
                                 '1 line without a telegram'])
        self.assertTrue(err.splitlines()[1].startswith('stdin: 11 octets skipped: '), err)

    def test_a_wrong_crc_is_pointed_at(self):
        damaged = GAS_A[:60] + '00' + GAS_A[62:]
        _, err = self.listen('--receiver', 'hex', '--key', KEYS['gas'], stdin=damaged + '\n', code=1)
        self.assertTrue(err.startswith('stdin: wmbus: wrong CRC of a block at offset 46'), err)
        self.assertIn('^^\n', err)

    def test_garbage(self):
        for kind in ('imst', 'amber', 'amber-transparent', 'cul', 'rtl-wmbus', 'rtl-433', 'hex', 'raw'):
            done = subprocess.run([PROGRAM, 'listen', '--receiver', kind], input=bytes(range(256)) * 300,
                                  capture_output=True, timeout=120, check=False, env=environment())
            self.assertIn(done.returncode, (0, 1))
            self.assertFalse(set(done.stderr) - set(range(0x20, 0x7F)) - {0x0A})


class Streams(ListenCase):
    def test_telegrams_are_shown_as_they_come_however_the_input_is_cut(self):
        with subprocess.Popen([PROGRAM, 'listen', '-r', 'rtl-wmbus', '--key', KEYS['gas']], stdin=subprocess.PIPE,
                              stdout=subprocess.PIPE, stderr=subprocess.PIPE, env=environment()) as process:
            line = rtl(plain(1, '0413010000 00')).encode() + rtl(GAS).encode()
            for begin in range(0, len(line), 37):
                process.stdin.write(line[begin:begin + 37])
                process.stdin.flush()
                time.sleep(0.01)
            first, second = (json.loads(process.stdout.readline()) for _ in range(2))
            self.assertEqual(first['records'][0]['value'], 0.001)
            self.assertEqual(second['security']['state'], 'decrypted')
            self.assertRegex(first['link']['time'] if 'time' in first['link'] else first['time'],
                             r'^20\d\d-\d\d-\d\dT\d\d:\d\d:\d\dZ$')
            process.stdin.close()
            self.assertEqual(process.wait(timeout=60), 0)
            process.stderr.read()

    def test_whoever_reads_slowly_makes_no_line_end(self):
        # More than the pipes hold: the output stands still for longer than a line may stay unfinished.
        lines = (GAS + '\n') * 3000
        for source in ('file', 'pipe'):
            arguments = ('--from', self.file_of(lines)) if source == 'file' else ()
            with subprocess.Popen([PROGRAM, 'listen', '-r', 'hex', '-f', 'json', '--repetitions', *arguments],
                                  stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE,
                                  env=environment()) as process:
                if source == 'pipe':
                    threading.Thread(target=lambda to=process.stdin: (to.write(lines.encode()), to.close()),
                                     daemon=True).start()
                time.sleep(1.5)
                heard = process.stdout.read().splitlines()
                err = process.stderr.read().decode()
                self.assertEqual(process.wait(timeout=60), 0, err)
            self.assertEqual(len(heard), 3000)
            self.assertEqual(err, 'meterlink: 1 meter, 1 no_key; 1 telegram, 2999 repetitions, 0 lost\n')

    def test_a_line_without_its_end_is_read_when_the_input_ends(self):
        heard, _ = self.listen('-r', 'hex', '--key', KEYS['gas'], stdin=GAS)
        self.assertEqual(len(heard), 1)

    def test_octets_of_a_dongle(self):
        # An indication of a telegram as an IMST stick sends it, with RSSI and CRC; noise before it.
        message = bytes.fromhex('A5C2032E' + GAS[2:] + '5A473E')
        heard, _ = self.listen('-r', 'imst', '--key', KEYS['gas'], stdin=b'\x00\x01' + message, code=1)
        self.assertEqual(heard[0]['link']['rssi_dbm'], -77.5)
        self.assertEqual(heard[0]['security']['state'], 'decrypted')

    def test_an_interrupt_ends_with_a_summary(self):
        for sent in (signal.SIGINT, signal.SIGTERM):
            with subprocess.Popen([PROGRAM, 'listen', '-r', 'rtl-wmbus', '--key', KEYS['gas']],
                                  stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE,
                                  env=environment()) as process:
                process.stdin.write(rtl(GAS).encode())
                process.stdin.flush()
                self.assertIn(b'"12345678"', process.stdout.readline())
                process.send_signal(sent)
                self.assertEqual(process.wait(timeout=60), 0)
                self.assertEqual(process.stderr.read(),
                                 b'meterlink: 1 meter, 1 ok; 1 telegram, 0 repetitions, 0 lost\n')
                process.stdin.close()

    def test_a_reader_that_goes_away_early(self):
        with subprocess.Popen([PROGRAM, 'listen', '-r', 'rtl-wmbus', '--repetitions'], stdin=subprocess.PIPE,
                              stdout=subprocess.PIPE, stderr=subprocess.PIPE, env=environment(), bufsize=0) as process:
            process.stdout.close()
            try:
                for _ in range(2000):
                    process.stdin.write(rtl(GAS).encode() * 20)
                process.stdin.close()
            except BrokenPipeError:
                pass
            self.assertEqual(process.wait(timeout=60), 0)
            self.assertNotIn(b'cannot', process.stderr.read())


class Table(ListenCase):
    def test_a_table_at_the_end_of_a_log(self):
        out, _ = self.run_it('listen', '-r', 'rtl-wmbus', '--from', LOG, '--keys', KEY_FILE, '--format', 'table')
        lines = out.splitlines()
        self.assertEqual(len(lines), 5)
        self.assertEqual(lines[0].split(), ['METER', 'MAKER', 'MEDIUM', 'STATE', 'DBM', 'HEARD', 'COUNT', 'LOST',
                                            'VALUES'])
        self.assertEqual(lines[1].split()[:6], ['12345678', 'ELS', 'gas', 'ok', '1', '0'])
        self.assertIn('volume 28504.27 m3', lines[1])
        self.assertNotIn('\x1b', out)

    def test_telegrams_that_others_may_have_sent_show_no_values(self):
        forged = '1444931578563412330 37A2B0000000C1399999999'.replace(' ', '')
        out, err = self.run_it('listen', '-r', 'rtl-wmbus', '--key', KEYS['gas'], '--format', 'table',
                               stdin=rtl(GAS) + rtl(forged))
        self.assertIn('downgraded', out)
        self.assertIn('volume 28504.27 m3', out)
        self.assertNotIn('99999', out)
        self.assertIn('1 meter, 1 downgraded; 2 telegrams', err)
        for telegrams, state in (((FULL, COMPACT), 'ok'), ((COMPACT, FULL), 'replayed')):
            _, err = self.listen('-r', 'rtl-wmbus', '--key', KEYS['kamstrup'], stdin=''.join(map(rtl, telegrams)))
            self.assertIn(f'1 meter, 1 {state}; 2 telegrams', err)

    def test_a_terminal_gets_a_table_that_stays_in_its_place(self):
        seen = self.on_terminal('listen', '-r', 'rtl-wmbus', '--from', LOG, '--keys', KEY_FILE)
        self.assertIn('volume 28504.27 m3', seen)
        self.assertIn('4 meters, 4 ok', seen)
        self.assertNotIn('"records"', seen)

    def test_lines_fit_the_terminal(self):
        seen = self.on_terminal('listen', '-r', 'rtl-wmbus', '--from', LOG, '--keys', KEY_FILE, columns=60, rows=6)
        table = [re.sub(r'\x1b\[[0-9;]*[A-Za-z]', '', line).strip('\r') for line in seen.split('\n')][:5]
        self.assertLessEqual(max(len(line) for line in table), 60)
        self.assertIn('and 1 more', seen)

    def test_json_on_a_terminal_when_asked(self):
        self.assertIn('"records"', self.on_terminal('listen', '-r', 'rtl-wmbus', '--from', LOG, '--format', 'json'))

    def test_a_telegram_does_not_command_the_terminal(self):
        # A text of the meter: ESC [ 2 J, and the one octet that stands for ESC [.
        hostile = '0DFD11' + '06' + bytes('\x1b[2J\x9bJ', 'latin-1')[::-1].hex()
        lines = rtl(plain(1, hostile)) + 'a log line \x1b[2J\n'
        path = self.file_of(lines.encode('latin-1'))
        for arguments in (('--format', 'table'), ('--format', 'json')):
            out, err = self.run_it('listen', '-r', 'rtl-wmbus', '--from', path, '--color', 'never', *arguments,
                                   code=1)
            self.assertFalse(set(out + err) & {chr(c) for c in [*range(10), *range(11, 32), *range(127, 160)]})

    def test_nothing_to_listen_to_on_a_terminal(self):
        self.assertIn('nothing to listen to', self.on_terminal('listen', '-r', 'hex', code=2))


class SerialPorts(ListenCase):
    def test_a_port_is_set_up_and_the_receiver_told_its_mode(self):
        import pty
        import termios
        controller, terminal = pty.openpty()
        path = os.ttyname(terminal)
        with subprocess.Popen([PROGRAM, 'listen', '-r', 'imst', '--from', path, '--mode', 'T1', '--key', KEYS['gas']],
                              stdout=subprocess.PIPE, stderr=subprocess.PIPE, env=environment()) as process:
            asked = os.read(controller, 100)
            self.assertEqual(asked[:3].hex(), 'a50103')
            self.assertEqual(termios.tcgetattr(terminal)[5], termios.B57600)
            os.write(controller, bytes.fromhex('A5010400'))
            os.write(controller, bytes.fromhex('A5C2032E' + GAS[2:] + '5A473E'))
            heard = json.loads(process.stdout.readline())
            self.assertEqual((heard['link']['rssi_dbm'], heard['link']['mode']), (-77.5, 'T1'))
            process.send_signal(signal.SIGINT)
            self.assertEqual(process.wait(timeout=60), 0)
            process.stderr.read()
        os.close(controller)
        os.close(terminal)

    def test_a_mode_that_the_receiver_refuses_is_complained_of(self):
        import pty
        controller, terminal = pty.openpty()
        with subprocess.Popen([PROGRAM, 'listen', '-r', 'imst', '--from', os.ttyname(terminal), '--mode', 'S1',
                               '--key', KEYS['gas']],
                              stdout=subprocess.PIPE, stderr=subprocess.PIPE, env=environment()) as process:
            os.read(controller, 100)
            os.write(controller, bytes.fromhex('A501040101'))
            os.write(controller, bytes.fromhex('A5C2032E' + GAS[2:] + '5A473E'))
            self.assertNotIn('mode', json.loads(process.stdout.readline())['link'])
            process.send_signal(signal.SIGINT)
            self.assertEqual(process.wait(timeout=60), 1)
            self.assertIn('the receiver refuses set_mode, status 01', process.stderr.read().decode())
        os.close(controller)
        os.close(terminal)

    def test_ports_that_cannot_be_used(self):
        _, err = self.listen('-r', 'cul', '--from', '/nowhere/port', code=2)
        self.assertEqual(err, 'meterlink: cannot open /nowhere/port: No such file or directory\n')
        import pty
        controller, terminal = pty.openpty()
        for arguments, word in ((('-r', 'hex'), 'has none'), (('-r', 'cul', '--mode', 'N1'), 'cannot listen to mode N1')):
            self.assertIn(word, self.listen(*arguments, '--from', os.ttyname(terminal), code=2)[1])
        os.close(controller)
        os.close(terminal)


class Usage(ListenCase):
    def test_wrong_usage(self):
        for arguments in ((), ('--receiver', 'ear'), ('-r', 'hex', '--mode', 'T9'), ('-r', 'hex', '--format', 'csv'),
                          ('-r', 'hex', '--as', 'wmbus')):
            out, err = self.run_it('listen', *arguments, code=2)
            self.assertEqual(out, '')
            self.assertNotEqual(err, '')

    def test_help(self):
        out, _ = self.run_it('listen', '--help')
        for word in ('--receiver', 'rtl-wmbus', 'imst', '--from', '--keys', '--formats', '--mode', '--repetitions',
                     'METERLINK_KEY', 'Ctrl-C', 'Exit code'):
            self.assertIn(word, out)


if __name__ == '__main__':
    main()
