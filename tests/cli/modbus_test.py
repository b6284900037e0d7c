#!/usr/bin/env python3
"""Runs `meterlink modbus` as its users do, against `meterlink modbus serve` at a TCP port and at a pseudo terminal. METERLINK
names the program.

    modbus_test.py [GROUP...]
"""
import decimal
import json
import re
import shutil
import signal
import socket
import struct
import subprocess
import tempfile
import threading
import time
from pathlib import Path

from cli_case import PROGRAM, ROOT, environment, main
from simulator import SimulatorCase

DATA = ROOT / 'examples/data'
HEAT = str(DATA / 'modbus_heat_meter.json')
HEAT_VALUES = str(DATA / 'modbus_heat_meter_values.json')
ELECTRICITY = str(DATA / 'modbus_electricity_meter.json')

DEVICE = {
    'name': 'test device', 'unit_id': 7,
    'points': [
        {'name': 'counter', 'table': 'holding', 'address': 0, 'type': 'uint32', 'scale': '0.01', 'unit': 'kWh',
         'quantity': 'energy', 'not_available': 'usual', 'writable': True},
        {'name': 'real', 'table': 'holding', 'address': 2, 'type': 'float32', 'order': 'CDAB', 'unit': 'V', 'writable': True},
        {'name': 'large', 'table': 'holding', 'address': 4, 'type': 'uint64', 'order': 'GHEFCDAB', 'writable': True},
        {'name': 'label', 'table': 'holding', 'address': 8, 'type': 'text:4', 'writable': True},
        {'name': 'mode', 'table': 'holding', 'address': 12, 'type': 'bits:4-7', 'writable': True},
        {'name': 'alarm', 'table': 'holding', 'address': 12, 'type': 'bit:0', 'writable': True},
        {'name': 'fixed', 'table': 'holding', 'address': 20, 'type': 'int16', 'offset': -100},
        {'name': 'input', 'table': 'input', 'address': 30, 'type': 'bcd16'},
        {'name': 'relay', 'table': 'coil', 'address': 3, 'writable': True},
        {'name': 'contact', 'table': 'discrete', 'address': 5},
    ],
}
VALUES = ('counter=123.45e3', 'real=230.1', 'large=9223372036854775807', 'label=ab', 'mode=9', 'fixed=-112', 'input=1234',
          'contact=on')


class ModbusCase(SimulatorCase):
    def json_file(self, content, name='device.json'):
        return self.file_of(json.dumps(content), name)

    def serve(self, *arguments):
        """The process and the URL of its place."""
        if '--pty' not in arguments and '--listen' not in arguments:
            arguments += ('--listen', 'tcp://127.0.0.1:0')
        process, first = self.start('modbus', 'serve', *arguments)
        units, url = re.fullmatch(r'units? (\S+) at (\S+)', first).groups()
        self.assertTrue(units)
        return process, url

    def device(self, *arguments, description=None, values=VALUES):
        settings = [part for value in values for part in ('--set', value)]
        return self.serve(self.json_file(description or DEVICE), *settings, *arguments)

    def bridge(self, line, *arguments, listen='tcp://127.0.0.1:0'):
        """The process and the URL of its place."""
        process, first = self.start('modbus', 'bridge', line, '--listen', listen, *arguments)
        place, behind = re.fullmatch(r'bridge from (\S+) to (\S+)', first).groups()
        self.assertTrue(behind)
        return process, place

    def read(self, url, *arguments, code=0):
        """The points of all units by name, and the error output."""
        out, err = self.run_it('modbus', 'read', url, *arguments, '--format', 'json', code=code)
        readings = [json.loads(line, parse_float=decimal.Decimal) for line in out.splitlines()]
        return {point['name']: point for reading in readings for point in reading['points']}, err

    def values(self, url, *arguments, code=0):
        return {name: point['value'] for name, point in self.read(url, *arguments, code=code)[0].items()}

    def write(self, url, *arguments, code=0):
        return self.run_it('modbus', 'write', url, '--unit', '7', *arguments, code=code)


