#!/usr/bin/env python3
"""Runs `meterlink simulate` and `meterlink bridge` as their users do. METERLINK names the program.

    simulate_test.py [GROUP...]
"""
import contextlib
import json
import os
import pty
import re
import select
import signal
import socket
import termios
import time
import tty

from cli_case import BUSY, KEYS, REQUEST, ROOT, WATER, frame, main, spaced
from simulator import SimulatorCase

ACK = b'\xE5'
DATA = ROOT / 'examples/data'


def short(c, address):
    return bytes([0x10, c, address, (c + address) & 0xFF, 0x16])


def nke(address):
    return short(0x40, address)


def req_ud2(address, fcb=1):
    return short(0x7B if fcb else 0x5B, address)


def selection(identification, manufacturer='FFFF', version='FF', device_type='FF'):
    return frame('53FD52' + bytes.fromhex(identification)[::-1].hex() + manufacturer + version + device_type)


class Meter:
    """The octets of an answer, taken apart by hand."""

    def __init__(self, answer):
        assert answer[:1] == b'\x68' and answer[-1:] == b'\x16', spaced(answer)
        assert answer[1] == answer[2] == len(answer) - 6, spaced(answer)
        assert sum(answer[4:-2]) & 0xFF == answer[-2], spaced(answer)
        self.address = answer[5]
        self.ci = answer[6]
        self.id = answer[7:11][::-1].hex()
        self.manufacturer = int.from_bytes(answer[11:13], 'little')
        self.access_number = answer[15]
        self.records = answer[19:-2]


class TcpLine:
    def __init__(self, url):
        self.address = re.fullmatch(r'tcp://(.+):(\d+)', url).groups()
        self.socket = socket.create_connection(self.address, timeout=10)

    def send(self, octets):
        self.socket.sendall(octets)

    def receive(self, patience):
        if not select.select([self.socket], [], [], patience)[0]:
            return None
        return self.socket.recv(4096)

    def close(self):
        self.socket.close()


class SerialLine:
    def __init__(self, url):
        self.device = os.open(re.fullmatch(r'serial:([^?]+)(\?.*)?', url).group(1), os.O_RDWR | os.O_NOCTTY)

    def set_speed(self, speed):
        settings = termios.tcgetattr(self.device)
        settings[4] = settings[5] = speed
        termios.tcsetattr(self.device, termios.TCSANOW, settings)

    def send(self, octets):
        os.write(self.device, octets)

    def receive(self, patience):
        return os.read(self.device, 4096) if select.select([self.device], [], [], patience)[0] else None

    def close(self):
        os.close(self.device)


def line_at(url):
    return TcpLine(url) if url.startswith('tcp:') else SerialLine(url)


def whole(octets):
    return octets[:1] == ACK or (len(octets) > 1 and octets[0] == 0x68 and len(octets) >= octets[1] + 6)


class LineCase(SimulatorCase):
    def connected(self, url):
        line = line_at(url)
        self.addCleanup(self.close, line)
        return line

    @staticmethod
    def close(line):
        with contextlib.suppress(OSError):
            line.close()

    def ask(self, line, octets, patience=10.0):
        """The answer; what there is after `patience` where none is whole."""
        line.send(octets)
        heard = b''
        end = time.monotonic() + patience
        while not whole(heard):
            piece = line.receive(max(0.0, end - time.monotonic()))
            if not piece:
                break
            heard += piece
        return heard

    def assert_ack(self, line, octets):
        self.assertEqual(self.ask(line, octets), ACK, spaced(octets))


