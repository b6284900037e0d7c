#!/usr/bin/env python3
"""Checks what the library writes with tools that know nothing of it.

    check_readings.py schema SCHEMA PROGRAM FILE...   every reading obeys the JSON Schema, spoilt ones do not
    check_readings.py xml PROGRAM FILE...             every reading is well-formed XML and says what JSON says

PROGRAM is tests/format/readings.cpp; files that do not exist are left out. Exit code 77, a skip, where a Python
package is not installed.
"""
import copy
import json
import subprocess
import sys
import xml.etree.ElementTree as ElementTree
from decimal import Decimal
from pathlib import Path


def lines(program, kind, files):
    """One reading per line. Unlike str.splitlines, a line ends at a line feed only."""
    present = [f for f in files if Path(f).exists()]
    run = subprocess.run([program, kind, *present], capture_output=True, check=True)
    return run.stdout.decode('utf-8').rstrip('\n').split('\n')


def exactly(text):
    return json.loads(text, parse_float=Decimal)


def changed_by(reading, change):
    other = copy.deepcopy(reading)
    change(other)
    return other


def is_fit_to_be_spoilt(reading):
    """A whole readout from the wire with a number as its first value."""
    return (reading['source'] == 'mbus' and reading.get('message') == 'records' and reading['records']
            and 'raw' in reading['records'][0] and reading['records'][0]['value'] is not None and 'meter' in reading)


def spoilt(reading):
    """Readings that the schema must refuse, each with one defect."""
    def changed(change):
        return changed_by(reading, change)

    def record(change):
        return changed(lambda r: change(r['records'][0]))

    yield changed(lambda r: r.update(unheard_of=1))
    yield changed(lambda r: r.pop('errors'))
    yield changed(lambda r: r.update(source='modbus'))
    yield changed(lambda r: r.pop('more_records_follow'))
    yield changed(lambda r: r['meter'].update(id='1234567'))
    yield changed(lambda r: r['meter'].update(medium='lemonade'))
    yield changed(lambda r: r['meter'].pop('version'))
    yield changed(lambda r: r['status']['flags'].append('tired'))
    yield changed(lambda r: r['security'].update(state='open'))
    yield changed(lambda r: r['link'].update(frame='tall'))
    yield changed(lambda r: r['link'].pop('c'))
    yield record(lambda r: r.update(quantity='length'))
    yield record(lambda r: r.update(function='average'))
    yield record(lambda r: r.update(value=True))
    yield record(lambda r: r.update(invalid='no_value'))
    yield record(lambda r: r.update(modifiers=['reserved:FF']))
    yield record(lambda r: r['raw'].update(data='0'))
    yield record(lambda r: r.pop('unit'))
    yield changed(lambda r: r.update(time='2026-03-29T12:05:30Z'))
    yield changed(lambda r: r['security'].pop('mode'))
    yield changed(lambda r: r['link'].update(frame_format='A'))


def is_fit_to_be_spoilt_from_air(reading):
    """From a radio converter, with every layer there is."""
    return 'ell' in reading and 'afl' in reading and 'security' in reading and 'sender' in reading['link']


def spoilt_from_air(reading):
    """The same for telegrams from the air."""
    def changed(change):
        return changed_by(reading, change)

    yield changed(lambda r: r.update(source='mbus'))
    yield changed(lambda r: r.pop('link'))
    yield changed(lambda r: r.update(time=''))
    yield changed(lambda r: r['link'].update(frame='long'))
    yield changed(lambda r: r['link'].update(frame_format='C'))
    yield changed(lambda r: r['link'].update(function='SND_NR'))
    yield changed(lambda r: r['link'].update(mode='X1'))
    yield changed(lambda r: r['link'].update(rssi_dbm='-71'))
    yield changed(lambda r: r['link'].update(receiver=''))
    yield changed(lambda r: r['link'].pop('c'))
    yield changed(lambda r: r['link']['sender'].pop('manufacturer'))
    yield changed(lambda r: r['ell'].update(form=5))
    yield changed(lambda r: r['ell']['control']['flags'].append('loud'))
    yield changed(lambda r: r['ell'].update(session={'raw': 0, 'minutes': 0}))
    yield changed(lambda r: r['afl'].update(counter=-1))
    yield changed(lambda r: r['afl'].update(mac=''))
    yield changed(lambda r: r['afl'].update(fragment=1))
    yield changed(lambda r: r['security'].update(authenticated=False))
    yield changed(lambda r: r['security'].update(ell='des'))
    yield changed(lambda r: r.update(rest=''))


def check_schema(schema_file, program, *files):
    try:
        from jsonschema import Draft202012Validator
    except ImportError:
        print('skipped: the Python package jsonschema is not installed')
        return 77
    schema = json.loads(Path(schema_file).read_text(encoding='utf8'))
    Draft202012Validator.check_schema(schema)
    validator = Draft202012Validator(schema)
    complaints = []
    refused = 0
    count = 0
    kinds = [(is_fit_to_be_spoilt, spoilt), (is_fit_to_be_spoilt_from_air, spoilt_from_air)]
    for line in lines(program, 'json', files):
        reading = json.loads(line)
        count += 1
        for error in validator.iter_errors(reading):
            complaints.append(f'{error.json_path}: {error.message}\n    in {line[:200]}')
        for kind in [kind for kind in kinds if kind[0](reading)]:
            kinds.remove(kind)
            for other in kind[1](reading):
                refused += 1
                if validator.is_valid(other):
                    complaints.append(f'defect {refused} of {line[:80]}… goes unnoticed')
    if kinds:
        complaints.append('no reading was fit to be spoilt')
    print('\n'.join(complaints) or f'{count} readings obey the schema, {refused} spoilt ones are refused')
    return 1 if complaints else 0


def same_value(element, record):
    value = element.find('value')
    if record['value'] is None:
        return value is None
    if value.get('type') == 'number':
        return Decimal(value.text) == record['value']
    text = value.text or ''
    # XML cannot write most control characters.
    return text == ''.join(c if c >= ' ' or c in '\t\n\r' else '\N{REPLACEMENT CHARACTER}' for c in record['value'])


def check_xml(program, *files):
    complaints = []
    readings = [exactly(line) for line in lines(program, 'json', files)]
    documents = lines(program, 'xml', files)
    if len(readings) != len(documents):
        complaints.append(f'{len(readings)} readings, {len(documents)} documents')
    for reading, document in zip(readings, documents):
        root = ElementTree.fromstring(document)
        records = root.findall('records/record')
        if len(records) != len(reading.get('records', [])) or len(root.findall('errors/error')) != len(reading['errors']):
            complaints.append(f'records or errors are missing in {document[:200]}')
            continue
        if 'meter' in reading and root.find('meter').attrib != {k: str(v) for k, v in reading['meter'].items()}:
            complaints.append(f'another meter in {document[:200]}')
        for element, record in zip(records, reading.get('records', [])):
            same = all(element.get(key) == str(record[key]) for key in ('function', 'storage', 'tariff', 'subunit', 'quantity'))
            same = same and [m.text for m in element.findall('modifier')] == record['modifiers']
            same = same and element.find('raw').attrib == record['raw'] and element.get('invalid') == record.get('invalid')
            if not same or not same_value(element, record):
                complaints.append(f'{ElementTree.tostring(element)} is not {record}')
    print('\n'.join(complaints) or f'{len(documents)} documents are well-formed and say what JSON says')
    return 1 if complaints else 0


if __name__ == '__main__':
    sys.exit({'schema': check_schema, 'xml': check_xml}[sys.argv[1]](*sys.argv[2:]))