class Read(ModbusCase):
    def test_points_of_a_description(self):
        _, url = self.device()
        points, err = self.read(url, '--device', self.json_file(DEVICE))
        self.assertEqual(err, '')
        self.assertEqual({name: point['value'] for name, point in points.items()},
                         {'counter': 123450, 'real': decimal.Decimal('230.1'), 'large': 9223372036854775807, 'label': 'ab', 'mode': 9,
                          'alarm': 0, 'fixed': -112, 'input': 1234, 'relay': 0, 'contact': 1})
        self.assertEqual(points['counter']['unit'], 'Wh')
        self.assertEqual(points['counter']['quantity'], 'energy')

    def test_points_by_name_and_unit(self):
        _, url = self.device()
        self.assertEqual(self.values(url, '--device', self.json_file(DEVICE), '--points', 'mode,contact'),
                         {'mode': 9, 'contact': 1})
        _, err = self.run_it('modbus', 'read', url, '--device', self.json_file(DEVICE), '--points', 'nobody', code=2)
        self.assertIn('has no point nobody; it has counter, real', err)

    def test_points_of_the_command_line(self):
        _, url = self.device()
        self.assertEqual(self.values(url, '--unit', '7', 'holding:0:uint32*0.01@kWh', 'h:2:float32:CDAB', 'holding:20*2+0.5',
                                     'holding:8:text:4', 'holding:12:bits:4-7', 'i:30:bcd16', 'd:5'),
                         {'holding:0': 123450, 'h:2': decimal.Decimal('230.1'), 'holding:20': decimal.Decimal('131048.5'),
                          'holding:8': 'ab', 'holding:12': 9, 'i:30': 1234, 'd:5': 1})

    def test_the_notations_of_an_address(self):
        _, url = self.device()
        for arguments in (('20',), ('0x14',), ('21', '--notation', 'number'), ('40021', '--notation', 'five_digit'),
                          ('400021', '--notation', 'six_digit')):
            with self.subTest(arguments=arguments):
                self.assertEqual(list(self.values(url, '--unit', '7', '--type', 'int16', '--offset', '-100', *arguments).values()),
                                 [-112])

    def test_several_values_one_after_the_other(self):
        _, url = self.device()
        values = self.values(url, '--unit', '7', 'holding:8', '--count', '4')
        self.assertEqual(values, {'holding:8': 0x6162, 'holding:9': 0, 'holding:10': 0, 'holding:11': 0})

    def test_what_the_device_does_not_have(self):
        _, url = self.device()
        points, err = self.read(url, '--unit', '7', 'holding:0', 'holding:1000', 'holding:20', 'coil:100', code=1)
        self.assertEqual([points[name]['value'] for name in ('holding:1000', 'coil:100')], [None, None])
        self.assertEqual(points['holding:1000']['invalid'], 'illegal_data_address')
        self.assertEqual(points['holding:20']['value'], 65524)
        self.assertIn('unit 7, holding:1000: the device does not have all of these addresses (exception 2', err)
        self.assertEqual(err.count('\n'), 2)

    def test_holes_that_a_device_does_not_have_are_read_around(self):
        _, url = self.device()
        points, err = self.read(url, '--unit', '7', 'holding:12', 'holding:20')
        self.assertEqual([point['value'] for point in points.values()], [144, 65524])
        self.assertEqual(err, '')

    def test_no_value(self):
        _, url = self.device(values=())
        points, _ = self.read(url, '--device', self.json_file(DEVICE), '--points', 'counter')
        self.assertEqual((points['counter']['value'], points['counter']['invalid']), (None, 'no_value'))
        points, _ = self.read(url, '--unit', '7', 'holding:0', '--not-available', 'usual')
        self.assertEqual(points['holding:0']['invalid'], 'no_value')
        self.write(url, *(f'holding:{n}=65535' for n in range(4, 8)))
        points, _ = self.read(url, '--unit', '7', 'holding:4:uint64')
        self.assertEqual((points['holding:4']['value'], points['holding:4']['invalid']), (None, 'too_large'))
        table, _ = self.run_it('modbus', 'read', url, '--unit', '7', 'holding:4:uint64', '-f', 'table')
        self.assertIn('holding:4  (too large)\n', table)

    def test_a_real_that_is_beyond_all_when_it_is_scaled(self):
        registers = [{'name': f'r{at}', 'table': 'holding', 'address': at, 'type': 'uint16'} for at in range(4)]
        _, url = self.serve(self.json_file({'points': registers}),
                            *(f'--set=r{at}={value}' for at, value in enumerate((0x7FE1, 0xCCF3, 0x85EB, 0xC8A0))))
        point = '0:float64*1000'
        points, _ = self.read(url, point)
        self.assertEqual([(each['value'], each['invalid']) for each in points.values()], [(None, 'too_large')])
        csv, _ = self.run_it('modbus', 'read', url, point, '-f', 'csv')
        self.assertTrue(csv.splitlines()[1].endswith(',,too_large'), csv)
        table, _ = self.run_it('modbus', 'read', url, point, '-f', 'table')
        self.assertIn('(too large)', table)
        self.assertEqual(list(self.values(url, '0:float64').values()), [decimal.Decimal('1e308')])

    def test_formats(self):
        _, url = self.device()
        csv, _ = self.run_it('modbus', 'read', url, '--unit', '7', 'holding:0:uint32*0.01@kWh', 'holding:8:text:4', '-f', 'csv')
        self.assertEqual(csv.splitlines(), ['unit_id,name,table,address,quantity,unit,value,invalid',
                                            '7,holding:0,holding_registers,0,,Wh,123450,',
                                            '7,holding:8,holding_registers,8,,,ab,'])
        table, _ = self.run_it('modbus', 'read', url, '--device', self.json_file(DEVICE), '-f', 'table')
        self.assertIn('unit 7  test device\n\npoint    quantity  value', table)
        self.assertRegex(table, r'(?m)^counter  energy +123450 +Wh$')
        self.assertRegex(table, r'(?m)^large +9223372036854775807$')

    def test_again_and_again(self):
        process, url = self.device()
        out, _ = self.run_it('modbus', 'read', url, '--unit', '7', 'holding:20', '--poll', '0.1', '--cycles', '3', '-f', 'json')
        readings = [json.loads(line) for line in out.splitlines()]
        self.assertEqual(len(readings), 3)
        self.assertTrue(all(re.fullmatch(r'\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z', r['time']) for r in readings))
        with subprocess.Popen([PROGRAM, 'modbus', 'read', url, '--unit', '7', 'holding:20', '--poll', '0.1', '-f', 'csv'],
                              stdout=subprocess.PIPE, stderr=subprocess.PIPE, env=environment()) as reader:
            for _ in range(3):
                reader.stdout.readline()
            reader.send_signal(signal.SIGINT)
            _, err = reader.communicate(timeout=20)
        self.assertEqual((reader.returncode, err), (0, b''))
        self.interrupt(process)

    def test_several_units(self):
        _, url = self.device('--unit', '1-3')
        out, _ = self.run_it('modbus', 'read', url, '--unit', '1,3', 'holding:20', '-f', 'json')
        self.assertEqual([json.loads(line)['unit_id'] for line in out.splitlines()], [1, 3])
        _, err = self.run_it('modbus', 'read', url, '--unit', '9', 'holding:20', code=1)
        self.assertIn('exception 11, gateway_target_failed_to_respond', err)

    def test_nobody_answers(self):
        _, url = self.device('--wrong-unit', 'ignore')
        started = time.monotonic()
        points, err = self.read(url, '--unit', '9', 'holding:20', '--timeout', '100', '--retries', '1', code=1)
        self.assertLess(time.monotonic() - started, 5)
        self.assertEqual(points['holding:20']['invalid'], 'no_answer')
        self.assertIn('no answer (asked 2 times): check the unit', err)

    def test_no_line(self):
        with socket.create_server(('127.0.0.1', 0)) as server:
            port = server.getsockname()[1]
        _, err = self.run_it('modbus', 'read', f'tcp://127.0.0.1:{port}', 'holding:0', code=1)
        self.assertEqual(err.count('\n'), 1)
        self.assertIn('refused', err)
        _, err = self.run_it('modbus', 'read', 'serial:/dev/no_such_port', 'holding:0', code=1)
        self.assertIn('No such file', err)

    def test_the_octets_are_shown_recorded_and_replayed(self):
        _, url = self.device()
        record = self.file_of('', 'modbus.log')
        points, err = self.read(url, '--unit', '7', 'holding:20', '--trace', '--record', record)
        self.assertRegex(err, r'(?m)^ +\d+\.\d{3} > [0-9A-F ]{4,6}00 00 00 06 07 03 00 14 00 01$')
        out, _ = self.run_it('modbus', 'read', '--replay', record, '--unit', '7', 'holding:20', '--format', 'json')
        self.assertEqual(json.loads(out)['points'][0]['value'], points['holding:20']['value'])
        _, err = self.run_it('modbus', 'read', '--replay', record, '--unit', '7', 'holding:21', code=1)
        self.assertIn('is sent', err)

    def test_requests_at_once(self):
        _, url = self.device()
        points = [f'holding:{n}' for n in (0, 4, 8, 12, 20)] * 4
        values, _ = self.read(url, '--unit', '7', *points, 'coil:3', 'discrete:5', 'input:30', '--window', '8')
        self.assertEqual(len(values), 8)
        self.assertTrue(all('invalid' not in point for point in values.values()))


    def test_addresses_of_another_notation(self):
        _, url = self.device()
        _, err = self.run_it('modbus', 'read', url, '--unit', '7', '40101', code=1)
        self.assertIn('illegal_data_address); 40101 looks like five digits: try --notation five_digit\n', err)
        _, err = self.run_it('modbus', 'read', url, '--unit', '7', 'holding:1000', code=1)
        self.assertNotIn('--notation', err)
        _, err = self.run_it('modbus', 'read', url, '--unit', '7', '400101', code=2)
        self.assertIn('400101 looks like six digits: try --notation six_digit', err)

    def test_a_line_that_goes_away_and_comes_back(self):
        process, url = self.device()
        larger = dict(DEVICE, points=DEVICE['points'] + [{'name': 'new', 'table': 'holding', 'address': 1000, 'type': 'uint16'}])
        reader = subprocess.Popen([PROGRAM, 'modbus', 'read', url, '--unit', '7', 'holding:20', 'holding:1000', '--poll', '0.1',
                                   '--timeout', '200', '-f', 'json'], stdout=subprocess.PIPE, stderr=subprocess.PIPE,
                                  env=environment())
        self.addCleanup(self.stop, reader)

        def wait_for(*wanted):
            until = time.monotonic() + 30
            while time.monotonic() < until:
                points = json.loads(reader.stdout.readline())['points']
                if [point.get('invalid', point['value']) for point in points] == list(wanted):
                    return
            self.fail(f'{wanted} did not come')
        wait_for(65524, 'illegal_data_address')
        self.interrupt(process)
        wait_for('no_line', 'illegal_data_address')
        self.device('--listen', url, description=larger, values=VALUES + ('new=5',))
        wait_for(65524, 5)
        reader.send_signal(signal.SIGINT)
        _, err = reader.communicate(timeout=20)
        self.assertEqual(err.decode().count(', trying again\n'), 1, err)
        self.assertIn(f'meterlink: {url} lost: ', err.decode())
        self.assertEqual(err.decode().count(f'meterlink: {url} connected again\n'), 1, err)
        self.assertIn('unit 7, holding:20: no answer (asked 3 times): the line was away\n', err.decode())


