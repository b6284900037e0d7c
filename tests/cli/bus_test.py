#!/usr/bin/env python3
"""Runs the commands of the meterlink command that speak on a wired bus, as their users do. METERLINK names the program.

    bus_test.py [GROUP...]
"""
import json
import os
import signal
import socket
import subprocess
import time
import unittest
from pathlib import Path

from bus_slaves import Bus, Slave
from cli_case import PROGRAM, Case, environment, frame, main

WATER = '72 78 56 34 12 24 40 01 07 55 00 00 00 03 13 15 31 00 DA 02 3B 13 01 8B 60 04 37 18 02'
WATER_ADDRESS = '78 56 34 12 24 40 01 07'
HEAT_ADDRESS = '11 56 34 92 24 40 01 04'
# Three telegrams, of which the first two announce another.
HEAT = [f'72 {HEAT_ADDRESS} {n:02X} 00 00 00 0C 05 {n:02X} 00 00 00 {end}' for n, end in ((1, '1F'), (2, '1F'), (3, ''))]
THIRD_ADDRESS = '55 55 55 55 24 40 01 07'
THIRD = f'72 {THIRD_ADDRESS} 01 00 00 00'
QUICK = ('--timeout', '200', '--retries', '1')


class BusCase(Case):
    def bus(self, *slaves, **more):
        out = Bus(*slaves, **more)
        self.addCleanup(out.close)
        return out

    def two(self, **more):
        return self.bus(Slave(5, WATER_ADDRESS, [WATER]), Slave(6, HEAT_ADDRESS, HEAT), **more)

    def read(self, bus, *arguments, code=0):
        out, err = self.run_it('read', bus.url, *arguments, *QUICK, code=code)
        return [json.loads(line) for line in out.splitlines()], err