class Meters(LineCase):
    def test_a_dozen_different_meters(self):
        process, count, url = self.simulate('--baud', '38400')
        self.assertEqual(count, 12)
        line = self.connected(url)
        meters = []
        for address in range(1, count + 1):
            self.assert_ack(line, nke(address))
            meters.append(Meter(self.ask(line, req_ud2(address))))
        self.assertEqual([meter.address for meter in meters], list(range(1, 13)))
        self.assertEqual(len({(meter.id, meter.manufacturer) for meter in meters}), 12)
        self.assertEqual(len({meter.id for meter in meters}), 11)
        self.assertTrue(all(meter.ci == 0x72 and meter.records for meter in meters))
        self.assertEqual(self.ask(line, nke(13), 0.3), b'')
        _, err = self.interrupt(process)
        self.assertEqual(err, 'meterlink: 25 requests, 24 answers\n')

    def test_built_in_answers_are_read_without_an_error(self):
        _, count, url = self.simulate('--baud', '38400')
        line = self.connected(url)
        for address in range(1, count + 1):
            self.assert_ack(line, nke(address))
            answer = self.ask(line, req_ud2(address))
            readings, err = self.readings(answer.hex(), '--key', KEYS['oms'])
            self.assertEqual(err, '', spaced(answer))
            self.assertGreater(len(readings[0]['records']), 1)

    def test_built_in_meters_are_those_of_the_examples(self):
        _, _, url = self.simulate('--baud', '38400')
        line = self.connected(url)
        # In the order of their addresses. Two recordings announce another telegram, which the meters do not have.
        names = ('heat_meter', 'published_heat_meter', 'basic_water_meter', 'gas_meter', 'electricity_meter',
                 'encrypted_heat_cost_allocator', 'room_sensor', 'published_room_sensor')
        for address, name in enumerate(names, 1):
            text = re.sub('#.*', '', (DATA / f'{name}.hex').read_text())
            recorded = Meter(bytes.fromhex(text))
            answered = Meter(self.ask(line, req_ud2(address)))
            self.assertEqual((answered.id, answered.manufacturer), (recorded.id, recorded.manufacturer))
            self.assertEqual(answered.records, recorded.records.removesuffix(b'\x1F'))

    def test_a_readout_of_several_telegrams(self):
        _, _, url = self.simulate('--baud', '38400')
        line = self.connected(url)
        self.assert_ack(line, nke(9))
        telegrams = [Meter(self.ask(line, req_ud2(9, fcb))) for fcb in (1, 0, 1, 0)]
        self.assertEqual([telegram.records[-1] == 0x1F for telegram in telegrams], [True, True, False, True])
        self.assertEqual(telegrams[0].records, telegrams[3].records)
        self.assertEqual(len({telegram.records for telegram in telegrams}), 3)

    def test_a_repeated_request_gets_the_same_answer(self):
        _, _, url = self.simulate('--baud', '38400')
        line = self.connected(url)
        self.assert_ack(line, nke(9))
        first = self.ask(line, req_ud2(9, 1))
        self.assertEqual(self.ask(line, req_ud2(9, 1)), first)
        self.assertNotEqual(self.ask(line, req_ud2(9, 0)), first)

    def test_selection(self):
        _, _, url = self.simulate('--baud', '38400')
        line = self.connected(url)
        self.assertEqual(self.ask(line, req_ud2(253), 0.3), b'')
        self.assert_ack(line, selection('61220934'))
        self.assertEqual(Meter(self.ask(line, req_ud2(253))).id, '61220934')
        self.assert_ack(line, selection('1234FFFF', manufacturer='9315'))
        self.assertEqual(Meter(self.ask(line, req_ud2(253))).id, '12345678')
        self.assertEqual(self.ask(line, selection('99999999'), 0.3), b'')
        self.assertEqual(self.ask(line, req_ud2(253), 0.3), b'', 'a selection of nobody ends the one before')

    def test_two_meters_with_one_number_collide(self):
        _, _, url = self.simulate('--baud', '38400')
        line = self.connected(url)
        self.ask(line, selection('12345678'), 0.3)
        with self.assertRaises(AssertionError):
            Meter(self.ask(line, req_ud2(253), 1.0))

    def test_commands_are_told_as_events(self):
        process, _, url = self.simulate('--baud', '38400', '--events')
        line = self.connected(url)
        self.assert_ack(line, frame('730151017A63'))
        self.assertEqual(Meter(self.ask(line, req_ud2(0x63))).id, '61220934')
        self.assertRegex(process.stdout.readline().decode(),
                         r'^meter 1 \(61220934\.MLX\.11\.04\): primary_address_set 99\n$')