class Serial(ModbusCase):
    def test_a_pseudo_terminal(self):
        process, url = self.device('--pty', '--baud', '38400')
        self.assertRegex(url, r'^serial:/dev/\S+\?baud=38400$')
        self.assertEqual(self.values(url, '--device', self.json_file(DEVICE), '--points', 'real,label'),
                         {'real': decimal.Decimal('230.1'), 'label': 'ab'})
        out, _ = self.write(url, 'holding:20=5', code=1)
        self.assertEqual(out, '')
        self.write(url, 'holding:0:uint32=77', '--verify')
        out, _ = self.interrupt(process)
        self.assertEqual(out, 'unit 7: counter = 770\n')

    def test_ascii(self):
        _, url = self.device('--pty', '--baud', '38400', '--framing', 'ascii')
        self.assertEqual(self.values(url, '--framing', 'ascii', '--unit', '7', 'input:30:bcd16'), {'input:30': 1234})

    def test_frames_of_lines_over_tcp(self):
        for framing in ('rtu', 'ascii'):
            with self.subTest(framing=framing):
                _, url = self.device('--framing', framing)
                self.assertEqual(self.values(url, '--framing', framing, '--unit', '7', 'input:30:bcd16'), {'input:30': 1234})

    def test_a_search_on_a_serial_line(self):
        _, url = self.device('--pty', '--baud', '38400')
        out, err = self.run_it('modbus', 'scan', url, '--units', '5-9', '--timeout', '100')
        self.assertEqual([json.loads(line)['unit_id'] for line in out.splitlines()], [7])
        self.assertIn('1 device found with 5 probes', err)


class Write(ModbusCase):
    def test_every_kind_of_value(self):
        process, url = self.device()
        out, err = self.write(url, '--device', self.json_file(DEVICE), 'counter=100.1e3', 'real=21.5', 'large=4294967296',
                              'label=heat', 'mode=3', 'alarm=on', 'relay=on', '--verify')
        self.assertEqual(err, '')
        self.assertEqual(out.splitlines()[0], 'counter = 100.1e3, verified')
        self.assertEqual(len(out.splitlines()), 7)
        self.assertEqual(self.values(url, '--device', self.json_file(DEVICE)),
                         {'counter': 100100, 'real': decimal.Decimal('21.5'), 'large': 4294967296, 'label': 'heat', 'mode': 3,
                          'alarm': 1, 'fixed': -112, 'input': 1234, 'relay': 1, 'contact': 1})
        told, _ = self.interrupt(process)
        self.assertEqual(told.splitlines(), ['unit 7: counter = 100100', 'unit 7: real = 21.5', 'unit 7: large = 4294967296',
                                             'unit 7: label = heat', 'unit 7: mode = 3', 'unit 7: alarm = 0', 'unit 7: mode = 3',
                                             'unit 7: alarm = 1', 'unit 7: relay = 1'])

    def test_what_has_no_place_is_not_sent(self):
        _, url = self.device()
        for point, why in (('holding:0:uint32*0.01=1.234', '1.234 cannot be written exactly as uint32 * 0.01'),
                           ('holding:0=65536', '65536 cannot be written exactly as uint16'),
                           ('holding:0:int16=-32769', '-32769 cannot be written exactly as int16'),
                           ('holding:0=-1', '-1 cannot be written'),
                           ('holding:8:text:2=hello', 'it is too long'),
                           ('holding:0=null', 'nothing stands for "not available" in this point'),
                           ('coil:3=2', '2 is neither on (1) nor off (0)'),
                           ('input:0=1', 'the table input_registers can only be read'),
                           ('discrete:0=1', 'the table discrete_inputs can only be read'),
                           ('holding:4:uint64=18446744073709551615', 'this number has too many digits'),
                           ('holding:0=many', 'a number, on, off or null has to stand here'),
                           ('holding:0=on', 'holding:0: on and off are for coils and single bits'),
                           ('holding:12:bits:4-7=off', 'on and off are for coils and single bits'),
                           ('holding:0', 'POINT=VALUE has to stand here')):
            with self.subTest(point=point):
                out, err = self.write(url, 'holding:0=1', point, code=2)
                self.assertEqual(out, '')
                self.assertIn(why, err)
        self.assertEqual(self.values(url, '--unit', '7', 'holding:0:uint32'), {'holding:0': 12345})

    def test_what_the_device_refuses(self):
        _, url = self.device()
        out, err = self.write(url, 'holding:12=1', 'holding:20=1', 'holding:12=2', code=1)
        self.assertEqual(out, 'holding:12 = 1\n')
        self.assertIn('unit 7, holding:20: the device does not have all of these addresses, or they cannot be written (', err)
        self.assertIn('what stands behind it was not written', err)
        _, err = self.write(url, '--device', self.json_file(DEVICE), 'fixed=1', code=2)
        self.assertIn('fixed is not writable', err)

    def test_functions(self):
        _, url = self.device()
        for arguments, code in ((('holding:12=1',), '06'), (('holding:12=1', '--function', '10'), '10'),
                                (('holding:0:uint32=1',), '10'), (('coil:3=on',), '05'),
                                (('coil:3=on', '--function', '0F'), '0F'), (('holding:12:bit:3=1',), '16')):
            with self.subTest(arguments=arguments):
                _, err = self.write(url, *arguments, '--trace')
                self.assertRegex(err, rf'> .. .. 00 00 00 .. 07 {code} ')
        _, err = self.write(url, 'holding:0:uint32=1', '--function', '06', code=2)
        self.assertIn('function 06 does not write it', err)

    def test_an_echo_behind_a_stray_octet_confirms_nothing(self):
        record = self.file_of('05 06 00 00 00 07 C9 8C # > 0.000\n00 05 06 00 00 00 07 C9 8C # < 0.005\n05 86 02 82 60 # < 0.050\n',
                              'echo.log')
        out, err = self.run_it('modbus', 'write', f'replay:{record}?echo=on', '--framing', 'rtu', '--unit', '5', '0=7', code=1)
        self.assertEqual(out, '')
        self.assertIn('illegal_data_address', err)

    def test_a_value_that_is_not_kept_is_found_out(self):
        device = LyingDevice()
        self.addCleanup(device.close)
        out, err = self.write(device.url, 'holding:0=5', '--verify', code=1)
        self.assertEqual(out, '')
        self.assertIn('unit 7, holding:0: 5 was written, but it holds 0 now', err)