class Read(BusCase):
    def test_a_meter_by_its_primary_address(self):
        readings, err = self.read(self.bus(Slave(5, WATER_ADDRESS, [WATER])), '5')
        self.assertEqual(err, '')
        self.assertEqual(len(readings), 1)
        self.assert_water(readings[0])
        self.assertEqual(readings[0]['link']['address'], 5)

    def test_whoever_is_there(self):
        self.assert_water(self.read(self.bus(Slave(5, WATER_ADDRESS, [WATER])), '254')[0][0])

    def test_a_meter_by_its_secondary_address(self):
        for address in ('12345678', '12345678.PAD.01.07', '1234FF78', '12345678.FFFF.FF.07'):
            with self.subTest(address=address):
                for flag in ((), ('--secondary',)):
                    readings, err = self.read(self.two(), address, *flag)
                    self.assertEqual(err, '')
                    self.assert_water(readings[0])

    def test_several_meters_one_of_which_is_silent(self):
        readings, err = self.read(self.two(), '5', '9', '6', code=1)
        self.assertEqual([r['meter']['id'] for r in readings], ['12345678'] + 3 * ['92345611'])
        self.assertIn('9: no answer (asked 2 times)', err)
        self.assertIn('--baud', err)

    def test_telegrams_of_a_meter_that_has_several(self):
        for multi, count in (('auto', 3), ('off', 1), ('2', 2), ('7', 3)):
            with self.subTest(multi=multi):
                readings, err = self.read(self.two(), '6', '--multi', multi)
                self.assertEqual([r['records'][0]['value'] for r in readings], [n * 100 for n in (1, 2, 3)[:count]])
                self.assertEqual('more telegrams' in err, count < 3)

    def test_formats(self):
        bus = self.two()
        csv, _ = self.run_it('read', bus.url, '5', '--format', 'csv')
        self.assertEqual(len(csv.splitlines()), 4)
        xml, _ = self.run_it('read', bus.url, '5', '--format', 'xml')
        self.assertTrue(xml.endswith('</telegrams>\n'))
        table, _ = self.run_it('read', bus.url, '5', '--format', 'table')
        self.assertIn('12.565', table)

    def test_a_bad_answer_is_shown(self):
        bus = self.two(spoil=lambda answer: answer[:-2] + bytes([answer[-2] ^ 1]) + answer[-1:] if len(answer) > 1 else answer)
        readings, err = self.read(bus, '5', code=1)
        self.assertEqual(readings, [])
        self.assertIn('wrong checksum', err)
        self.assertIn('^^', err)

    def test_no_line(self):
        with socket.create_server(('127.0.0.1', 0)) as server:
            port = server.getsockname()[1]
        _, err = self.run_it('read', f'tcp://127.0.0.1:{port}', '1', '2', code=1)
        self.assertIn('refused', err)
        self.assertIn('check host and port', err)
        self.assertEqual(err.count('\n'), 1)
        _, err = self.run_it('read', 'serial:/dev/no_such_port', '1', code=1)
        self.assertIn('No such file', err)

    def test_the_octets_are_shown_and_recorded(self):
        record = self.file_of('', 'bus.log')
        _, err = self.run_it('read', self.two().url, '5', '--trace', '--record', record)
        self.assertRegex(err, r'(?m)^ +\d+\.\d{3} > 10 40 05 45 16$')
        self.assertRegex(err, r'(?m)^ +\d+\.\d{3} < E5$')
        lines = Path(record).read_text().splitlines()
        self.assertRegex(lines[0], r'^10 40 05 45 16  # > \d+\.\d{3}$')
        readings, _ = self.readings('--input', record)
        self.assert_water(readings[-1])

    def test_ctrl_c_ends_and_says_so(self):
        with subprocess.Popen([PROGRAM, 'read', self.two().url, '9', '--retries', '100'], stdout=subprocess.PIPE,
                              stderr=subprocess.PIPE, env=environment()) as process:
            time.sleep(0.7)
            process.send_signal(signal.SIGINT)
            _, err = process.communicate(timeout=20)
        self.assertEqual(process.returncode, 1)
        self.assertIn(b'interrupted', err)

    def test_several_addresses_of_one_meter(self):
        bus = self.two()
        for ways in ('5,12345678', '9,12345678', '12345678.PAD.01.07,9'):
            out, _ = self.run_it('read', bus.url, ways, *QUICK)
            self.assert_water(json.loads(out))
        out, err = self.run_it('read', bus.url, '11111111,5', *QUICK, code=1)
        self.assertEqual(out, '')
        self.assertIn('11111111,5: another meter than the one that was asked for', err)
        _, err = self.run_it('read', bus.url, '5,x', code=2)
        self.assertIn('^', err)


    def test_a_mask_that_fits_several_meters(self):
        _, err = self.read(self.two(), 'FFFFFFFF', code=1)
        self.assertIn('"meterlink scan --mask FFFFFFFF" finds them one by one', err)
        _, err = self.read(self.bus(*(Slave(5, a, [f'72 {a} {n:02X} 00 00 00']) for n, a in
                                      ((1, WATER_ADDRESS), (254, HEAT_ADDRESS)))), '5', code=1)
        self.assertIn('two meters with one address have to be read by their secondary addresses', err)

    def test_values_of_the_timing_one_by_one(self):
        bus = self.bus()
        self.read(bus, '12345678', '--select-retries', '4', code=1)
        self.assertEqual(sum(request.startswith('68 0B 0B 68') for request in bus.requests), 5)
        bus = self.bus(Slave(5, WATER_ADDRESS, [WATER]), Slave(6, HEAT_ADDRESS, HEAT))
        begin = time.monotonic()
        self.read(bus, '5', '6', '--wait-after-init', '300', '--wait-between', '400')
        self.assertGreaterEqual(time.monotonic() - begin, 0.3 + 0.4)
        bus = self.bus(Slave(5, WATER_ADDRESS, [WATER]), Slave(5, HEAT_ADDRESS, HEAT))
        begin = time.monotonic()
        self.read(bus, '5', '--collision-recovery', '600', code=1)
        self.assertGreaterEqual(time.monotonic() - begin, 0.6)

    def test_no_reset_before_the_first_request(self):
        bus = self.bus(Slave(5, WATER_ADDRESS, [WATER]))
        self.read(bus, '5', '--no-init')
        self.assertEqual(len(bus.requests), 1)
        self.assertRegex(bus.requests[0], '^10 [57]B 05')

    def test_no_limit_of_telegrams_is_all_of_them(self):
        readings, _ = self.read(self.two(), '6', '--multi', '0')
        self.assertEqual(len(readings), 3)