class Files(LineCase):
    def test_telegrams_of_several_meters_and_of_one(self):
        first, second = (frame('08057278563412244001070' + number + '000000' + records)
                         for number, records in (('1', '0313153100 1F'), ('2', '02FD170000')))
        self.assertEqual((first[:1], len(second)), (b'\x68', 26))
        other = frame('08067211111111244001070100000003131531 00')
        path = self.file_of('\n'.join(map(spaced, (bytes.fromhex(REQUEST), first, ACK, second, second, other,
                                                   bytes.fromhex(BUSY)))))
        _, count, url = self.simulate(path, '--baud', '38400')
        self.assertEqual(count, 2)
        line = self.connected(url)
        self.assert_ack(line, nke(5))
        self.assertEqual(Meter(self.ask(line, req_ud2(5, 1))).records, bytes.fromhex('0313153100 1F'))
        self.assertEqual(Meter(self.ask(line, req_ud2(5, 0))).records, bytes.fromhex('02FD170000'))
        self.assertEqual(Meter(self.ask(line, req_ud2(5, 1))).records, bytes.fromhex('0313153100 1F'))
        self.assertEqual(Meter(self.ask(line, req_ud2(6))).id, '11111111')

    def test_files_of_the_examples(self):
        names = ('heat_meter', 'gas_meter', 'fixed_data_structure', 'room_sensor')
        _, count, url = self.simulate(*(str(DATA / f'{name}.hex') for name in names), '--number', '--baud', '38400')
        self.assertEqual(count, 5)
        line = self.connected(url)
        self.assertEqual([self.ask(line, req_ud2(address))[7:11][::-1].hex() for address in range(1, 6)],
                         ['61220934', '12345678', '12345678', '90919293', '75310864'])

    def test_meters_described_in_json(self):
        meters = [{'address': 7, 'id': '20304050', 'manufacturer': 'ELS', 'version': 3, 'device_type': 7,
                   'records': ['0C 13 27 04 85 02', '02FD17 0000'], 'status': 4},
                  {'id': '20304051', 'manufacturer': 'KAM', 'device_type': 4, 'fabrication_number': '87654321',
                   'telegrams': [['0406 10000000'], ['0414 20000000']]}]
        for content in (meters, {'meters': meters}):
            path = self.file_of(json.dumps(content), 'meters.json')
            _, count, url = self.simulate(path, '--baud', '38400')
            self.assertEqual(count, 2)
            line = self.connected(url)
            answer = self.ask(line, req_ud2(7))
            meter = Meter(answer)
            self.assertEqual((meter.id, spaced(answer[11:19]), spaced(meter.records)),
                             ('20304050', '93 15 03 07 00 04 00 00', '0C 13 27 04 85 02 02 FD 17 00 00'))
            self.assert_ack(line, selection('2030405F', '2D2C'))
            self.assertEqual([spaced(Meter(self.ask(line, req_ud2(253, fcb))).records) for fcb in (1, 0)],
                             ['04 06 10 00 00 00 1F', '04 14 20 00 00 00'])
            enhanced = frame('53FD52' + 'FFFFFFFF' 'FFFF' 'FF' 'FF' '0C78' '21436587')
            self.assert_ack(line, nke(253))
            self.assert_ack(line, enhanced)
            self.assertEqual(Meter(self.ask(line, req_ud2(253))).id, '20304051')

    def test_what_is_wrong_with_a_description_is_said(self):
        good = {'id': '20304050', 'manufacturer': 'ELS', 'device_type': 7}
        for change, complaint in (
                ({'id': '2030405'}, 'meter 1 has no text of eight digits as "id" but "2030405"'),
                ({'id': None}, 'meter 1 has no "id"'),
                ({'manufacturer': 'E1S'}, 'meter 1 has no three letters as "manufacturer" but "E1S"'),
                ({'device_type': 256}, 'meter 1 has no number from 0 to 255 as "device_type" but 256'),
                ({'address': 251}, 'meter 1 has no number from 0 to 250 as "address" but 251'),
                ({'colour': 1}, 'meter 1 has a member that means nothing: "colour"'),
                ({'records': ['0C13', 5]}, 'meter 1, record 1: apl: '),
                ({'records': [5]}, 'meter 1, record 1: no text but 5'),
                ({'records': ['0G']}, 'meter 1, record 1: '),
                ({'records': [], 'telegrams': []}, 'meter 1 has both "records" and "telegrams"'),
                ({'records': ['0C1327048502'] * 41}, 'meter 1 has more than the 240 octets')):
            meter = {key: value for key, value in {**good, **change}.items() if value is not None}
            path = self.file_of(json.dumps([meter]), 'meters.json')
            _, err = self.run_it('simulate', path, code=2)
            self.assertTrue(err.startswith(f'meterlink: {path}: {complaint}'), err)
        for content, complaint in (('[{]', 'parse error at line 1, column 3'), ('[]', 'there is no list of meters'),
                                   ('7', 'there is no list of meters'), ('[7]', 'meter 1 is no object but 7')):
            _, err = self.run_it('simulate', self.file_of(content, 'meters.json'), code=2)
            self.assertIn(complaint, err)

    def test_meters_with_one_address_are_noted(self):
        other = frame('08027211111111244001070100000003131531 00')
        process, _, _ = self.simulate(self.file_of(WATER + '\n' + spaced(other)))
        _, err = self.interrupt(process)
        self.assertEqual(err.splitlines()[0],
                         'meterlink: 2 meters have the primary address 2; --number gives each its own')

    def test_files_without_a_meter(self):
        _, err = self.run_it('simulate', '/nowhere/meters.hex', code=2)
        self.assertEqual(err, 'meterlink: cannot read /nowhere/meters.hex: No such file or directory\n')
        path = self.file_of(REQUEST)
        _, err = self.run_it('simulate', path, code=2)
        self.assertEqual(err, f'meterlink: there is no answer of a meter in {path}\n')
        path = self.file_of(WATER.replace('18 16', '19 16'))
        _, err = self.run_it('simulate', path, code=2)
        self.assertIn(f'{path}:1: mbus: wrong checksum at offset 35', err)

    def test_lists_however_deep_are_named_and_not_written_out(self):
        path = self.file_of('{"meters": [' + '[' * 300000 + ']' * 300000 + ']}', 'deep.json')
        _, err = self.run_it('simulate', path, code=2)
        self.assertIn('is no object but a list', err)