class FakeDevice:
    """Answers, as `answer` does from a unit and a PDU to a PDU, one client after the other."""

    def __init__(self, answer):
        self.answer = answer
        self.server = socket.create_server(('127.0.0.1', 0))
        self.url = f'tcp://127.0.0.1:{self.server.getsockname()[1]}'
        threading.Thread(target=self.run, daemon=True).start()

    def run(self):
        while True:
            try:
                client, _ = self.server.accept()
            except OSError:
                return
            with client:
                while len(request := client.recv(260)) > 7:
                    body = self.answer(request[6], request[7:])
                    client.sendall(request[:2] + struct.pack('>HHB', 0, len(body) + 1, request[6]) + body)

    def close(self):
        self.server.close()


class LyingDevice:
    """Repeats every request to write, and has all registers 0."""

    def __init__(self):
        self.server = socket.create_server(('127.0.0.1', 0))
        self.url = f'tcp://127.0.0.1:{self.server.getsockname()[1]}'
        threading.Thread(target=self.run, daemon=True).start()

    def run(self):
        client, _ = self.server.accept()
        with client:
            while len(request := client.recv(260)) >= 12:
                body = request[7:] if request[7] == 6 else bytes([3, 2, 0, 0])
                client.sendall(request[:2] + struct.pack('>HHB', 0, len(body) + 1, request[6]) + body)

    def close(self):
        self.server.close()


class Types(ModbusCase):
    def test_registers_of_the_command_line(self):
        out, _ = self.run_it('modbus', 'types', '--registers', '4366 199A', '--format', 'json')
        guesses = json.loads(out)['guesses']
        self.assertEqual((guesses[0]['type'], guesses[0]['order'], guesses[0]['value']), ('float32', 'ABCD', 230.1))
        self.assertIn('few digits', guesses[0]['reason'])
        table, _ = self.run_it('modbus', 'types', '--registers', '0x4366,0x199A', '--format', 'table', '--limit', '3')
        self.assertEqual(len(table.splitlines()), 6)
        self.assertRegex(table, r'(?m)^1     float32  ABCD   +230.1 ')

    def test_a_second_reading_decides(self):
        out, _ = self.run_it('modbus', 'types', '--registers', '86A0 0001', '--later', '86A7 0001', '--format', 'json')
        guess = json.loads(out)['guesses'][0]
        self.assertEqual((guess['type'], guess['order'], guess['value'], guess['later']), ('uint32', 'CDAB', 100000, 100007))

    def test_registers_of_a_device(self):
        _, url = self.device()
        out, _ = self.run_it('modbus', 'types', url, 'holding:2', '--unit', '7', '--again', '0.1', '--format', 'json')
        guess = json.loads(out)['guesses'][0]
        self.assertEqual((guess['type'], guess['order'], guess['value']), ('float32', 'CDAB', 230.1))
        _, err = self.run_it('modbus', 'types', url, 'holding:1000', '--unit', '7', code=1)
        self.assertIn('illegal_data_address', err)

    def test_wrong_registers(self):
        _, err = self.run_it('modbus', 'types', '--registers', '4366 199A9', code=2)
        self.assertIn('a register of up to four hex digits', err)
        _, err = self.run_it('modbus', 'types', '--registers', '4366', '--later', '1 2', code=2)
        self.assertIn('--later has 2 registers, and --registers 1', err)
        _, err = self.run_it('modbus', 'types', code=2)
        self.assertIn('nothing to look at', err)
        _, err = self.run_it('modbus', 'types', 'tcp://127.0.0.1:9', 'coil:0', code=2)
        self.assertIn('have no types', err)