class Change(BusCase):
    def test_addresses_are_assigned(self):
        bus = self.bus(Slave(5, WATER_ADDRESS, [WATER]), Slave(0, HEAT_ADDRESS, HEAT), Slave(0, THIRD_ADDRESS, [THIRD]))
        fast = ('--baud', '38400', '--timeout', '100', '--latency', '40')
        out, _ = self.run_it('assign', bus.url, '--first', '5', '--dry-run', *fast)
        self.assertEqual(sorted(out.splitlines()), ['12345678.PAD.01.07 keeps 5', '55555555.PAD.01.07 has 0, and would get 6',
                                                    '92345611.PAD.01.04 has 0, and would get 7'])
        self.assertEqual([slave.primary for slave in bus.slaves], [5, 0, 0])
        out, _ = self.run_it('assign', bus.url, '--first', '5', *fast)
        self.assertEqual(sorted(out.splitlines()),
                         ['12345678.PAD.01.07 keeps 5', '55555555.PAD.01.07 had 0, and has 6 now',
                          '92345611.PAD.01.04 had 0, and has 7 now'])
        self.assertEqual([slave.primary for slave in bus.slaves], [5, 7, 6])
        bus = self.bus(*(Slave(0, a, [t]) for a, t in ((WATER_ADDRESS, WATER), (THIRD_ADDRESS, THIRD))))
        out, err = self.run_it('assign', bus.url, '--first', '9', '--last', '9', *fast, code=1)
        self.assertEqual(out.count('and has 9 now'), 1)
        self.assertIn('no address from 9 to 9 is free', err)
        out, err = self.run_it('assign', self.bus().url, *fast, code=1)
        self.assertIn('no meter has answered', err)

    def test_an_alarm(self):
        slave = Slave(5, WATER_ADDRESS, [WATER])
        bus = self.bus(slave)
        usual = slave.answer
        slave.answer = lambda c, a, data: frame('08 05 71 04') if c & 0x4F == 0x4A else usual(c, a, data)
        out, _ = self.run_it('alarm', bus.url, '5', *QUICK)
        self.assertEqual(out, '5: alarm, flags 0x04\n')
        slave.answer = lambda c, a, data: b'\xE5' if c & 0x4F == 0x4A else usual(c, a, data)
        out, _ = self.run_it('alarm', bus.url, '5', *QUICK)
        self.assertEqual(out, '5: no alarm\n')

    def test_a_clock(self):
        slave = Slave(5, WATER_ADDRESS, [WATER])
        bus = self.bus(slave)
        out, _ = self.run_it('set-clock', bus.url, '5', '2026-01-29T14:05', *QUICK, env=environment(TZ='UTC'))
        self.assertEqual(out, '5 is told 2026-01-29T14:05\n')
        self.assertEqual(slave.received, ['51046D052E5D31'])
        out, _ = self.run_it('set-clock', bus.url, '255', *QUICK)
        self.assertRegex(out, r'^sent to all: \d{4}-\d\d-\d\dT\d\d:\d\d')

    def test_all_meters_at_once(self):
        bus = self.two()
        for slave in bus.slaves:
            usual = slave.answer
            slave.answer = lambda c, a, data, usual=usual: usual(c, a, data) and b''
        self.assertEqual(self.run_it('send', bus.url, '255', '01 7A 08', *QUICK)[0], 'sent to all\n')
        self.assertEqual(self.run_it('reset', bus.url, '255', *QUICK)[0], 'sent to all\n')
        for slave in bus.slaves:
            self.assertEqual(slave.received, ['51017A08', '5000'])

    def test_a_new_primary_address(self):
        bus = self.two()
        out, _ = self.run_it('set-address', bus.url, '12345678', '17', *QUICK)
        self.assertIn('17', out)
        self.assertEqual(bus.slaves[0].primary, 17)
        self.assert_water(self.read(bus, '17')[0][0])

    def test_an_address_that_is_taken(self):
        bus = self.two()
        _, err = self.run_it('set-address', bus.url, '5', '6', *QUICK, code=1)
        self.assertIn('address 6 is taken', err)
        self.assertEqual(bus.slaves[0].primary, 5)
        self.run_it('set-address', bus.url, '5', '6', '--force', *QUICK)
        self.assertEqual(bus.slaves[0].primary, 6)

    def test_a_reset(self):
        bus = self.two()
        out, _ = self.run_it('reset', bus.url, '5', '92345611', '--subcode', '0x50', *QUICK)
        self.assertEqual(out, '5 is reset\n92345611 is reset\n')
        self.assertEqual([slave.received for slave in bus.slaves], [['5050'], ['5050']])
        self.run_it('reset', bus.url, '--link', '5', *QUICK)
        self.assertEqual(bus.requests[-1], '10 40 05 45 16')

    def test_a_bit_rate(self):
        bus = self.bus(Slave(5, WATER_ADDRESS, [WATER]))
        out, _ = self.run_it('set-baud', bus.url, '5', '9600', *QUICK)
        self.assertEqual(out, '5 works at 9600 bit/s now\n')
        self.assertIn('BD', bus.slaves[0].received)
        _, err = self.run_it('set-baud', bus.url, '7', '9600', *QUICK, code=1)
        self.assertIn('7: no answer', err)


