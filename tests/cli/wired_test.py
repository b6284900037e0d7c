#!/usr/bin/env python3
"""Runs the meterlink command on telegrams of the wire, as its users do. METERLINK names the program.

    wired_test.py [GROUP...]
"""
import json
import os
import subprocess
import tempfile
import unittest

from cli_case import ACK, BUSY, PROGRAM, REQUEST, ROOT, WATER, WRONG_SUM, Case, environment, frame, main, spaced

# The second of its two records is cut off.
BAD_RECORD = spaced(frame('08 01 78 01 13 05 04 13 01'))


class Arguments(Case):
    def test_spellings_of_hex(self):
        octets = WATER.split()
        for text in (WATER, WATER.lower(), ''.join(octets), ':'.join(octets), '-'.join(octets),
                     ','.join('0x' + o for o in octets), ', '.join('0x' + o for o in octets),
                     '{' + ', '.join('0x' + o for o in octets) + '}', ''.join('\\x' + o for o in octets),
                     ' '.join(o + 'h' for o in octets), '$' + ' $'.join(octets), WATER.replace(' 16', '\n16'),
                     '"' + WATER + '"', WATER + ' # the water meter', '  ' + WATER + '\r\n'):
            with self.subTest(text=text):
                readings, err = self.readings(text)
                self.assertEqual(len(readings), 1)
                self.assert_water(readings[0])
                self.assertEqual(err, '')

    def test_octets_as_arguments_are_one_telegram(self):
        readings, _ = self.readings(*WATER.split())
        self.assertEqual(len(readings), 1)
        self.assert_water(readings[0])

    def test_pieces_as_arguments_are_one_telegram(self):
        octets = WATER.split()
        for size in (2, 5, 16):
            pieces = [''.join(octets[i:i + size]) for i in range(0, len(octets), size)]
            readings, _ = self.readings(*pieces)
            self.assertEqual(len(readings), 1)
            self.assert_water(readings[0])

    def test_whole_frames_as_arguments_are_telegrams(self):
        readings, _ = self.readings(ACK, REQUEST, WATER, WATER.replace(' ', ''))
        self.assertEqual([r['link']['frame'] for r in readings], ['ack', 'short', 'long', 'long'])

    def test_lines_of_one_argument_are_telegrams(self):
        readings, err = self.readings(f'# a log\n{WATER}\n\n{WRONG_SUM}\n{BUSY}\n', code=1)
        self.assertEqual(len(readings), 2)
        self.assertTrue(err.startswith('HEX:4: mbus: wrong checksum'), err)

    def test_one_bad_argument_spoils_no_other(self):
        readings, err = self.readings(WATER, WRONG_SUM, BUSY, code=1)
        self.assertEqual(len(readings), 2)
        self.assertTrue(err.startswith('HEX 2: mbus: wrong checksum at offset 8 (expected 85, found 86)\n'), err)

    def test_bad_octets_as_arguments(self):
        _, err = self.readings(*WRONG_SUM.split(), code=1)
        self.assertEqual(err, 'HEX: mbus: wrong checksum at offset 8 (expected 85, found 86)\n'
                              '    68 04 04 68 08 05 70 08 86 16\n'
                              '                            ^^\n')

    def test_no_octets(self):
        for text in ('', '  ', '# nothing'):
            self.assertIn('no octets', self.readings(text, code=1)[1])

    def test_a_file_name_as_argument_gets_a_hint(self):
        path = self.file_of(WATER)
        self.assertIn(f"read it with --input {path}", self.readings(path, code=1)[1])