class Scan(ModbusCase):
    def test_who_is_there_and_what_they_say(self):
        _, url = self.serve(HEAT, '--unit', '3,17')
        for window in ('1', '16'):
            with self.subTest(window=window):
                out, err = self.run_it('modbus', 'scan', url, '--units', '1-32', '--window', window)
                self.assertEqual([json.loads(line) for line in out.splitlines()],
                                 [{'unit_id': unit, 'answer': 'values',
                                   'identification': {'vendor_name': 'meterlink', 'product_code': 'EXAMPLE-HEAT',
                                                      'major_minor_revision': '1.0'}} for unit in (3, 17)])
                self.assertIn('2 devices found with 32 probes', err)

    def test_an_exception_is_an_answer(self):
        _, url = self.serve(HEAT)
        out, _ = self.run_it('modbus', 'scan', url, '--units', '1-3', '--probe', 'holding:5000', '--quick', '-f', 'csv')
        self.assertEqual(out.splitlines()[1:], ['1,illegal_data_address,,,,'])
        out, _ = self.run_it('modbus', 'scan', url, '--units', '1-3', '-f', 'table')
        self.assertEqual(out.splitlines(), ['UNIT  ANSWER                DEVICE', '1     values                meterlink  EXAMPLE-HEAT  1.0'])

    def test_nobody_is_there(self):
        _, url = self.serve(HEAT)
        _, err = self.run_it('modbus', 'scan', url, '--units', '30-35', code=1)
        self.assertIn('no device has answered', err)

    def test_behind_a_gateway(self):
        _, line = self.device('--pty', '--baud', '38400')
        _, url = self.bridge(line)
        out, err = self.run_it('modbus', 'scan', url, '--units', '5-7', '--quick')
        self.assertEqual([json.loads(line)['unit_id'] for line in out.splitlines()], [7])
        self.assertIn('1 device found with 3 probes', err)
        self.assertNotIn('could not be asked', err)

    def test_a_gateway_without_its_line(self):
        _, url = self.bridge('serial:/dev/no_such_port')
        out, err = self.run_it('modbus', 'scan', url, '--units', '1-3', code=1)
        self.assertEqual(out, '')
        self.assertIn('3 units could not be asked: the gateway has lost its line (exception 10)', err)
        self.assertIn('no device has answered', err)

    def test_units_that_are_named_twice(self):
        _, url = self.serve(HEAT)
        out, err = self.run_it('modbus', 'scan', url, '--units', '1-3,2,1', '--quick')
        self.assertEqual(len(out.splitlines()), 1)
        self.assertIn('1 device found with 3 probes', err)

    def test_everybody_does_not_answer(self):
        _, url = self.device('--pty', '--baud', '38400')
        _, err = self.run_it('modbus', 'scan', url, '--units', '0-7', code=2)
        self.assertIn('--units: on a line, unit 0 is everybody', err)
        _, err = self.run_it('modbus', 'scan', url, '--units', '8-9', '--timeout', '100', code=1)
        self.assertIn('no device has answered', err)

    def test_an_identification_in_several_answers(self):
        texts = [b'maker', b'product', b'1.2']
        asked = []

        def answer(_, request):
            if request[0] != 0x2B:
                return bytes([3, 2, 0, 0]) if request[0] == 3 else bytes([request[0] | 0x80, 1])
            first = request[3]
            asked.append(first)
            more = first + 1 < len(texts)
            return (bytes([0x2B, 0x0E, 1, 1, 0xFF if more else 0, first + 1 if more else 0, 1, first, len(texts[first])]) +
                    texts[first])
        device = FakeDevice(answer)
        self.addCleanup(device.close)
        out, _ = self.run_it('modbus', 'scan', device.url, '--units', '1')
        self.assertEqual(json.loads(out)['identification'],
                         {'vendor_name': 'maker', 'product_code': 'product', 'major_minor_revision': '1.2'})
        self.assertEqual(asked, [0, 1, 2])

    def test_an_identification_without_end(self):
        asked = []

        def answer(_, request):
            asked.append(request[0])
            return {3: bytes([3, 2, 0, 0]), 0x2B: bytes([0x2B, 0x0E, 1, 1, 0xFF, 0, 1, 0, 1]) + b'x'}.get(request[0], bytes([0x91, 1]))
        device = FakeDevice(answer)
        self.addCleanup(device.close)
        out, _ = self.run_it('modbus', 'scan', device.url, '--units', '1')
        self.assertEqual(json.loads(out)['identification'], {'vendor_name': 'x'})
        self.assertEqual(asked.count(0x2B), 10)

    def test_ctrl_c_keeps_what_was_found(self):
        _, url = self.serve(HEAT, '--wrong-unit', 'ignore')
        with subprocess.Popen([PROGRAM, 'modbus', 'scan', url, '--timeout', '2000'], stdout=subprocess.PIPE,
                              stderr=subprocess.PIPE, env=environment()) as process:
            self.assertEqual(json.loads(process.stdout.readline())['unit_id'], 1)
            process.send_signal(signal.SIGINT)
            _, err = process.communicate(timeout=20)
        self.assertEqual(process.returncode, 1)
        self.assertIn(b'1 device found with 1 probe; there may be more', err)


class Serve(ModbusCase):
    def test_values_of_a_file(self):
        _, url = self.serve(HEAT, '--values', HEAT_VALUES, '--set', 'averaging_time=30')
        values = self.values(url, '--device', HEAT)
        self.assertEqual(values['energy'], 48213000)
        self.assertEqual(values['volume'], decimal.Decimal('1234.560'))
        self.assertEqual(values['flow_temperature'], decimal.Decimal('68.42'))
        self.assertEqual(values['location'], 'boiler room')
        self.assertEqual(values['averaging_time'], 30)

    def test_the_other_example(self):
        _, url = self.serve(ELECTRICITY, '--set', 'power=-1234.5', '--set', 'energy_import=8123456789012', '--set', 'frequency=49.98')
        values = self.values(url, '--device', ELECTRICITY)
        self.assertEqual((values['power'], values['energy_import'], values['frequency'], values['voltage_l1']),
                         (decimal.Decimal('-1234.5'), 8123456789012, decimal.Decimal('49.98'), None))

    def test_values_that_do_not_fit(self):
        for setting, why in (('power=x', 'a number, on, off or null'), ('flow=100', '100 cannot be written exactly'),
                             ('nobody=1', 'has no point nobody'), ('nonsense', '--set takes POINT=VALUE')):
            with self.subTest(setting=setting):
                _, err = self.run_it('modbus', 'serve', HEAT, '--set', setting, '--listen', 'tcp://127.0.0.1:0', code=2)
                self.assertIn(why, err)

    def test_the_units_of_the_server_itself(self):
        process, url = self.device('--unit', '7,8')
        for unit, value in (('0', 'holding:12=1'), ('255', 'holding:12=2')):
            self.run_it('modbus', 'write', url, '--unit', unit, value, '--verify')
        self.assertEqual(self.values(url, '--unit', '7', 'holding:12'), {'holding:12': 2})
        out, _ = self.interrupt(process)
        self.assertEqual(out.splitlines(), ['unit 7: mode = 0', 'unit 7: alarm = 1', 'unit 7: mode = 0', 'unit 7: alarm = 0'])

    def test_more_clients_than_may_be(self):
        process, url = self.serve(HEAT, '--max-clients', '1')
        host, port = re.fullmatch(r'tcp://(.+):(\d+)', url).groups()
        with socket.create_connection((host, int(port))) as first:
            first.sendall(bytes.fromhex('00 01 00 00 00 06 01 04 00 0C 00 01'))
            self.assertEqual(first.recv(64)[7], 4)
            with socket.create_connection((host, int(port)), timeout=10) as second:
                self.assertEqual(second.recv(64), b'')
        _, err = self.interrupt(process)
        self.assertIn('was refused: there are as many clients as may be', err)

    def test_units_that_are_not_there(self):
        _, url = self.serve(HEAT, '--values', HEAT_VALUES, '--wrong-unit', 'answer')
        self.assertEqual(self.values(url, '--unit', '99', 'input:20:bcd32'), {'input:20': 61220934})

    def test_events(self):
        process, url = self.serve(HEAT, '--events')
        self.read(url, 'holding:5000', code=1)
        _, err = self.interrupt(process)
        self.assertIn('has come', err)
        self.assertIn('unit 1: read_holding_registers refused: illegal_data_address', err)

    def test_all_entries_of_a_table(self):
        points = [{'name': f'p{at}', 'table': 'holding', 'address': at, 'type': 'text:125'} for at in range(0, 65500, 125)]
        points += [{'name': f'p{at}', 'table': 'holding', 'address': at, 'type': 'uint16'} for at in range(65500, 65536)]
        device = self.json_file({'name': 'full', 'points': points})
        _, url = self.serve(device, '--set', 'p0=first', '--set', 'p65534=5', '--set', 'p65535=7')
        self.assertEqual(self.values(url, 'holding:0:text:10', 'holding:65534:uint32', 'holding:65535'),
                         {'holding:0': 'first', 'holding:65534': (5 << 16) + 7, 'holding:65535': 7})

    def test_a_port_that_somebody_has(self):
        _, url = self.serve(HEAT)
        _, err = self.run_it('modbus', 'serve', HEAT, '--listen', url, code=2)
        self.assertIn('cannot listen on ' + url, err)


