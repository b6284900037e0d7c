#!/usr/bin/env python3
"""Runs the commands of a wired bus on serial devices: pseudo terminals with the simulator behind them. METERLINK names the
program.

    serial_test.py [GROUP...]
"""
import json
import re

from cli_case import ROOT, main
from simulator import SimulatorCase

DATA = ROOT / 'examples/data'
METERS = [str(DATA / f'{name}.hex') for name in ('basic_water_meter', 'heat_meter', 'room_sensor')]
WATER_ID, HEAT_ID, ROOM_ID = '12345678', '61220934', '75310864'


class SerialCase(SimulatorCase):
    def line(self, *arguments, files=METERS):
        """The URL of a line whose meters have the primary addresses 1, 2, 3."""
        _, count, url = self.simulate(*files, '--number', '--pty', *arguments)
        self.assertEqual(count, len(files))
        self.assertTrue(url.startswith('serial:/'), url)
        return url

    def lines_of(self, *arguments, code=0):
        out, err = self.run_it(*arguments, code=code)
        return [json.loads(line) for line in out.splitlines()], err

    @staticmethod
    def at(url, baud):
        return f'{url.split("?")[0]}?baud={baud}'


class Read(SerialCase):
    def test_meters_by_primary_and_secondary_address(self):
        url = self.line()
        readings, err = self.lines_of('read', url, '1', HEAT_ID, f'{WATER_ID}.PAD.01.07', '3')
        self.assertEqual(err, '')
        self.assertEqual([r['meter']['id'] for r in readings], [WATER_ID, HEAT_ID, WATER_ID, ROOM_ID])
        self.assert_water(readings[0])

    def test_every_bit_rate(self):
        for baud in (300, 600, 1200, 2400, 4800, 9600, 19200, 38400):
            with self.subTest(baud=baud):
                url = self.line('--baud', str(baud), files=METERS[:1])
                self.assertEqual(url.endswith(f'?baud={baud}'), baud != 2400)
                self.assert_water(self.lines_of('read', url, '254')[0][0])

    def test_the_bit_rate_of_the_option_goes_before_that_of_the_url(self):
        url = self.line('--baud', '9600', files=METERS[:1])
        self.assert_water(self.lines_of('read', self.at(url, 2400), '1', '--baud', '9600')[0][0])
        _, err = self.run_it('read', url, '1', '--baud', '2400', '--retries', '0', code=1)
        self.assertIn('no answer (asked once)', err)

    def test_an_echo_is_cancelled(self):
        url = self.line('--baud', '9600', '--echo', files=METERS[:1])
        readings, err = self.lines_of('read', f'{url}&echo=on', '1')
        self.assertEqual(err, '')
        self.assert_water(readings[0])

    def test_a_device_that_somebody_else_has(self):
        url = self.line('--baud', '9600', files=METERS[:1])
        bridge, _ = self.start('bridge', '--listen', 'tcp://127.0.0.1:0', url)
        self.assertIn(b'connected', bridge.stderr.readline())
        _, err = self.run_it('read', url, '1', code=1)
        self.assertIn('busy', err)
        self.assertIn('check the device and your rights to it', err)


class Scan(SerialCase):
    def test_by_primary_address(self):
        found, err = self.lines_of('scan', self.line('--baud', '38400'), '--primary', '--most', '3')
        self.assertEqual([(m['primary_address'], m['id'], m['baud']) for m in found],
                         [(1, WATER_ID, 38400), (2, HEAT_ID, 38400), (3, ROOM_ID, 38400)])
        self.assertIn('3 meters found', err)

    def test_by_secondary_address(self):
        found, err = self.lines_of('scan', self.line('--baud', '38400'), '--secondary')
        self.assertEqual(sorted((m['id'], m['primary_address']) for m in found),
                         [(WATER_ID, 1), (HEAT_ID, 2), (ROOM_ID, 3)])
        self.assertIn('3 meters found', err)

    def test_meters_at_different_bit_rates(self):
        url = self.line()
        self.run_it('set-baud', url, '1', '300')
        self.run_it('set-baud', url, '2', '9600')
        found, err = self.lines_of('scan', url, '--secondary', '--baud', '300,2400,9600')
        self.assertEqual([(m['id'], m['baud']) for m in found], [(WATER_ID, 300), (ROOM_ID, 2400), (HEAT_ID, 9600)])
        self.assertIn('3 meters found', err)


class Change(SerialCase):
    def test_a_bit_rate_and_a_reading_at_it(self):
        url = self.line(files=METERS[:1])
        record = self.file_of('', 'bus.log')
        out, _ = self.run_it('set-baud', url, '1', '9600', '--record', record)
        self.assertEqual(out, '1 works at 9600 bit/s now\n')
        self.assert_water(self.lines_of('read', self.at(url, 9600), '1')[0][0])
        _, err = self.run_it('read', url, '1', '--retries', '0', code=1)
        self.assertIn('no answer', err)
        self.run_it('set-baud', self.at(url, 9600), WATER_ID, '38400')
        self.assert_water(self.lines_of('read', self.at(url, 38400), WATER_ID)[0][0])

    def test_a_primary_address(self):
        url = self.line('--baud', '9600')
        self.run_it('set-address', url, HEAT_ID, '17')
        readings, _ = self.lines_of('read', url, '17')
        self.assertEqual(readings[0]['meter']['id'], HEAT_ID)
        _, err = self.run_it('set-address', url, '1', '17', code=1)
        self.assertIn('address 17 is taken', err)

    def test_a_reset_and_octets_as_they_are(self):
        url = self.line('--baud', '9600')
        out, _ = self.run_it('reset', url, '1', ROOM_ID)
        self.assertEqual(out, f'1 is reset\n{ROOM_ID} is reset\n')
        out, _ = self.run_it('send', url, '--raw', '--expect', 'response', '10 5B 01 5C 16')
        self.assert_water(json.loads(out))


class Replay(SerialCase):
    def test_a_search_on_a_serial_line_is_found_again_without_it(self):
        record = self.file_of('', 'bus.log')
        url = self.line('--baud', '38400')
        found, err = self.lines_of('scan', url, '--secondary', '--record', record)
        self.assertEqual(len(found), 3)
        again, notes = self.lines_of('scan', '--replay', record, '--secondary', '--baud', '38400')
        self.assertEqual(again, found)
        self.assertEqual(re.findall(r'\d+ meters found with \d+ probes', notes),
                         re.findall(r'\d+ meters found with \d+ probes', err))


if __name__ == '__main__':
    main()