class Files(Case):
    def test_one_telegram_per_line(self):
        path = self.file_of(f'# two telegrams\n\n{WATER}\n   # indented\n{BUSY}   # with a remark\n')
        readings, err = self.readings('--input', path)
        self.assertEqual(len(readings), 2)
        self.assertEqual(err, '')

    def test_line_ends_of_other_systems_and_a_missing_last_one(self):
        for content in (f'{WATER}\r\n{BUSY}\r\n', f'{WATER}\n{BUSY}', f'\ufeff{WATER}\n{BUSY}\n'):
            self.assertEqual(len(self.readings('-i', self.file_of(content))[0]), 2)

    def test_a_telegram_over_several_lines(self):
        octets = WATER.split()
        for size in (1, 2, 3, 4, 7, 16, 36):
            lines = '\n'.join(' '.join(octets[i:i + size]) for i in range(0, len(octets), size))
            with self.subTest(size=size):
                readings, err = self.readings('-i', self.file_of(f'# wrapped\n{lines}\n# and another\n\n{BUSY}\n'))
                self.assertEqual(len(readings), 2)
                self.assert_water(readings[0])
                self.assertEqual(err, '')

    def test_a_telegram_cut_off_does_not_swallow_the_next(self):
        cut = ' '.join(WATER.split()[:20])
        for following in (BUSY, REQUEST, WATER, ACK):
            readings, err = self.readings('-i', '-', stdin=f'{cut}\n{following}\n{BUSY}\n', code=1)
            self.assertEqual(len(readings), 2)
            self.assertTrue(err.startswith('stdin:1: mbus: the input ends inside a field at offset 20\n'), err)
        readings, err = self.readings('-i', '-', stdin=f'{cut}\n{WRONG_SUM}\n{BUSY}\n', code=1)
        self.assertEqual(len(readings), 1)
        self.assertIn('stdin:2: mbus: wrong checksum', err)

    def test_a_telegram_cut_off_at_the_end(self):
        _, err = self.readings('-i', '-', stdin=f'{BUSY}\n' + '\n'.join(WATER.split()[:20]), code=1)
        self.assertEqual(err, 'stdin:2: mbus: the input ends inside a field at offset 20\n'
                              '    ' + ' '.join(WATER.split()[:20]) + '\n'
                              '    ' + ' ' * 60 + '^^\n')

    def test_json_lines(self):
        path = self.file_of('\n'.join([
            json.dumps({'name': 'a "quoted" } name', 'hex': WATER.replace(' ', ''), 'more': [1, {'hex': 'no'}]}),
            json.dumps({'hex': '6804zz'}), '{"hex": 5}', '{"name": "none"}', '{"hex": "E5"', json.dumps({'hex': BUSY}),
        ]))
        readings, err = self.readings('--input', path, code=1)
        self.assertEqual(len(readings), 2)
        self.assertEqual([line for line in err.splitlines() if line.startswith(path)], [
            f"{path}:2: not a hexadecimal digit: 'z'",
            f'{path}:3: a JSON object without the text member "hex"',
            f'{path}:4: a JSON object without the text member "hex"',
            f'{path}:5: not a JSON object'])

    def test_the_braces_of_source_code_are_no_json(self):
        code = '{ ' + ', '.join('0x' + o for o in BUSY.split()) + ' };'
        self.assertEqual(len(self.readings('-i', self.file_of(code))[0]), 1)

    def test_an_empty_file_holds_nothing(self):
        for content in ('', '\n\n', '# only a remark\n'):
            self.assertEqual(self.run_it('decode', '-i', self.file_of(content)), ('', ''))

    def test_a_missing_file(self):
        out, err = self.run_it('decode', '--input', '/nowhere/telegrams.hex', code=2)
        self.assertEqual((out, err), ('', 'meterlink: cannot read /nowhere/telegrams.hex: No such file or directory\n'))
        self.assertIn('Is a directory', self.run_it('decode', '--input', '/', code=2)[1])

    def test_a_standard_input_that_cannot_be_read(self):
        folder = os.open('/', os.O_RDONLY)
        self.addCleanup(os.close, folder)
        done = subprocess.run([PROGRAM, 'decode'], stdin=folder, capture_output=True, timeout=120, check=False)
        self.assertEqual(done.returncode, 2)
        self.assertEqual(done.stderr.decode(), 'meterlink: cannot read the standard input: Is a directory\n')

    def test_the_name_of_a_file_does_not_command_the_terminal(self):
        _, err = self.run_it('decode', '--input', '/nowhere/\x1b[2J\u009b2J\u00e4', code=2)
        self.assertEqual(err, 'meterlink: cannot read /nowhere/?[2J?2J\u00e4: No such file or directory\n')

    def test_a_huge_line_is_refused_and_the_rest_read(self):
        readings, err = self.readings('-i', '-', stdin=f'{WATER}\n{"68 " * 600000}\n{BUSY}\n', code=1)
        self.assertEqual(len(readings), 2)
        self.assertIn('stdin:2: the line is longer than 1048576 characters\n', err)
        self.assertLess(len(err), 1000)

    def test_a_long_line_of_octets_is_shown_in_part(self):
        _, err = self.readings('-i', '-', stdin='68 ' * 100000, code=1)
        self.assertLess(len(err), 1000)

    def test_deeply_nested_json(self):
        self.readings('-i', '-', stdin='{"hex":' + '[' * 500000, code=1)
        self.readings('-i', '-', stdin='{"hex":' + '[' * 200000 + ']' * 200000 + '}', code=1)

    def test_binary_garbage(self):
        garbage = bytes(range(256)) * 300 + b'\n' + BUSY.encode() + b'\n'
        done = subprocess.run([PROGRAM, 'decode'], input=garbage, capture_output=True, timeout=60, check=False)
        self.assertEqual(done.returncode, 1)
        self.assertEqual(done.stdout.count(b'\n'), 1)
        self.assertFalse(set(done.stderr) - set(range(0x20, 0x7F)) - {0x0A})