class Bridge(ModbusCase):
    def test_a_line_behind_it(self):
        _, line = self.device('--pty', '--baud', '38400', '--unit', '7,8')
        process, url = self.bridge(line, '--events')
        self.assertEqual(self.values(url, '--device', self.json_file(DEVICE), '--points', 'real,label,contact'),
                         {'real': decimal.Decimal('230.1'), 'label': 'ab', 'contact': 1})
        self.write(url, 'holding:12=3', '--verify')
        self.assertEqual(self.values(url, '--unit', '8', 'holding:12'), {'holding:12': 144})
        _, err = self.run_it('modbus', 'read', url, '--unit', '9', 'holding:12', code=1)
        self.assertIn('gateway_target_failed_to_respond', err)
        _, err = self.interrupt(process)
        self.assertIn('has come', err)
        self.assertIn('unit 9: read_holding_registers refused: gateway_target_failed_to_respond', err)

    def test_several_clients_at_once(self):
        _, line = self.device('--pty', '--baud', '38400')
        _, url = self.bridge(line)
        clients = [subprocess.Popen([PROGRAM, 'modbus', 'read', url, '--unit', '7', point, '--poll', '0.01', '--cycles', '20', '-f', 'csv'],
                                    stdout=subprocess.PIPE, stderr=subprocess.PIPE, env=environment())
                   for point in ('holding:20', 'holding:12', 'input:30:bcd16')]
        for client, value in zip(clients, ('65524', '144', '1234')):
            out, err = client.communicate(timeout=60)
            self.assertEqual((client.returncode, err), (0, b''))
            self.assertEqual([line.split(',')[7] for line in out.decode().splitlines()[1:]], [value] * 20)

    def test_a_client_beyond_the_limit(self):
        _, line = self.device('--pty', '--baud', '38400')
        process, url = self.bridge(line, '--max-clients', '1')
        host, port = re.fullmatch(r'tcp://(.+):(\d+)', url).groups()
        with socket.create_connection((host, int(port))) as first:
            first.sendall(bytes.fromhex('00 01 00 00 00 06 07 04 00 1E 00 01'))
            self.assertEqual(first.recv(64)[7:], b'\x04\x02\x12\x34')
            with socket.create_connection((host, int(port)), timeout=10) as second:
                self.assertEqual(second.recv(64), b'')
            first.sendall(bytes.fromhex('00 02 00 00 00 06 07 04 00 1E 00 01'))
            self.assertEqual(first.recv(64)[:2], b'\x00\x02')
        _, err = self.interrupt(process)
        self.assertIn('was refused: there are as many clients as may be', err)

    def test_other_units(self):
        _, line = self.device('--pty', '--baud', '38400', '--unit', '21-23')
        _, url = self.bridge(line, '--map', '1-3=21-23', '--map', '23-24')
        self.assertEqual(self.values(url, '--unit', '23', 'input:30:bcd16'), {'input:30': 1234})
        self.assertEqual(self.values(url, '--unit', '2', 'input:30:bcd16'), {'input:30': 1234})
        _, err = self.run_it('modbus', 'read', url, '--unit', '22', 'input:30', code=1)
        self.assertIn('gateway_path_unavailable', err)
        _, err = self.run_it('modbus', 'bridge', line, '--map', '1-3=5', code=2)
        self.assertIn('--map takes ASKED=UNIT', err)

    def test_only_reading(self):
        _, line = self.device('--pty', '--baud', '38400')
        _, url = self.bridge(line, '--read-only')
        _, err = self.write(url, 'holding:12=3', code=1)
        self.assertIn('the device does not have this function, or does not let you use it (exception 1, illegal_function)', err)
        self.assertEqual(self.values(url, '--unit', '7', 'holding:12'), {'holding:12': 144})

    def test_roles_need_certificates(self):
        _, err = self.run_it('modbus', 'bridge', 'tcp://127.0.0.1:9', '--listen', 'tcp://127.0.0.1:0', '--writer-role', 'x', code=2)
        self.assertIn('clients have roles under tls:// alone', err)
        for place in (('--pty',), ('--listen', 'tcp://127.0.0.1:0')):
            _, err = self.run_it('modbus', 'serve', HEAT, *place, '--writer-role', 'x', code=2)
            self.assertIn('--writer-role', err)

    def test_a_line_that_is_not_there(self):
        _, url = self.bridge('serial:/dev/no_such_port')
        _, err = self.run_it('modbus', 'read', url, '--unit', '2', 'input:30', code=1)
        self.assertIn('gateway_path_unavailable', err)


