#!/usr/bin/env python3
"""Runs the meterlink command on telegrams from the air and with keys, as its users do. METERLINK names the program.

    wireless_test.py [GROUP...]
"""
import json
import os
import subprocess
import unittest
from pathlib import Path

from cli_case import (BUSY, COMPACT, COMPACT_OF_ANOTHER, FULL, GAS, GAS_3OF6, GAS_A, GAS_B, GAS_MANCHESTER, KEYS, MODE_7, PROGRAM, ROOT,
                      WATER, WIRED_ENCRYPTED, WRONG_KEY, Case, environment, main, spaced)


def wrapped(telegram, size):
    octets = [telegram[i:i + 2] for i in range(0, len(telegram), 2)]
    return '\n'.join(' '.join(octets[i:i + size]) for i in range(0, len(octets), size))


class WirelessCase(Case):
    def assert_gas(self, reading, frame_format='stripped'):
        self.assertEqual(reading['source'], 'wmbus')
        self.assertEqual(reading['meter']['id'], '12345678')
        self.assertEqual(reading['meter']['manufacturer'], 'ELS')
        self.assertEqual(reading['link']['frame_format'], frame_format)
        self.assertEqual(reading['security'], {**reading['security'], 'mode': 5, 'state': 'decrypted'})
        self.assertEqual([record['value'] for record in reading['records']], [28504.27, '2008-05-31T23:50', 0])


class Kinds(WirelessCase):
    def test_telegrams_from_the_air_are_recognised(self):
        for telegram, frame_format in ((GAS_A, 'A'), (GAS_B, 'B'), (GAS, 'stripped'), (GAS.lower(), 'stripped'),
                                       (spaced(bytes.fromhex(GAS_A)), 'A')):
            readings, err = self.readings('--key', KEYS['gas'], telegram)
            self.assertEqual(err, '')
            self.assert_gas(readings[0], frame_format)

    def test_telegrams_of_both_kinds_side_by_side(self):
        readings, err = self.readings('--key', KEYS['gas'], '-i', '-', stdin=f'{WATER}\n{GAS}\n{BUSY}\n{GAS_A}\nE5\n')
        self.assertEqual([reading['source'] for reading in readings], ['mbus', 'wmbus', 'mbus', 'wmbus', 'mbus'])
        self.assertEqual(err, '')

    def test_a_kind_can_be_forced(self):
        for kind, telegram, frame_format in (
                ('auto', GAS_A, 'A'), ('wmbus', GAS_A, 'A'), ('wmbus-a', GAS_A, 'A'), ('wmbus', GAS_B, 'B'),
                ('wmbus-b', GAS_B, 'B'), ('wmbus', GAS, 'stripped'), ('wmbus-stripped', GAS, 'stripped'),
                ('3of6', GAS_3OF6, 'A'), ('manchester', GAS_MANCHESTER, 'A')):
            with self.subTest(kind=kind):
                readings, err = self.readings('--as', kind, '--key', KEYS['gas'], telegram)
                self.assertEqual(err, '')
                self.assert_gas(readings[0], frame_format)
        self.assert_water(self.readings('--as', 'mbus', WATER)[0][0])

    def test_what_is_not_of_the_forced_kind_is_refused(self):
        for kind, telegram in (('mbus', GAS), ('wmbus-a', GAS_B), ('wmbus-b', GAS_A), ('3of6', GAS_A),
                               ('manchester', GAS_A)):
            with self.subTest(kind=kind):
                readings, err = self.readings('--as', kind, '--key', KEYS['gas'], telegram, code=1)
                self.assertEqual(readings, [])
                self.assertIn('^^', err)

    def test_a_chip_that_is_none_is_pointed_at(self):
        damaged = GAS_3OF6[:30] + 'FF' + GAS_3OF6[32:]
        _, err = self.readings('--as', '3of6', damaged, code=1)
        self.assertIn('chips that are no symbol', err)
        _, shown, caret = err.splitlines()
        self.assertIn('FF', shown[caret.index('^') - 3:caret.index('^') + 5])

    def test_a_telegram_over_several_lines(self):
        for telegram, frame_format in ((GAS_A, 'A'), (GAS_B, 'B'), (GAS, 'stripped')):
            for size in (1, 3, 8, 16, 20, 47):
                with self.subTest(frame_format=frame_format, size=size):
                    lines = f'# wrapped\n{wrapped(telegram, size)}\n{wrapped(WATER.replace(" ", ""), 16)}\n{BUSY}\n'
                    readings, err = self.readings('--key', KEYS['gas'], '-i', '-', stdin=lines)
                    self.assertEqual(err, '')
                    self.assertEqual(len(readings), 3)
                    self.assert_gas(readings[0], frame_format)

    def test_a_telegram_cut_off_does_not_swallow_the_next(self):
        for following in (GAS_A, GAS, WATER):
            readings, err = self.readings('--key', KEYS['gas'], '-i', '-', stdin=f'{GAS_A[:60]}\n{following}\n',
                                          code=1)
            self.assertIn('stdin:1: wmbus: the input ends inside a field at offset 30', err)
            self.assertEqual(len([r for r in readings if not r['errors']]), 1)

    def test_pieces_as_arguments_are_one_telegram(self):
        for size in (1, 2, 16):
            readings, err = self.readings('--key', KEYS['gas'], *wrapped(GAS_A, size).replace(' ', '').split('\n'))
            self.assertEqual(err, '')
            self.assert_gas(readings[0], 'A')

    def test_a_wrong_crc_is_pointed_at(self):
        damaged = GAS_A[:60] + '00' + GAS_A[62:]
        _, err = self.readings('--key', KEYS['gas'], damaged, code=1)
        first, shown, caret = err.splitlines()[:3]
        self.assertTrue(first.startswith('HEX: wmbus: wrong CRC of a block at offset 46'), first)
        self.assertEqual(shown[caret.index('^'):caret.index('^') + 2], '55')

    def test_the_other_output_formats(self):
        for name, word in (('table', '28504.27'), ('csv', '28504.27'), ('xml', 'source="wmbus"')):
            out, err = self.run_it('decode', '--format', name, '--key', KEYS['gas'], GAS)
            self.assertIn(word, out)
            self.assertEqual(err, '')