class Streams(Case):
    def test_stdin_without_arguments(self):
        self.assert_water(self.readings(stdin=WATER)[0][0])
        self.assert_water(self.readings('--input', '-', stdin=WATER)[0][0])

    def test_lines_are_decoded_as_they_come(self):
        with subprocess.Popen([PROGRAM, 'decode'], stdin=subprocess.PIPE, stdout=subprocess.PIPE) as process:
            for _ in range(3):
                process.stdin.write(WATER.encode() + b'\n')
                process.stdin.flush()
                self.assert_water(json.loads(process.stdout.readline()))
            process.stdin.close()
            self.assertEqual(process.wait(timeout=60), 0)

    def test_a_reader_that_goes_away_early(self):
        with tempfile.TemporaryFile() as errors:
            with subprocess.Popen([PROGRAM, 'decode'], stdin=subprocess.PIPE, stdout=subprocess.PIPE,
                                  stderr=errors) as process:
                process.stdout.close()
                try:
                    process.stdin.write((WATER + '\n').encode() * 20000)
                    process.stdin.close()
                except BrokenPipeError:
                    pass
                self.assertEqual(process.wait(timeout=60), 0)
            errors.seek(0)
            self.assertEqual(errors.read(), b'')

    def test_head_gets_its_line_and_nobody_makes_noise(self):
        path = self.file_of((WATER + '\n') * 20000)
        done = subprocess.run(['bash', '-c', f'"{PROGRAM}" decode --input "{path}" | head -1; exit ${{PIPESTATUS[0]}}'],
                              capture_output=True, timeout=60, check=False)
        self.assertEqual((done.returncode, done.stderr), (0, b''))
        self.assert_water(json.loads(done.stdout))

    @unittest.skipUnless(os.path.exists('/dev/full'), 'no /dev/full')
    def test_a_full_disk_is_said(self):
        with open('/dev/full', 'wb') as full:
            done = subprocess.run([PROGRAM, 'decode', WATER], stdout=full, stderr=subprocess.PIPE, check=False)
        self.assertEqual(done.returncode, 1)
        self.assertIn(b'cannot write', done.stderr)

    def test_many_telegrams(self):
        out, _ = self.run_it('decode', stdin=(WATER + '\n') * 10000)
        self.assertEqual(out.count('\n'), 10000)
        self.assertEqual(len(set(out.splitlines())), 1)