class Secure(ModbusCase):
    def setUp(self):
        if shutil.which('openssl') is None:
            self.skipTest('openssl is not there to make certificates')
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.folder = Path(folder.name)
        self.openssl('req', '-x509', *self.new_key('ca'), '-out', 'ca.pem', '-subj', '/CN=ca', '-days', '2')
        for name, role in (('server', None), ('reader', None), ('writer', 'operator')):
            self.certificate(name, role)

    def openssl(self, *arguments):
        subprocess.run(['openssl', *arguments], cwd=self.folder, check=True, capture_output=True, timeout=60)

    @staticmethod
    def new_key(name):
        return '-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes', '-keyout', f'{name}.key'

    def certificate(self, name, role):
        (self.folder / 'more').write_text('subjectAltName=IP:127.0.0.1\n' +
                                          (f'1.3.6.1.4.1.50316.802.1=ASN1:UTF8String:{role}\n' if role else ''))
        self.openssl('req', *self.new_key(name), '-out', 'request', '-subj', f'/CN={name}')
        self.openssl('x509', '-req', '-in', 'request', '-CA', 'ca.pem', '-CAkey', 'ca.key', '-CAcreateserial', '-days', '2',
                     '-extfile', 'more', '-out', f'{name}.pem')

    def files(self, name):
        return f'?ca={self.folder}/ca.pem&cert={self.folder}/{name}.pem&key={self.folder}/{name}.key'

    def secure_device(self, *arguments):
        _, url = self.device('--listen', 'tls://127.0.0.1:0' + self.files('server'), *arguments)
        self.assertTrue(url.startswith('tls://127.0.0.1:'), url)
        return url

    def test_roles_decide_who_may_write(self):
        self.check_writers(self.secure_device('--writer-role', 'operator'))

    def test_roles_decide_who_may_write_through_a_bridge(self):
        _, line = self.device('--pty', '--baud', '38400')
        _, url = self.bridge(line, '--writer-role', 'operator', listen='tls://127.0.0.1:0' + self.files('server'))
        self.check_writers(url)

    def check_writers(self, url):
        for who in ('reader', 'writer'):
            self.assertEqual(self.values(url + self.files(who), '--unit', '7', 'holding:8:text:4'), {'holding:8': 'ab'})
        _, err = self.write(url + self.files('reader'), 'holding:12=3', code=1)
        self.assertIn('illegal_function', err)
        out, _ = self.write(url + self.files('writer'), 'holding:12=3', '--verify')
        self.assertEqual(out, 'holding:12 = 3, verified\n')

    def test_nobody_comes_without_a_certificate(self):
        url = self.secure_device()
        _, err = self.run_it('modbus', 'read', f'{url}?ca={self.folder}/ca.pem', 'holding:8', '--timeout', '300', code=1)
        self.assertIn(', trying again; the server may not have accepted the certificate\n', err)
        self.assertEqual(err.count('trying again'), 1)
        self.assertIn('the line was away', err)
        _, err = self.run_it('modbus', 'read', f'{url}?ca={self.folder}/no_such_file', 'holding:8', code=1)
        self.assertIn('No such file', err)


class Descriptions(ModbusCase):
    def complaint(self, change):
        device = json.loads(json.dumps(DEVICE))
        change(device)
        path = self.json_file(device)
        _, err = self.run_it('modbus', 'read', 'tcp://127.0.0.1:9', '--device', path, code=2)
        self.assertEqual(err.count('\n'), 1, err)
        self.assertIn(path, err)
        return err

    def test_what_is_wrong_is_named_with_its_place(self):
        def point(key, value):
            return lambda device: device['points'][2].update({key: value})
        for change, place, why in (
                (point('type', 'uint33'), '/points/2/type', 'not "uint33"'),
                (point('order', 'ABBA'), '/points/2/order', 'an order: ABCD'),
                (point('table', 'outputs'), '/points/2/table', 'holding, input, coil or discrete'),
                (point('address', 65536), '/points/2/address', 'an address in notation protocol of the table holding'),
                (point('address', 65534), '/points/2/address', 'behind entry 65535'),
                (point('scale', 0), '/points/2/scale', 'a scale of 0'),
                (point('scale', 'much'), '/points/2/scale', 'a number has to stand here, not "much"'),
                (point('unit', 'furlong'), '/points/2/unit', 'a unit that is known'),
                (point('quantity', 'beauty'), '/points/2/quantity', 'a quantity by its name'),
                (point('writable', 1), '/points/2/writable', 'true or false'),
                (point('not_available', 'x'), '/points/2/not_available', 'usual, none'),
                (point('name', 'real'), '/points/2/name', 'another point has this name: real'),
                (point('typ', 'int16'), '/points/2/typ', 'this means nothing'),
                (lambda d: d['points'][1].pop('type'), '/points/1', 'there is no "type" here'),
                (lambda d: d['points'][1].pop('table'), '/points/1', 'there is no "table" here'),
                (lambda d: d.pop('points'), '/', 'there is no "points" here'),
                (lambda d: d.update(points=[]), '/points', 'there is no point here'),
                (lambda d: d.update(unit_id=256), '/unit_id', 'a number from 0 to 255'),
                (lambda d: d.update(notation='octal'), '/notation', 'five_digit'),
                (lambda d: d.update(caps={'max_registers': 126}), '/caps/max_registers', 'a number from 1 to 125'),
                (lambda d: d.update(caps={'forbidden': [{'table': 'input', 'address': -1}]}), '/caps/forbidden/0/address', 'an address'),
                (lambda d: d.update(pauses={'between': 5}), '/pauses/between', 'after_connect, between_requests'),
                (lambda d: d.update(identification={'vendor_name': 5}), '/identification/vendor_name', 'a text'),
        ):
            with self.subTest(place=place, why=why):
                err = self.complaint(change)
                self.assertIn(place + ': ', err)
                self.assertIn(why, err)

    def test_files_that_are_none(self):
        _, err = self.run_it('modbus', 'read', 'tcp://127.0.0.1:9', '--device', self.file_of('{"points": [', 'd.json'), code=2)
        self.assertIn('parse error at line 1', err)
        _, err = self.run_it('modbus', 'read', 'tcp://127.0.0.1:9', '--device', '/no/such/file', code=2)
        self.assertIn('cannot read /no/such/file: No such file', err)

    def test_deep_files(self):
        depth = 300000
        for text, why in (('{"points":[%s%s]}' % ('[' * depth, ']' * depth), '/points/0: an object has to stand here, not a list'),
                          ('{"name":%s0%s,"points":[]}' % ('{"a":' * depth, '}' * depth), '/name: a text has to stand here, not an object'),
                          ('{"points":[' + '[' * depth, 'parse error at line 1')):
            with self.subTest(why=why):
                path = self.file_of(text, 'deep.json')
                _, err = self.run_it('modbus', 'read', 'tcp://127.0.0.1:9', '--device', path, code=2)
                self.assertIn(path + ': ', err)
                self.assertIn(why, err)
                self.assertLess(len(err), 500)
        path = self.file_of('{"power":%s%s}' % ('[' * depth, ']' * depth), 'values.json')
        _, err = self.run_it('modbus', 'serve', HEAT, '--values', path, '--listen', 'tcp://127.0.0.1:0', code=2)
        self.assertIn(path + ': /power: a number, a text, true, false or null has to stand here, not a list', err)

    def test_caps_shape_the_requests(self):
        def requests(**caps):
            device = dict(DEVICE, caps=caps)
            _, url = self.device(description=device)
            return len(re.findall(r'read_holding_registers', self.read(url, '--device', self.json_file(device), '--plan')[1]))
        self.assertEqual(requests(), 1)
        self.assertEqual(requests(max_register_gap=0), 2)
        self.assertEqual(requests(max_registers=4, max_register_gap=0), 5)
        self.assertEqual(requests(forbidden=[{'table': 'holding', 'address': 15, 'count': 2}]), 2)
        self.assertEqual(requests(one_request_per_point=True), 6)

    def test_a_type_and_a_scale_for_all_points(self):
        device = {'unit_id': 7, 'type': 'int16', 'scale': '0.1',
                  'points': [{'name': 'usual', 'table': 'holding', 'address': 0},
                             {'name': 'scaled', 'table': 'holding', 'address': 1, 'scale': 10},
                             {'name': 'real', 'table': 'holding', 'address': 2, 'type': 'uint32'},
                             {'name': 'label', 'table': 'holding', 'address': 4, 'type': 'text:2'},
                             {'name': 'alarm', 'table': 'holding', 'address': 6, 'type': 'bit:3'},
                             {'name': 'relay', 'table': 'coil', 'address': 0}]}
        _, url = self.device(description=device, values=('usual=-21.5', 'scaled=30', 'real=7000.1', 'label=ab', 'alarm=on', 'relay=on'))
        self.assertEqual(self.values(url, '--device', self.json_file(device)),
                         {'usual': decimal.Decimal('-21.5'), 'scaled': 30, 'real': decimal.Decimal('7000.1'), 'label': 'ab',
                          'alarm': 1, 'relay': 1})
        self.assertEqual(self.values(url, '--unit', '7', 'holding:0:int16', 'holding:1', 'holding:2:uint32'),
                         {'holding:0': -215, 'holding:1': 3, 'holding:2': 70001})
        for change, place, why in ((lambda d: d.update(type='uint33'), '/type', 'not "uint33"'),
                                   (lambda d: d.update(scale=0), '/scale', 'a scale of 0')):
            err = self.complaint(change)
            self.assertIn(f': {place}: ', err)
            self.assertIn(why, err)

    def test_the_schema_knows_the_examples(self):
        try:
            import jsonschema
        except ImportError:
            self.skipTest('the jsonschema module of Python is not there')
        schema = json.loads((ROOT / 'docs/modbus_device.schema.json').read_text())
        jsonschema.Draft202012Validator.check_schema(schema)
        check = jsonschema.Draft202012Validator(schema)
        for path in (HEAT, ELECTRICITY):
            with open(path, encoding='utf-8') as file:
                check.validate(json.load(file))
        check.validate(DEVICE)
        check.validate(dict(DEVICE, type='uint32', scale='0.1'))
        for wrong in ({}, {'points': []}, dict(DEVICE, unit_id=256), dict(DEVICE, other=1)):
            self.assertFalse(check.is_valid(wrong))