class Faults(LineCase):
    def test_wrong_checksums_at_every_request(self):
        process, _, url = self.simulate('--baud', '38400', '--faults', 'wrong_checksum', '--fault-rate', '1000',
                                        '--events')
        line = self.connected(url)
        answer = self.ask(line, req_ud2(1))
        self.assertEqual((answer[0], answer[-1]), (0x68, 0x16))
        self.assertNotEqual(sum(answer[4:-2]) & 0xFF, answer[-2])
        self.assertEqual(process.stdout.readline(), b'fault: wrong_checksum\n')

    def test_chance_is_the_same_for_the_same_seed(self):
        def silent(*seed):
            process, _, url = self.simulate('--baud', '38400', '--faults', 'silence', '--fault-rate', '400', *seed)
            line = self.connected(url)
            out = [self.ask(line, nke(1), 0.25) == b'' for _ in range(16)]
            self.interrupt(process)
            return out

        first = silent()
        self.assertIn(True, first)
        self.assertIn(False, first)
        self.assertEqual(silent(), first)
        self.assertNotEqual(silent('--seed', '77'), first)

    def test_latency_echo_and_time_on_the_line(self):
        _, _, url = self.simulate('--latency', '400')
        line = self.connected(url)
        begin = time.monotonic()
        self.assert_ack(line, nke(1))
        # Six octets of eleven bits and 33 bit times of waiting at 2400 Bd come to 41 ms.
        self.assertGreater(time.monotonic() - begin, 0.44)
        _, _, url = self.simulate('--baud', '38400', '--echo')
        line = self.connected(url)
        line.send(nke(1))
        heard = b''
        while len(heard) < 6:
            heard += line.receive(10)
        self.assertEqual(heard, nke(1) + ACK)

    def test_wrong_usage(self):
        _, err = self.run_it('simulate', '--faults', 'silence,fire', code=2)
        self.assertEqual(err, 'meterlink: --faults: there is no fault fire; --help names them\n')
        for arguments in (('--baud', '2401'), ('--fault-rate', '1001'), ('--pty', '--listen', 'tcp://127.0.0.1:0')):
            self.run_it('simulate', *arguments, code=2)
        _, err = self.run_it('simulate', '--listen', 'udp://127.0.0.1:1', code=2)
        self.assertEqual(err, 'meterlink: --listen takes tcp://HOST:PORT, not udp://127.0.0.1:1\n')
        _, err = self.run_it('simulate', '--listen', 'tcp://127.0.0.1:port', code=2)
        self.assertIn('port', err)

    def test_a_port_in_use(self):
        with socket.create_server(('127.0.0.1', 0)) as taken:
            url = f'tcp://127.0.0.1:{taken.getsockname()[1]}'
            _, err = self.run_it('simulate', '--listen', url, code=2)
        self.assertEqual(err, f'meterlink: cannot listen on {url}: Address already in use\n')

    def test_one_client_at_a_time_and_the_next_after_it(self):
        process, _, url = self.simulate('--baud', '38400')
        first = self.connected(url)
        self.assert_ack(first, nke(1))
        second = self.connected(url)
        self.assertRegex(second.receive(10), rb'^busy: 127\.0\.0\.1:\d+ is connected, one client at a time\r\n$')
        self.assertEqual(second.receive(10), b'')
        self.assert_ack(first, nke(1))
        first.send(req_ud2(1))
        first.close()
        time.sleep(0.3)
        third = self.connected(url)
        self.assert_ack(third, nke(2))
        _, err = self.interrupt(process, signal.SIGTERM)
        self.assertRegex(err, r'^meterlink: \S+ was refused, because \S+ is connected\nmeterlink: 4 requests')


    def test_a_flood_blocks_the_line_for_no_longer_than_a_converter_remembers(self):
        _, _, url = self.simulate('--baud', '38400')
        line = self.connected(url)
        line.send(b'\xFF' * 200000)
        time.sleep(0.6)
        self.assert_ack(line, nke(1))


    def test_requests_of_a_client_that_has_left_are_forgotten(self):
        process, _, url = self.simulate('--baud', '2400', '--latency', '100')
        first = self.connected(url)
        first.send(req_ud2(3) * 100)
        time.sleep(0.1)
        first.close()
        second = self.connected(url)
        self.assert_ack(second, nke(1))
        _, err = self.interrupt(process)
        self.assertLess(int(re.search(r'(\d+) requests', err).group(1)), 20)