class Complaints(Case):
    def test_a_bad_telegram_among_good_ones(self):
        path = self.file_of(f'{WATER}\n{WRONG_SUM}\n{BUSY}\n')
        readings, err = self.readings('--input', path, code=1)
        self.assertEqual(len(readings), 2)
        self.assertEqual(err, f'{path}:2: mbus: wrong checksum at offset 8 (expected 85, found 86)\n'
                              '    68 04 04 68 08 05 70 08 86 16\n'
                              '                            ^^\n')

    def test_the_caret_stands_under_the_octet(self):
        for bad, offset in (('68 04 05 68 08 05 70 08 85 16', 2), ('68 04 04 67 08 05 70 08 85 16', 3),
                            ('68 04 04 68 08 05 70 08 85 17', 9), ('11 22', 0), ('10 7B 01 7C 16 00', 5),
                            ('68 02 02 68 08 05 0D 16', 1)):
            _, err = self.readings('-i', '-', stdin=bad, code=1)
            lines = err.splitlines()
            self.assertIn(f' at offset {offset}', lines[0])
            self.assertEqual(lines[1:], ['    ' + bad, '    ' + '   ' * offset + '^^'])

    def test_the_caret_of_a_long_telegram_stands_under_the_octet_too(self):
        octets = bytearray(frame('08 01 78' + '2F' * 200 + '3F'))
        octets[-2] ^= 1
        _, err = self.readings(spaced(octets), code=1)
        _, shown, caret = err.splitlines()
        self.assertLessEqual(len(shown), 100)
        self.assertTrue(shown.startswith('    ...'), shown)
        self.assertEqual(shown[caret.index('^'):caret.index('^') + 2], f'{octets[-2]:02X}')
        octets[-2] ^= 1
        _, err = self.readings(spaced(octets), code=1)
        _, shown, caret = err.splitlines()
        self.assertEqual(shown[caret.index('^'):caret.index('^') + 2], '3F')

    def test_hex_that_is_none(self):
        _, err = self.readings('-i', '-', stdin=f'{BUSY}\n68 04 0g 68\n', code=1)
        self.assertEqual(err, "stdin:2: not a hexadecimal digit: 'g'\n"
                              '    68 04 0g 68\n'
                              '           ^\n')
        _, err = self.readings('68 04 04 6', '8', code=1)
        self.assertIn('HEX', err)
        _, err = self.readings('68 040 68', code=1)
        self.assertEqual(err, 'HEX: odd number of hexadecimal digits\n    68 040 68\n       ^\n')

    def test_tabs_and_foreign_letters_do_not_move_the_caret(self):
        _, err = self.readings('-i', '-', stdin='68\t04 \u00fc4', code=1)
        self.assertEqual(err, 'stdin:1: not a hexadecimal digit: octet C3\n    68 04 ??4\n          ^\n')

    def test_a_bad_record_is_in_the_reading_and_said_aloud(self):
        readings, err = self.readings(BAD_RECORD, code=1)
        self.assertEqual(readings[0]['records'][0]['value'], 0.005)
        self.assertEqual(readings[0]['errors'][0]['code'], 'truncated')
        self.assertEqual(readings[0]['errors'][0]['offset'], 13)
        self.assertEqual(err, 'HEX: record 2: apl: the input ends inside a field at offset 13\n'
                              f'    {BAD_RECORD}\n'
                              '    ' + '   ' * 13 + '^^\n')


    def test_a_malformed_selection_is_said_aloud(self):
        for body, offset in (('53 FD 52 78 56 34 12', 11), ('53 FD 52 78563412 FFFF FF FF 0C 78 01', 15),
                             ('53 FD 52 78563412 FFFF FF FF 02 7A 01', 18), ('08 01 77 01 02', 9)):
            telegram = spaced(frame(body))
            for command in ('decode', 'explain'):
                _, err = self.run_it(command, telegram, code=1)
                self.assertIn(f' at offset {offset}', err)
                self.assertEqual(err.splitlines()[2], '    ' + '   ' * offset + '^^')