class Keys(WirelessCase):
    def test_without_a_key_the_advice_is_to_give_one(self):
        for telegram, meter in ((GAS, 'ELS 12345678'), (FULL, 'KAM 27343111'), (WIRED_ENCRYPTED, 'QDS 55667788')):
            readings, err = self.readings(telegram, code=1)
            self.assertEqual(readings[0]['security']['state'], 'no_key')
            self.assertEqual(err, f'HEX: meter {meter}: encrypted, and there is no key for this meter: give it with '
                                  '--key or --keys\n')

    def test_a_wrong_key(self):
        for telegram in (GAS, FULL, WIRED_ENCRYPTED):
            readings, err = self.readings('--key', WRONG_KEY, telegram, code=1)
            self.assertEqual(readings[0]['security']['state'], 'wrong_key')
            self.assertEqual(err.count('\n'), 1)
            self.assertIn('no key that was given for this meter opens it', err)

    def test_a_message_that_does_not_authenticate(self):
        damaged = MODE_7[:-2] + '00'
        readings, err = self.readings('--key', KEYS['oms'], damaged, code=1)
        self.assertEqual(readings[0]['security']['state'], 'mac_mismatch')
        self.assertIn('does not authenticate', err)

    def test_wired_frames_are_opened_too(self):
        readings, err = self.readings('--key', KEYS['oms'], WIRED_ENCRYPTED)
        self.assertEqual(err, '')
        self.assertEqual(readings[0]['source'], 'mbus')
        self.assertEqual(readings[0]['security']['state'], 'decrypted')
        self.assertEqual([record['value'] for record in readings[0]['records']],
                         [1234, '2007-04-30', 23456, 12345678])

    def test_a_key_from_a_file_and_from_the_environment(self):
        path = self.file_of(KEYS['gas'] + '\n', 'key')
        self.assert_gas(self.readings('--key', '@' + path, GAS)[0][0])
        self.assert_gas(self.readings(GAS, env=environment(METERLINK_KEY=KEYS['gas']))[0][0])
        self.assert_gas(self.readings('--key', KEYS['gas'], GAS, env=environment(METERLINK_KEY=WRONG_KEY))[0][0])

    def test_a_key_that_is_none_is_refused_and_not_shown(self):
        for secret in (KEYS['gas'][:-2], KEYS['gas'] + '00', KEYS['gas'][:-1] + 'g', 'hunter2'):
            for arguments, env in ((('--key', secret), None), (('--key', '@' + self.file_of(secret)), None),
                                   ((), environment(METERLINK_KEY=secret))):
                out, err = self.run_it('decode', *arguments, GAS, env=env, code=2)
                self.assertEqual(out, '')
                self.assertIn('a key is 32 hexadecimal digits', err)
                self.assertNotIn(secret, err)
                self.assert_no_key_in(err)

    def test_a_missing_key_file(self):
        for arguments in (('--key', '@/nowhere/key'), ('--keys', '/nowhere/key')):
            self.assertIn('cannot read /nowhere/key: No such file', self.run_it('decode', *arguments, GAS, code=2)[1])

    def test_a_mistyped_key_in_the_place_of_hex_is_not_shown(self):
        for secret in (KEYS['oms'].replace('07', '0O'), KEYS['gas'][:-1], KEYS['gas'][:-1] + 'g'):
            out, err = self.run_it('decode', secret, code=1)
            self.assertIn('HEX: ', err)
            self.assert_no_key_in(out, err)

    def test_a_mistyped_option_does_not_show_the_key(self):
        with_colons = ':'.join(KEYS['oms'][i:i + 2] for i in range(0, 32, 2))
        for arguments in (('decode', '--keyy', KEYS['gas']), ('decode', f'--keyy={KEYS["gas"]}'),
                          ('listen', KEYS['gas'], '--receiver', 'hex'), ('listen', '--receiver', KEYS['gas']),
                          ('decode', '--as', KEYS['gas']), (KEYS['gas'],),
                          ('decode', '--kye', with_colons), ('decode', '--kye=' + with_colons),
                          ('listen', *with_colons.split(':')), ('decode', '--kye', KEYS['oms'].replace('07', '0O'))):
            out, err = self.run_it(*arguments, code=2)
            self.assertNotEqual(err, '')
            self.assert_no_key_in(out, err)

    def test_a_key_file_with_bad_rows(self):
        path = self.file_of(f'address;KEY;manufacturer;devicetype;version\r\n12345678;{KEYS["gas"]};ELS;-1;-1\r\n'
                            f'27343111;{KEYS["kamstrup"][:-2]};*;-1;-1\r\n-1;{KEYS["oms"]};ELSTER;-1;-1\r\n', 'keys.csv')
        readings, err = self.readings('--keys', path, GAS, FULL, code=1)
        self.assert_gas(readings[0])
        self.assertEqual(readings[1]['security']['state'], 'no_key')
        lines = err.splitlines()
        self.assertTrue(lines[0].startswith(f'{path}: line 3, column 40: '), lines[0])
        self.assertIn('30 characters', lines[0])
        self.assertTrue(lines[1].startswith(f'{path}: line 4, column 37: '), lines[1])
        self.assert_no_key_in(err)

    def test_a_key_file_without_a_header(self):
        path = self.file_of(f'12345678,{KEYS["gas"]},ELS,-1,-1\n', 'keys.csv')
        _, err = self.run_it('decode', '--keys', path, GAS, code=2)
        self.assertIn('the header must name the columns', err)
        self.assert_no_key_in(err)

    def test_the_key_files_of_the_examples(self):
        keys = str(ROOT / 'examples/data/keys.csv')
        readings, err = self.readings('--keys', keys, GAS, MODE_7, FULL, COMPACT, WIRED_ENCRYPTED)
        self.assertEqual(err, '')
        self.assertEqual({reading['security']['state'] for reading in readings}, {'decrypted'})

    def test_no_output_holds_a_key(self):
        keys = str(ROOT / 'examples/data/keys.csv')
        for telegram in (GAS, GAS_A, MODE_7, FULL, WIRED_ENCRYPTED):
            for options in (('--keys', keys), ('--key', KEYS['gas']), ('--key', KEYS['oms'])):
                for command in (('explain',), ('decode', '--format', 'json'), ('decode', '--format', 'table'),
                                ('decode', '--format', 'xml'), ('decode', '--format', 'csv')):
                    done = subprocess.run([PROGRAM, *command, *options, telegram], capture_output=True, check=False,
                                          env=environment())
                    self.assertIn(done.returncode, (0, 1))
                    self.assert_no_key_in(done.stdout.decode(), done.stderr.decode())