class SerialPorts(LineCase):
    def test_meters_at_a_pseudo_terminal(self):
        process, count, url = self.simulate('--pty')
        self.assertEqual(count, 12)
        line = self.connected(url)
        self.assert_ack(line, nke(3))
        self.assertEqual(Meter(self.ask(line, req_ud2(3))).id, '12345678')
        self.assert_ack(line, selection('75310864'))
        self.assertEqual(Meter(self.ask(line, req_ud2(253))).id, '75310864')
        line.close()
        again = self.connected(url)
        self.assert_ack(again, nke(3))
        self.interrupt(process)
        self.assertFalse(os.path.exists(url[len('serial:'):]))

    def test_meters_hear_those_who_have_set_their_bit_rate(self):
        _, _, url = self.simulate('--pty', '--baud', '9600')
        self.assertTrue(url.endswith('?baud=9600'), url)
        line = self.connected(url)
        self.assert_ack(line, nke(3))
        line.set_speed(termios.B2400)
        self.assertEqual(self.ask(line, nke(3), 0.4), b'')
        line.set_speed(termios.B9600)
        self.assert_ack(line, nke(3))
        self.assert_ack(line, frame('7303BA'))
        self.assertEqual(self.ask(line, nke(3), 0.4), b'')
        line.set_speed(termios.B1200)
        self.assert_ack(line, nke(3))