class Send(BusCase):
    def test_user_data(self):
        bus = self.two()
        out, _ = self.run_it('send', bus.url, '5', '04', '6D', '00:00:61:1C', *QUICK)
        self.assertEqual(out, '5 has acknowledged\n')
        self.assertEqual(bus.slaves[0].received, ['51046D0000611C'])
        self.run_it('send', bus.url, '12345678', '--ci', '0x54', *QUICK)
        self.assertEqual(bus.slaves[0].received[-1], '54')

    def test_octets_as_they_are(self):
        bus = self.two()
        out, _ = self.run_it('send', bus.url, '--raw', '--expect', 'response', '10 5B 05 60 16', *QUICK)
        self.assert_water(json.loads(out))
        out, _ = self.run_it('send', bus.url, '--raw', '--expect', 'ack', '10 40 05', '45 16', *QUICK)
        self.assertEqual(out, 'the line has acknowledged\n')
        self.run_it('send', bus.url, '--raw', '10 40 09 49 16', *QUICK)
        _, err = self.run_it('send', bus.url, '--raw', '--expect', 'ack', '10 40 09 49 16', *QUICK, code=1)
        self.assertIn('no answer (asked once)', err)


class Scan(BusCase):
    def found(self, bus, *arguments, code=0):
        out, err = self.run_it('scan', bus.url, '--baud', '38400', *arguments, code=code)
        return [json.loads(line) for line in out.splitlines()], err

    def test_by_secondary_address(self):
        for flags in ((), ('--secondary',)):
            found, err = self.found(self.two(), *flags)
            self.assertEqual([m['address'] for m in found], ['12345678.PAD.01.07', '92345611.PAD.01.04'])
            self.assertEqual(found[0], {'address': '12345678.PAD.01.07', 'id': '12345678', 'primary_address': 5,
                                        'baud': 38400, 'medium': 'water'})
            self.assertIn('2 meters found', err)

    def test_by_primary_address(self):
        found, err = self.found(self.two(), '--primary', '--most', '2')
        self.assertEqual([(m['primary_address'], m['id']) for m in found], [(5, '12345678'), (6, '92345611')])
        self.assertRegex(err, '2 meters found with [67] probes')

    def test_below_a_mask(self):
        bus = self.two()
        found, _ = self.found(bus, '--mask', 'FFFFFFF1')
        self.assertEqual([m['id'] for m in found], ['92345611'])
        self.assertTrue(any('F1 FF FF FF FF FF FF FF' in request for request in bus.requests))

    def test_meters_that_are_equal_are_told(self):
        bus = self.bus(*(Slave(n, WATER_ADDRESS, [WATER]) for n in (5, 6)))
        found, err = self.found(bus, '--mask', '12345678.PAD.01.07', code=1)
        self.assertEqual(found, [])
        self.assertIn('several meters have this address', err)

    def test_nobody_is_there(self):
        found, err = self.found(self.bus(), code=1)
        self.assertEqual(found, [])
        self.assertIn('no meter has answered: check', err)

    def test_a_bar_on_a_terminal(self):
        seen = self.on_terminal('scan', self.two().url, '--baud', '38400', '--format', 'table')
        self.assertRegex(seen, r'\r\x1b\[K\[#*\.*\] \d+ probes?, \d meters? found')
        self.assertRegex(seen, r'12345678\.PAD\.01\.07 +5 +38400 +water')
        self.assertIn('ADDRESS', seen)

    def test_csv(self):
        out, _ = self.run_it('scan', self.two().url, '--baud', '38400', '--format', 'csv')
        self.assertEqual(out.splitlines()[0], 'address,fabrication_number,primary_address,baud,medium')
        self.assertEqual(out.splitlines()[1], '12345678.PAD.01.07,,5,38400,water')

    def test_ctrl_c_keeps_what_was_found(self):
        with subprocess.Popen([PROGRAM, 'scan', self.two().url, '--primary', '--baud', '38400'],
                              stdout=subprocess.PIPE, stderr=subprocess.PIPE, env=environment()) as process:
            first = process.stdout.readline()
            process.send_signal(signal.SIGINT)
            _, err = process.communicate(timeout=20)
        self.assertEqual(json.loads(first)['id'], '12345678')
        self.assertEqual(process.returncode, 1)
        self.assertRegex(err.decode(), r'interrupted: \d meters? found with \d+ probes; there may be more')

    def test_no_line(self):
        with socket.create_server(('127.0.0.1', 0)) as server:
            port = server.getsockname()[1]
        _, err = self.run_it('scan', f'tcp://127.0.0.1:{port}', code=1)
        self.assertIn('check host and port', err)
        self.assertEqual(err.count('\n'), 1)

    def test_several_lines_at_once(self):
        one, other = self.two(), self.bus(Slave(9, WATER_ADDRESS, [WATER]))
        out, err = self.run_it('scan', one.url, other.url, '--baud', '38400')
        found = [json.loads(line) for line in out.splitlines()]
        self.assertEqual(sorted((m['line'], m['primary_address']) for m in found),
                         sorted([(one.url, 5), (one.url, 6), (other.url, 9)]))
        self.assertIn(f'{one.url}: 2 meters found', err)
        self.assertIn(f'{other.url}: 1 meter found', err)
        out, _ = self.run_it('scan', one.url, other.url, '--baud', '38400', '--most', '1', '--format', 'csv')
        self.assertEqual(len(out.splitlines()), 2)
        self.assertRegex(out, r'address,.*,line\n.*,"tcp://127\.0\.0\.1:\d+"\n')

    def test_one_line_that_fails_leaves_the_others(self):
        with socket.create_server(('127.0.0.1', 0)) as server:
            dead = f'tcp://127.0.0.1:{server.getsockname()[1]}'
        out, err = self.run_it('scan', dead, self.two().url, '--baud', '38400', code=1)
        self.assertEqual(len(out.splitlines()), 2)
        self.assertIn('check host and port', err)
        _, err = self.run_it('scan', dead, dead, '--trace', code=2)
        self.assertIn('one line', err)

    def test_an_order_of_addressing(self):
        deaf = Slave(3, HEAT_ADDRESS, HEAT[:1])
        deaf.matches = lambda mask: False
        bus = self.bus(Slave(5, WATER_ADDRESS, [WATER]), deaf)
        found, err = self.found(bus, '--order', 'secondary,primary')
        self.assertEqual([m['primary_address'] for m in found], [5, 3])
        self.assertIn('2 meters found', err)
        found, err = self.found(bus, '--order', 'extended', code=1)
        self.assertEqual(found, [])
        _, err = self.run_it('scan', bus.url, '--order', 'tertiary', code=2)
        self.assertIn('tertiary', err)

    def test_a_line_that_breaks_is_opened_again(self):
        bus = self.two()
        bus.drop_after = 3
        found, err = self.found(bus)
        self.assertEqual([m['id'] for m in found], ['12345678', '92345611'])
        self.assertIn('being opened again', err)


    def test_a_line_that_is_lost_for_ever_ends_the_search(self):
        bus = self.two()
        bus.talk = lambda client: client.recv(100)
        found, err = self.found(bus, code=1)
        self.assertEqual(found, [])
        self.assertIn(f'{bus.url} was lost 5 times in a row, and no meter was found meanwhile', err)
        self.assertEqual(err.count('being opened again'), 1)

    def test_a_port_that_somebody_else_uses(self):
        bus = self.bus(Slave(5, WATER_ADDRESS, [WATER]))
        bus.talk = lambda client: client.sendall(b'busy: 10.0.0.9:4711 is connected, one client at a time\r\n')
        for command in (('scan', bus.url), ('read', bus.url, '5', *QUICK), ('reset', bus.url, '5', *QUICK)):
            out, err = self.run_it(*command, code=1)
            self.assertEqual(out, '')
            self.assertIn(f'{bus.url} refuses, because it serves somebody else: "busy: 10.0.0.9:4711 is connected, '
                          'one client at a time"', err)
            self.assertNotIn('several', err)

    def test_a_place_has_its_fabrication_number(self):
        twins = [Slave(n, WATER_ADDRESS, [WATER]) for n in (5, 6)]
        for twin in twins:
            twin.matches = lambda mask: (mask[8:10] == b'\x0C\x78' and all(
                wanted in ('F', own) for wanted, own in zip(mask[10:].hex().upper(), '21436587')))
        _, err = self.found(self.bus(*twins), '--order', 'extended', '--mask', '12345678.PAD.01.07', '--latency', '0',
                            '--timeout', '0', code=1)
        self.assertIn('12345678.PAD.01.07, fabrication number 87654321: several meters have this address', err)