class Usage(ModbusCase):
    def test_wrong_usage(self):
        for arguments, why in (
                (('modbus',), 'subcommand'),
                (('modbus', 'read'), 'URL'),
                (('modbus', 'read', 'tcp://127.0.0.1:9'), 'nothing to read'),
                (('modbus', 'read', 'http://host', 'holding:0'), 'http://host'),
                (('modbus', 'read', 'tcp://127.0.0.1:9', 'holding:0:uint33'), 'the types are uint16'),
                (('modbus', 'read', 'tcp://127.0.0.1:9', 'holding:0:uint16:ABBA'), 'an order: ABCD'),
                (('modbus', 'read', 'tcp://127.0.0.1:9', 'output:0'), 'neither a table nor an address'),
                (('modbus', 'read', 'tcp://127.0.0.1:9', 'holding:65536'), 'there is no such address'),
                (('modbus', 'read', 'tcp://127.0.0.1:9', 'holding:65535:uint32'), 'behind entry 65535'),
                (('modbus', 'read', 'tcp://127.0.0.1:9', '40001', '--notation', 'six_digit'), 'notation six_digit'),
                (('modbus', 'read', 'tcp://127.0.0.1:9', 'holding:0*x'), 'a number such as 0.001'),
                (('modbus', 'read', 'tcp://127.0.0.1:9', 'holding:0@furlong'), 'this unit is not known'),
                (('modbus', 'read', 'tcp://127.0.0.1:9', '0', '--type', 'uint33'), '--type: the types are'),
                (('modbus', 'read', 'tcp://127.0.0.1:9', '0', '--unit', '256'), 'units are numbers of 0 to 255'),
                (('modbus', 'read', 'tcp://127.0.0.1:9', '65535', '--count', '2'), '--count: there is no room'),
                (('modbus', 'read', 'tcp://127.0.0.1:9', '0', '--framing', 'morse'), 'framing'),
                (('modbus', 'write', 'tcp://127.0.0.1:9'), 'POINT=VALUE'),
                (('modbus', 'write', 'tcp://127.0.0.1:9', '0=1', '--unit', '1,2'), 'one unit at a time'),
                (('modbus', 'scan', 'tcp://127.0.0.1:9', '--units', '5-1'), 'units are numbers'),
                (('modbus', 'scan', 'tcp://127.0.0.1:9', '--units', '0', '--framing', 'rtu'), 'unit 0 is everybody'),
                (('modbus', 'read', 'tcp://127.0.0.1:9', 'coil:0:float32'), 'coils and discrete inputs have no type'),
                (('modbus', 'read', 'tcp://127.0.0.1:9', '0', '--cycles', '3'), '--cycles requires --poll'),
                (('modbus', 'serve', HEAT, '--baud', '9600'), '--baud requires --pty'),
                (('modbus', 'serve', HEAT, '--listen', 'tls://127.0.0.1:0', '--writer-role', ''), 'a role has at least one character'),
                (('modbus', 'bridge', 'tcp://127.0.0.1:9', '--writer-role', ''), 'a role has at least one character'),
                (('modbus', 'serve',), 'FILE'),
                (('modbus', 'serve', HEAT, '--listen', 'replay:file'), 'nobody comes to a recording')):
            with self.subTest(arguments=arguments):
                _, err = self.run_it(*arguments, code=2)
                self.assertIn(why.lower(), err.lower())

    def test_the_bad_place_of_a_point_is_marked(self):
        _, err = self.run_it('modbus', 'read', 'tcp://127.0.0.1:9', 'holding:12:uint33*2', code=2)
        lines = err.splitlines()
        self.assertEqual(lines[2].index('^'), lines[1].index('uint33'))

    def test_help(self):
        out, _ = self.run_it('modbus', '--help')
        for command in ('read', 'write', 'scan', 'types', 'serve', 'bridge'):
            self.assertIn(command, out)
            text, _ = self.run_it('modbus', command, '--help')
            self.assertIn('Examples', text)
            self.assertLessEqual(max(len(line) for line in text.splitlines()), 120)


if __name__ == '__main__':
    main()