class Bridge(LineCase):
    def bridge(self, line, *arguments):
        process, first = self.start('bridge', '--listen', 'tcp://127.0.0.1:0', line, *arguments)
        url = re.fullmatch(r'bridge from (\S+) to (\S+)', first).group(1)
        self.assertEqual(process.stderr.readline().decode(), f'meterlink: {line} connected\n')
        return process, url

    def test_a_client_reads_through_the_bridge(self):
        for kind in ((), ('--pty',)):
            _, _, url = self.simulate(*kind, '--baud', '38400')
            for arguments in ((), ('--packing', 'transparent'), ('--packing', 'transparent', '--interval', '30')):
                process, place = self.bridge(url, *arguments)
                line = self.connected(place)
                self.assert_ack(line, nke(3))
                self.assertEqual(Meter(self.ask(line, req_ud2(3))).id, '12345678')
                self.assert_ack(line, selection('75310864'))
                self.assertEqual(Meter(self.ask(line, req_ud2(253))).id, '75310864')
                _, err = self.interrupt(process)
                self.assertEqual(err, 'meterlink: client connected\n')

    def test_the_interval_packs_an_answer_into_one_piece(self):
        _, _, url = self.simulate('--baud', '2400')
        _, place = self.bridge(url, '--interval', '50')
        line = self.connected(place)
        line.send(req_ud2(3))
        self.assertTrue(whole(line.receive(10)))
        _, _, url = self.simulate('--baud', '2400')
        _, place = self.bridge(url)
        line = self.connected(place)
        line.send(req_ud2(3))
        self.assertFalse(whole(line.receive(10)))

    def test_only_frames_reach_the_line_unless_the_packing_is_transparent(self):
        with socket.create_server(('127.0.0.1', 0)) as converter:
            url = f'tcp://127.0.0.1:{converter.getsockname()[1]}'
            for packing, expected in (('mbus', nke(1)), ('transparent', b'\xFF\xFE' + nke(1))):
                process, place = self.bridge(url, '--packing', packing)
                peer, _ = converter.accept()
                line = self.connected(place)
                for octet in b'\xFF\xFE' + nke(1):
                    line.send(bytes([octet]))
                    time.sleep(0.02)
                heard = b''
                while len(heard) < len(expected):
                    self.assertTrue(select.select([peer], [], [], 10)[0])
                    heard += peer.recv(100)
                self.assertEqual(heard, expected)
                peer.sendall(b'\x01\x02')
                self.assertEqual(line.receive(10), b'\x01\x02')
                _, err = self.interrupt(process)
                self.assertEqual('2 octets of the client dropped: mbus: wrong start byte at offset 0 (found FF)' in err,
                                 packing == 'mbus', err)
                peer.close()

    def test_a_second_client_is_refused_with_a_reason(self):
        _, _, url = self.simulate('--baud', '38400')
        process, place = self.bridge(url)
        first = self.connected(place)
        self.assert_ack(first, nke(3))
        second = self.connected(place)
        peer = '%s:%d' % first.socket.getsockname()
        self.assertEqual(second.receive(10).decode(), f'busy: {peer} is connected, one client at a time\r\n')
        self.assertEqual(second.receive(10), b'')
        self.assertEqual(Meter(self.ask(first, req_ud2(3))).id, '12345678')
        first.close()
        self.assertEqual(process.stderr.readline(), b'meterlink: client connected\n')
        self.assertIn(f'was refused, because {peer} is connected', process.stderr.readline().decode())
        self.assertEqual(process.stderr.readline(), b'meterlink: client lost: closed by the peer\n')
        self.assert_ack(self.connected(place), nke(3))

    def test_an_idle_client_makes_room(self):
        _, _, url = self.simulate('--baud', '38400')
        _, place = self.bridge(url, '--idle', '1')
        first = self.connected(place)
        self.assert_ack(first, nke(3))
        begin = time.monotonic()
        self.assertEqual(first.receive(10), b'')
        self.assertGreater(time.monotonic() - begin, 0.9)
        self.assert_ack(self.connected(place), nke(3))

    def test_the_line_is_lost_and_comes_back(self):
        with socket.create_server(('127.0.0.1', 0)) as converter:
            url = f'tcp://127.0.0.1:{converter.getsockname()[1]}?retry=50ms..200ms'
            process, place = self.bridge(url)
            line = self.connected(place)
            peer, _ = converter.accept()
            peer.close()
            peer, _ = converter.accept()
            time.sleep(0.3)
            line.send(nke(9))
            self.assertEqual(peer.recv(100), nke(9))
            peer.close()
            _, err = self.interrupt(process)
        self.assertIn('lost: closed by the peer\n', err)
        self.assertIn('retrying in ', err)

    def test_no_client_gets_the_answer_to_another(self):
        _, _, url = self.simulate('--baud', '2400', '--latency', '100')
        _, place = self.bridge(url)
        first = self.connected(place)
        self.assert_ack(first, nke(1))
        first.send(req_ud2(1))
        time.sleep(0.05)
        first.close()
        second = self.connected(place)
        self.assertIsNone(second.receive(1.5))
        for packing in ('mbus', 'transparent'):
            _, place = self.bridge(self.simulate('--baud', '2400', '--latency', '100')[2], '--packing', packing)
            first = self.connected(place)
            first.send(req_ud2(1))
            time.sleep(0.05)
            first.close()
            self.assert_ack(self.connected(place), nke(2))

    def test_what_a_client_leaves_behind_does_not_block_the_next(self):
        master, slave = pty.openpty()
        self.addCleanup(os.close, master)
        self.addCleanup(os.close, slave)
        tty.setraw(slave)
        process, place = self.bridge(f'serial:{os.ttyname(slave)}')
        first = self.connected(place)
        first.socket.setblocking(False)
        with contextlib.suppress(BlockingIOError):
            for _ in range(100):
                first.socket.send(nke(1) * 2000)
        first.close()
        told = ''
        while 'faster than the line takes them' not in told:  # the last that is told of the first client
            told += process.stderr.readline().decode()
        second = self.connected(place)
        second.send(nke(2))
        heard = b''
        deadline = time.monotonic() + 60
        while nke(2) not in heard and time.monotonic() < deadline:
            if select.select([master], [], [], 0.1)[0]:
                heard += os.read(master, 4096)
        self.assertTrue(heard.endswith(nke(2)), heard[-10:])
        self.assertLess(len(heard), 2000)
        self.assertIn('the client sends faster than the line takes it', told)
        self.assertIn('client lost', told)
        self.assertRegex(told, r'\d+ octets of the client dropped: it left before the line took them')

    def test_octets_for_a_line_that_is_lost_are_dropped_and_told(self):
        with socket.create_server(('127.0.0.1', 0)) as converter:
            url = f'tcp://127.0.0.1:{converter.getsockname()[1]}?retry=1min..1min'
            process, place = self.bridge(url)
            converter.accept()[0].close()
            line = self.connected(place)
            time.sleep(0.3)
            line.send(nke(9))
            time.sleep(1.5)
            _, err = self.interrupt(process)
        self.assertIn('5 octets of the client dropped: the line does not take them', err)

    def test_wrong_usage(self):
        _, err = self.run_it('bridge', '--listen', 'tcp://127.0.0.1:0', 'tcp:/x', code=2)
        self.assertIn('tcp:/x', err)
        self.run_it('bridge', 'tcp://127.0.0.1:1', code=2)
        self.run_it('bridge', '--listen', 'tcp://127.0.0.1:0', 'tcp://127.0.0.1:1', '--packing', 'tight', code=2)


if __name__ == '__main__':
    main()