class CompactFrames(WirelessCase):
    def test_a_format_is_learned_from_the_telegram_before(self):
        readings, err = self.readings('--key', KEYS['kamstrup'], FULL, COMPACT)
        self.assertEqual(err, '')
        self.assertEqual([len(reading['records']) for reading in readings], [5, 5])

    def test_a_format_of_one_meter_is_none_of_another_unless_the_user_says_so(self):
        _, err = self.readings('--key', KEYS['kamstrup'], FULL, COMPACT_OF_ANOTHER, code=1)
        self.assertIn('no format is known for this compact frame', err)
        path = self.file_of('{"formats":[{"signature":"2274","headers":"040504FB827504853C04FB82F53C01FD17"}]}',
                            'formats.json')
        readings, _ = self.readings('--key', KEYS['kamstrup'], '--formats', path, COMPACT_OF_ANOTHER)
        self.assertEqual(len(readings[0]['records']), 5)

    def test_without_its_format_a_compact_frame_stays_closed(self):
        _, err = self.readings('--key', KEYS['kamstrup'], COMPACT, code=1)
        self.assertIn('no format is known for this compact frame', err)

    def test_formats_are_kept_in_a_file(self):
        path = Path(self.file_of('')).with_name('formats.json')
        options = ('--key', KEYS['kamstrup'], '--formats', str(path))
        self.assertEqual(len(self.readings(*options, FULL)[0][0]['records']), 5)
        saved = json.loads(path.read_text(encoding='utf8'))
        self.assertEqual(saved['formats'], [{'signature': '2274', 'headers': '040504FB827504853C04FB82F53C01FD17',
                                             'meter': '2D2C113134273302', 'protected': True}])
        readings, err = self.readings(*options, COMPACT)
        self.assertEqual(err, '')
        self.assertEqual(len(readings[0]['records']), 5)
        before = os.stat(path).st_mtime_ns
        self.readings(*options, COMPACT)
        self.assertEqual(os.stat(path).st_mtime_ns, before)

    def test_a_file_of_formats_that_is_none_is_refused_and_left_alone(self):
        path = self.file_of('{"formats": 5}', 'formats.json')
        out, err = self.run_it('decode', '--formats', path, GAS, code=2)
        self.assertEqual(out, '')
        self.assertTrue(err.startswith(f'meterlink: {path}: '), err)
        self.assertEqual(Path(path).read_text(encoding='utf8'), '{"formats": 5}')

    def test_a_file_that_cannot_be_written(self):
        _, err = self.readings('--key', KEYS['kamstrup'], '--formats', '/nowhere/formats.json', FULL, code=1)
        self.assertIn('cannot write /nowhere/formats.json: No such file or directory', err)