class Formats(Case):
    def test_json_is_one_object_per_line(self):
        out, _ = self.run_it('decode', '--format', 'json', WATER, BUSY)
        self.assertEqual(len(out.splitlines()), 2)
        self.assertIn('"value":12.565', out)

    def test_profiles_are_expanded_on_request(self):
        frame = '681A1A680801788404' '6D002041118B04150030128D04951F056901030211'
        frame += f'{sum(bytes.fromhex(frame[8:])) % 256:02X}16'
        out, _ = self.run_it('decode', '--format', 'json', frame)
        self.assertNotIn('profile":[{', out)
        out, _ = self.run_it('decode', '--format', 'json', '--profiles', frame)
        series = json.loads(out, parse_float=str)['records'][2]['profile']
        self.assertEqual([point['value'] for point in series], ['12300.3', '12300.5', '12301.6'])
        self.assertEqual(series[2]['time'], '2010-01-01T03:00:00')

    def test_csv_has_one_header(self):
        out, _ = self.run_it('decode', '--format', 'csv', WATER, WATER)
        lines = out.splitlines()
        self.assertEqual(len(lines), 7)
        self.assertTrue(lines[0].startswith('id,manufacturer,'))
        self.assertEqual(sum(line.startswith('id,') for line in lines), 1)

    def test_xml_is_one_document(self):
        import xml.etree.ElementTree as et
        out, _ = self.run_it('decode', '-f', 'xml', WATER, BUSY)
        self.assertEqual(len(list(et.fromstring(out.encode()))), 2)
        out, _ = self.run_it('decode', '-f', 'xml', WRONG_SUM, code=1)
        self.assertEqual(len(list(et.fromstring(out.encode()))), 0)

    def test_table(self):
        out, _ = self.run_it('decode', '--format', 'table', WATER, REQUEST)
        self.assertIn('12.565', out)
        self.assertNotIn('\x1b', out)


class Terminal(Case):
    def test_a_terminal_gets_a_table_in_colour(self):
        seen = self.on_terminal('decode', WATER)
        self.assertIn('12.565', seen)
        self.assertIn('\x1b[', seen)
        self.assertNotIn('"value"', seen)

    def test_a_terminal_gets_json_when_asked(self):
        self.assertIn('"value":12.565', self.on_terminal('decode', '--format', 'json', WATER))

    def test_no_color(self):
        for arguments in (('decode', WATER), ('explain', WATER)):
            self.assertNotIn('\x1b', self.on_terminal(*arguments, env=environment(NO_COLOR='1')))
            self.assertIn('\x1b', self.on_terminal(*arguments, env=environment(NO_COLOR='')))
            self.assertNotIn('\x1b', self.on_terminal(*arguments, env=environment(TERM='dumb')))
            self.assertNotIn('\x1b', self.on_terminal(*arguments, '--color', 'never'))
            self.assertIn('\x1b', self.on_terminal(*arguments, '--color', 'always', env=environment(NO_COLOR='1')))
        self.assertNotIn('\x1b', self.on_terminal('decode', WRONG_SUM, env=environment(NO_COLOR='1'), code=1))
        self.assertIn('\x1b[31m', self.on_terminal('decode', WRONG_SUM, code=1))

    def test_a_pipe_gets_colour_only_when_asked(self):
        self.assertNotIn('\x1b', self.run_it('explain', WATER)[0])
        self.assertIn('\x1b', self.run_it('explain', '--color=always', WATER)[0])
        self.assertIn('\x1b', self.run_it('decode', '--color', 'always', WRONG_SUM, code=1)[1])

    def test_nothing_to_read_on_a_terminal(self):
        for command in ('decode', 'explain'):
            seen = self.on_terminal(command, code=2)
            self.assertIn('nothing to read', seen)
            self.assertIn('--input', seen)

    def test_explain_fits_the_terminal(self):
        for columns in (90, 140):
            seen = self.on_terminal('explain', WATER, '--color', 'never', columns=columns)
            self.assertLessEqual(max(len(line.rstrip('\r')) for line in seen.split('\n')), max(columns, 100))