class Replay(BusCase):
    def recorded(self, *arguments, code=0):
        """What the command answers and complains, and its record."""
        record = self.file_of('', 'bus.log')
        out, err = self.run_it(*arguments, '--record', record, code=code)
        return out, err, record

    def test_what_was_recorded_is_read_again(self):
        for arguments in (('5',), ('5', '6'), ('12345678', '92345611'), ('6', '--multi', '2')):
            with self.subTest(arguments=arguments):
                bus = self.two()
                out, err, record = self.recorded('read', bus.url, *arguments, *QUICK)
                bus.close()
                for line in (('--replay', record, *arguments), (*arguments, f'--replay={record}'),
                             (f'replay:{record}', *arguments), (f'replay:{record}?pace=real', *arguments)):
                    self.assertEqual(self.run_it('read', *line, *QUICK), (out, err))

    def test_retries_and_silence_are_replayed(self):
        answers = iter([b'', b'\xE5', None, None, b'', None])
        bus = self.two(spoil=lambda answer: answer if (other := next(answers, None)) is None else other)
        out, err, record = self.recorded('read', bus.url, '5', '9', '6', *QUICK, code=1)
        self.assertIn('9: no answer', err)
        requests = [line for line in Path(record).read_text().splitlines() if '# >' in line]
        self.assertGreater(len(requests), 8)
        self.assertEqual(self.run_it('read', '--replay', record, '5', '9', '6', *QUICK, code=1), (out, err))

    def test_a_search_finds_the_same_meters_after_the_same_probes(self):
        for flags in (('--secondary',), ('--primary', '--most', '2')):
            with self.subTest(flags=flags):
                out, err, record = self.recorded('scan', self.two().url, *flags, '--baud', '38400')
                self.assertEqual(len(out.splitlines()), 2)
                again, notes = self.run_it('scan', '--replay', record, *flags, '--baud', '38400')
                self.assertEqual(again, out)
                self.assertEqual(notes.splitlines()[-1], err.splitlines()[-1])

    def test_every_command(self):
        for command, arguments in (('set-address', ('12345678', '17')), ('set-baud', ('5', '9600')),
                                   ('reset', ('5', '92345611')), ('send', ('5', '04', '6D', '00:00:61:1C')),
                                   ('send', ('--raw', '--expect', 'response', '10 5B 05 60 16'))):
            with self.subTest(command=command):
                out, err, record = self.recorded(command, self.two().url, *arguments, *QUICK)
                self.assertTrue(out)
                self.assertEqual(self.run_it(command, '--replay', record, *arguments, *QUICK), (out, err))

    def test_a_replay_is_traced_and_recorded_like_a_line(self):
        out, _, record = self.recorded('read', self.two().url, '5')
        again = self.file_of('', 'again.log')
        replayed, err = self.run_it('read', '--replay', record, '5', '--trace', '--record', again)
        self.assertEqual(replayed, out)
        self.assertRegex(err, r'(?m)^ +\d+\.\d{3} > 10 40 05 45 16$')
        first, second = ([line.rsplit(' ', 1)[0] for line in Path(path).read_text().splitlines()]
                         for path in (record, again))
        self.assertEqual(second, first)

    def test_a_meter_that_was_not_recorded(self):
        _, _, record = self.recorded('read', self.two().url, '5')
        out, err = self.run_it('read', '--replay', record, '7', '6', code=1)
        self.assertEqual(out, '')
        self.assertTrue(err.startswith(f'meterlink: {record}:1: expected 10 40 05 45 16, but 10 40 07 47 16 is sent; '),
                        err)
        self.assertEqual(err.count('\n'), 1)
        out, err = self.run_it('read', '--replay', record, '5', '6', code=1)
        self.assert_water(json.loads(out))
        end = len(Path(record).read_text().splitlines()) + 1
        self.assertIn(f'{record}:{end}: the recording is over, but 10 40 06 46 16 is sent', err)
        _, err = self.run_it('scan', '--replay', record, code=1)
        self.assertRegex(err, '(recording at line 1|:1: expected)')

    def test_a_file_that_is_no_recording(self):
        for content, place in (('E5  # < 0.100\nE5 5  # < 0.200\n', '2:4: odd number of hexadecimal digits'),
                               ('XE5  # < 0.100\n', '1:1: not a hexadecimal digit'),
                               (f'{WATER}\n', f'1:{len(WATER) + 1}: a line of a recording reads HEX')):
            path = self.file_of(content, 'bus.log')
            for command in (('read', '1'), ('scan',)):
                _, err = self.run_it(command[0], '--replay', path, *command[1:], code=2)
                self.assertTrue(err.startswith(f'meterlink: {path}:{place}'), err)
        _, err = self.run_it('read', '--replay', '/no/such/bus.log', '1', code=2)
        self.assertEqual(err, 'meterlink: cannot read /no/such/bus.log: No such file or directory\n')

    def test_a_recording_and_a_line_at_once(self):
        path = self.file_of('', 'bus.log')
        for arguments in (('read', 'tcp://host:1', '1'), ('read', 'tcp://host:1'), ('scan', 'serial:/dev/ttyUSB0')):
            _, err = self.run_it(*arguments, '--replay', path, code=2)
            self.assertIn('URL excludes --replay', err)
        self.assertIn('ADDRESS is required', self.run_it('read', '--replay', path, code=2)[1])
        self.assertIn('--replay', self.run_it('read', '1', '--replay', code=2)[1])