class Explanations(WirelessCase):
    def test_every_octet_is_there(self):
        for telegram in (GAS_A, GAS_B, GAS, MODE_7, FULL):
            out, err = self.run_it('explain', telegram, '--color', 'never', code=1)
            shown = ''.join(line[6:17] for line in out.splitlines() if line.startswith(' ')).split()
            for octet in telegram[:40:2]:
                self.assertTrue(any(octet in word for word in shown))
            self.assertIn('--key', err)

    def test_mode_7_with_its_key(self):
        out, err = self.run_it('explain', '--key', KEYS['oms'], MODE_7)
        self.assertEqual(err, '')
        for word in ('AFL', 'AF 5D 74 DF', '28504.27', '2008-05-31'):
            self.assertIn(word, out)
        self.assertNotIn('28504.27', self.run_it('explain', MODE_7, code=1)[0])

    def test_wired_frames_with_a_key(self):
        out, err = self.run_it('explain', '--key', KEYS['oms'], WIRED_ENCRYPTED)
        self.assertEqual(err, '')
        self.assertIn('23456', out)

    def test_chips_are_explained_as_the_octets_they_stand_for(self):
        out, err = self.run_it('explain', '--as', '3of6', '--key', KEYS['gas'], GAS_3OF6)
        self.assertEqual(err, '')
        self.assertIn('28504.27', out)


class Examples(unittest.TestCase):
    @unittest.skipUnless('READ_WIRELESS' in os.environ, 'READ_WIRELESS names the example program')
    def test_the_example_program_prints_the_values(self):
        done = subprocess.run([os.environ['READ_WIRELESS']], capture_output=True, check=True)
        self.assertEqual(done.stdout.decode(), 'decrypted\nvolume 28504.27 m3\ndate_time 2008-05-31T23:50\n'
                                               'error_flags 0x0\n')


if __name__ == '__main__':
    main()