class Explain(Case):
    def test_every_octet_is_there(self):
        out, err = self.run_it('explain', *WATER.split())
        shown = [word for line in out.splitlines() if line.startswith(' ')
                 for word in line[6:17].split()]
        self.assertEqual(shown, WATER.split())
        self.assertEqual(err, '')
        self.assertIn('record 2: volume flow 0.113 m3/h (maximum, storage 5)\n', out)
        self.assertIn('EN 13757-2, 5', out)

    def test_damage_is_underlined(self):
        out, err = self.run_it('explain', WRONG_SUM, code=1)
        lines = out.splitlines()
        at = next(i for i, line in enumerate(lines) if 'wrong: expected 85' in line)
        self.assertEqual(lines[at + 1], '      ^^')
        self.assertIn('wrong checksum at offset 8', err)

    def test_several_telegrams_name_their_lines(self):
        out, _ = self.run_it('explain', '-i', '-', stdin=f'{REQUEST}\n{BUSY}\n')
        self.assertTrue(out.startswith('# stdin:1\n'))
        self.assertIn('\n\n# stdin:2\n', out)

    def test_bad_record(self):
        out, err = self.run_it('explain', BAD_RECORD, code=1)
        self.assertIn('cut off: 1 of 4 octets', out)
        self.assertIn('at offset 13', err)


class Usage(Case):
    def test_version(self):
        version = (ROOT / 'include/meterlink/version.hpp').read_text(encoding='utf8')
        number = version.split('version_string = "')[1].split('"')[0]
        self.assertEqual(self.run_it('--version'), (f'meterlink {number}\n', ''))

    def test_help_on_every_level(self):
        out, _ = self.run_it('--help')
        for word in ('decode', 'explain', '--version', 'Examples'):
            self.assertIn(word, out)
        out, _ = self.run_it('decode', '--help')
        for word in ('--input', '--format', '--color', 'table', 'json', 'csv', 'xml', 'standard error', 'Exit code',
                     'Examples', 'NO_COLOR'):
            self.assertIn(word, out)
        out, _ = self.run_it('explain', '--help')
        for word in ('--input', '--color', 'Examples'):
            self.assertIn(word, out)
        self.assertNotIn('--format FORMAT', out)

    def test_the_examples_of_the_help_work(self):
        for command in ('decode', 'explain'):
            text, _ = self.run_it(command, '--help')
            examples = [line.strip() for line in text.splitlines() if line.startswith(f'  meterlink {command} ')]
            self.assertTrue(examples)
            for example in examples:
                if '--input' in example:
                    continue
                done = subprocess.run(['bash', '-c', example.replace('meterlink', f'"{PROGRAM}"', 1)],
                                      capture_output=True, check=False)
                self.assertEqual((done.returncode, done.stderr), (0, b''), example)

    def test_wrong_usage(self):
        for arguments in ((), ('nonsense',), ('decode', '--nonsense'), ('decode', '--format', 'yaml', WATER),
                          ('decode', '--input', 'x', WATER), ('explain', '--format', 'json', WATER),
                          ('decode', '--color', 'pink', WATER), ('decode', '--input'),
                          ('decode', '--profiles', '--format', 'csv', WATER)):
            out, err = self.run_it(*arguments, code=2)
            self.assertEqual(out, '')
            self.assertNotEqual(err, '')


class Examples(Case):
    def test_every_telegram_of_the_examples_is_decoded_and_explained(self):
        files = sorted((ROOT / 'examples/data').glob('*.hex'))
        self.assertGreaterEqual(len(files), 13)
        for path in files:
            with self.subTest(path=path.name):
                self.assertTrue(path.read_text(encoding='utf8').startswith('# '))
                keys = ('--keys', str(path.with_name('keys.csv')))
                readings, err = self.readings('--input', str(path), *keys)
                self.assertGreaterEqual(len(readings), 1)
                self.assertEqual(err, '')
                self.assertNotIn('^^', self.run_it('explain', '--input', str(path), *keys)[0])
                for reading in readings:
                    self.assertIn(reading.get('security', {}).get('state', 'plain'), ('plain', 'decrypted'))


if __name__ == '__main__':
    main()