class Usage(BusCase):
    def test_wrong_usage_says_what_is_wrong(self):
        for arguments, why in (
                (('read', 'tcp:/host', '1'), 'an endpoint begins with'),
                (('read', 'tcp://host:99999', '1'), 'a port is a number'),
                (('read', 'serial:/dev/ttyUSB0?baud=24oo', '1'), '24oo'),
                (('read', 'tcp://host:1', '251'), 'no meter answers at address 251'),
                (('read', 'tcp://host:1', '1234567'), 'secondary address reads'),
                (('read', 'tcp://host:1', '12345678.PAD.01'), '^'),
                (('read', 'tcp://host:1', '--secondary', '5'), 'secondary address reads'),
                (('read', 'tcp://host:1'), 'ADDRESS is required'),
                (('read', 'tcp://host:1', '1', '--multi', '1001'), 'auto, off or a number'),
                (('read', 'tcp://host:1', '1', '--baud', '2401'),
                 '2401 is no bit rate of the bus, which has 300, 600, 1200, 2400, 4800, 9600, 19200 or 38400'),
                (('read', '1'), '1 is an address; the URL of the line stands before it'),
                (('read', '12345678', '5'), '12345678 is an address; the URL of the line stands before it'),
                (('read', '/dev/ttyUSB0', '5'), 'did you mean serial:/dev/ttyUSB0?'),
                (('read', '192.168.1.20:10001', '5'), 'did you mean tcp://192.168.1.20:10001?'),
                (('bridge', '--listen', 'tcp://127.0.0.1:0', '/dev/ttyUSB0'), 'did you mean serial:/dev/ttyUSB0?'),
                (('simulate', '--baud', '9601'), '19200 or 38400'),
                (('read', 'tcp://host:1', '255'), 'no meter answers at address 255'),
                (('alarm', 'tcp://host:1', '255'), 'no meter answers at address 255'),
                (('reset', 'tcp://host:1', '255', '--link'), 'no meter answers at address 255'),
                (('send', 'tcp://host:1', '251', '00'), '255 is for all'),
                (('set-clock', 'tcp://host:1', '5', '2026-02-30T10:00'), 'TIME is local time'),
                (('set-clock', 'tcp://host:1', '5', 'noon'), 'and not noon'),
                (('assign', 'tcp://host:1', '--first', '9', '--last', '8'), '--first is not to be more'),
                (('read', 'tcp://host:1', '1', '--record', '/no/such/folder/x'), 'cannot write /no/such/folder/x'),
                (('scan', 'tcp://host:1', '--primary', '--secondary'), '--secondary'),
                (('scan', 'tcp://host:1', '--mask', '1234'), 'secondary address reads'),
                (('scan', 'tcp://host:1', '--baud', '2400,2401'), '2401 is no bit rate of the bus, which has 300'),
                (('set-address', 'tcp://host:1', '1', '251'), '251'),
                (('set-baud', 'tcp://host:1', '1', '1000'), '1000 is no bit rate of the bus, which has 300'),
                (('reset', 'tcp://host:1', '12345678', '--link'), 'primary addresses only'),
                (('send', 'tcp://host:1', '1', 'XY'), 'hexadecimal'),
                (('send', 'tcp://host:1', '1', '00', '--expect', 'ack'), '--raw')):
            with self.subTest(arguments=arguments):
                out, err = self.run_it(*arguments, code=2)
                self.assertEqual(out, '')
                self.assertIn(why, err)

    def test_help(self):
        for command in ('read', 'scan', 'assign', 'set-address', 'set-baud', 'set-clock', 'reset', 'alarm', 'send'):
            out, _ = self.run_it(command, '--help')
            for text in ('Examples', 'Exit code', 'tcp://HOST:PORT', '--trace'):
                self.assertIn(text, out)


class Examples(BusCase):
    @unittest.skipUnless('READ_BUS' in os.environ, 'READ_BUS names the example program')
    def test_read_bus(self):
        bus = self.two()
        done = subprocess.run([os.environ['READ_BUS'], bus.url, '12345678', '92345611.PAD.01.04', '5'], timeout=60,
                              capture_output=True, text=True, check=False)
        self.assertEqual(done.returncode, 1)
        self.assertIn('12345678  volume 12.565 m3\n', done.stdout)
        self.assertEqual(done.stdout.count('92345611.PAD.01.04  energy'), 3)
        self.assertRegex(done.stderr, '^5: mbus: ')
        done = subprocess.run([os.environ['READ_BUS'], '/dev/x'], capture_output=True, text=True, check=False)
        self.assertEqual(done.returncode, 2)


if __name__ == '__main__':
    main()
