#!/usr/bin/env python3
"""Keeps the house in order: what no compiler checks, as five checks over the source tree.

    house.py CHECK [ROOT]        one of the checks below; prints each complaint, exit code 1 if there is one
    house.py write-umbrella      writes include/meterlink/meterlink.hpp anew

layers     who may include whom, third-party headers included
standard   every header of the library is guarded, and includes the standard headers of the names of std that it uses
umbrella   meterlink.hpp includes every public header but those of io, which bring asio with them
mirror     every public header has a test of its stem, which includes it first
format     clang-format finds nothing to change (exit code 77, a skip, where it is not installed)
"""
import re
import shutil
import subprocess
import sys
from pathlib import Path

# What a layer may include besides itself. A new layer is one more row.
MAY_INCLUDE = {
    'core': set(),
    'apl': {'core'},
    'tpl': {'core', 'apl'},
    'mbus': {'core', 'apl', 'tpl'},
    'wmbus': {'core', 'apl', 'tpl'},
    'modbus': {'core'},
    'pulse': {'core'},
    'schedule': {'core'},
    'metering': {'core', 'apl'},
    'crypto': {'core', 'apl', 'tpl'},
    'io': {'core', 'apl', 'tpl', 'mbus', 'modbus'},
}
MAY_INCLUDE['format'] = set(MAY_INCLUDE) - {'io'}

PROTOCOL_LAYERS = set(MAY_INCLUDE) - {'crypto', 'io', 'format'}

# Third-party headers (as they begin) by layer: in public headers, and in the sources below src/.
THIRD_PARTY = {layer: ('tl/expected.hpp',) for layer in MAY_INCLUDE}
THIRD_PARTY['io'] += ('asio',)
THIRD_PARTY_IN_SOURCES = {
    'format': ('fmt/', 'nlohmann/'),
    'crypto': ('openssl/',),
    'io': ('asm/termbits.h', 'fcntl.h', 'linux/serial.h', 'netinet/', 'openssl/', 'poll.h', 'sys/', 'termios.h',
           'unistd.h'),
}

# A protocol layer prints nothing, reads no clock, opens nothing, waits for nothing and knows no locale.
FORBIDDEN_STD = {
    'clocale', 'condition_variable', 'cstdio', 'ctime', 'filesystem', 'fstream', 'future', 'iomanip', 'iostream',
    'istream', 'locale', 'mutex', 'ostream', 'print', 'random', 'regex', 'sstream', 'syncstream', 'thread',
}

# The names of std that the library uses, by the header that has them; any one of them where several have it.
STANDARD = {
    'algorithm': 'all_of any_of clamp copy copy_n count_if equal fill fill_n find find_if max max_element min min_element '
                 'mismatch none_of partition_point ranges replace_copy reverse reverse_copy rotate sort',
    'array': 'array get',
    'bit': 'bit_cast bit_ceil bit_width popcount rotl',
    'bitset': 'bitset',
    'charconv': 'chars_format errc from_chars to_chars to_chars_result',
    'chrono': 'chrono',
    'cmath': 'abs copysign ilogb isfinite isinf isnan pow',
    'compare': 'is_eq strong_ordering weak_ordering',
    'concepts': 'constructible_from convertible_to same_as',
    'cstddef': 'ptrdiff_t size_t',
    'cstdint': 'int8_t int16_t int32_t int64_t uint8_t uint16_t uint32_t uint64_t',
    'cstdlib': 'abs',
    'cstring': 'memcpy',
    'deque': 'deque erase erase_if',
    'functional': 'function',
    'iterator': 'default_sentinel_t forward_iterator_tag input_iterator_tag prev random_access_iterator_tag',
    'limits': 'numeric_limits',
    'map': 'erase_if multimap',
    'memory': 'enable_shared_from_this make_shared make_unique shared_ptr unique_ptr weak_ptr',
    'numeric': 'gcd',
    'optional': 'nullopt optional',
    'random': 'minstd_rand random_device',
    'span': 'span',
    'string': 'erase erase_if string to_string',
    'string_view': 'string_view',
    'system_error': 'errc error_category error_code is_error_code_enum',
    'tuple': 'apply get tie tuple',
    'type_traits': 'decay_t is_same_v is_void_v remove_cvref_t true_type',
    'unordered_map': 'erase_if unordered_map',
    'utility': 'as_const declval exchange forward get in_place in_place_index move pair swap',
    'variant': 'get get_if holds_alternative variant variant_size_v visit',
    'vector': 'erase erase_if vector',
}

INCLUDE = re.compile(r'^[ \t]*#[ \t]*include[ \t]*([<"])([^>"]+)[>"]', re.MULTILINE)
LINE_COMMENT = re.compile(r'//.*')
STD_NAME = re.compile(r'\bstd::(\w+)')
SOURCE_FOLDERS = ('include', 'src', 'tests', 'fuzz', 'benchmarks', 'examples', 'bindings')
WITHOUT_TEST = {'meterlink.hpp', 'version.hpp'}


def public_headers(root):
    """The installed headers, relative to include/meterlink; what is in a detail/ folder is nobody's business."""
    base = root / 'include/meterlink'
    return sorted(h.relative_to(base) for h in base.rglob('*.hpp') if 'detail' not in h.relative_to(base).parts)


def includes(path):
    return INCLUDE.findall(path.read_text(encoding='utf8'))


def complaint_about(quote, name, layer, is_public):
    """What is wrong with one include in a file of `layer`, or None."""
    own, _, rest = name.partition('/')
    if own == 'meterlink' and rest:
        target = rest.split('/')[0] if '/' in rest else None
        if quote == '"':
            return 'use angle brackets for the library\'s own headers'
        if target is None:
            return None if rest == 'version.hpp' else f'{rest} is for users, a layer includes what it needs'
        if target != layer and target not in MAY_INCLUDE[layer]:
            return f'{layer} must not include {target}'
        return None
    if quote == '"':
        return 'a public header includes nothing relative to itself' if is_public else None
    if '/' not in name and '.' not in name:
        if layer in PROTOCOL_LAYERS and name in FORBIDDEN_STD:
            return f'<{name}> has no place in a protocol layer'
        return None
    allowed = THIRD_PARTY[layer] + (() if is_public else THIRD_PARTY_IN_SOURCES.get(layer, ()))
    return None if name.startswith(allowed) else f'<{name}> must not be included here'


def check_layers(root):
    complaints = []
    for base in ('include/meterlink', 'src'):
        for path in sorted((root / base).rglob('*')):
            inside = path.relative_to(root / base)
            if path.suffix not in {'.hpp', '.cpp'} or len(inside.parts) < 2:
                continue
            layer = inside.parts[0]
            if layer not in MAY_INCLUDE:
                complaints.append(f'{path.relative_to(root)}: {layer} is no known layer')
                continue
            for quote, name in includes(path):
                wrong = complaint_about(quote, name, layer, base != 'src')
                if wrong:
                    complaints.append(f'{path.relative_to(root)}: {wrong} (#include {name})')
    return complaints


def check_standard(root):
    """The compiler cannot tell: most standard headers bring others with them, differently from one library to the next."""
    headers_of = {}
    for header, names in STANDARD.items():
        for name in names.split():
            headers_of.setdefault(name, []).append(header)
    complaints = []
    for path in sorted((root / 'include').rglob('*.hpp')):
        text = path.read_text(encoding='utf8')
        if not text.startswith('#pragma once\n'):
            complaints.append(f'{path.relative_to(root)}: does not begin with #pragma once')
        included = {name for _, name in INCLUDE.findall(text)}
        for name in sorted(set(STD_NAME.findall(LINE_COMMENT.sub('', text)))):
            headers = headers_of.get(name)
            if headers is None:
                complaints.append(f'{path.relative_to(root)}: std::{name} is in no row of STANDARD in house.py')
            elif not included.intersection(headers):
                complaints.append(f'{path.relative_to(root)}: std::{name} without <{"> or <".join(headers)}>')
    return complaints


def umbrella_text(root):
    names = [h.as_posix() for h in public_headers(root) if h.name != 'meterlink.hpp' and h.parts[0] != 'io']
    lines = ''.join(f'#include <meterlink/{name}>\n' for name in names)
    return f'#pragma once\n\n/// Every public header of the library but those of io, which need asio.\n\n{lines}'


def check_umbrella(root):
    path = root / 'include/meterlink/meterlink.hpp'
    have = [name for _, name in includes(path)] if path.exists() else []
    want = [name for _, name in INCLUDE.findall(umbrella_text(root))]
    missing = [f'meterlink.hpp does not include {name}' for name in want if name not in have]
    surplus = [f'meterlink.hpp includes {name}, which is no public header' for name in have if name not in want]
    twice = [f'meterlink.hpp includes {name} twice' for name in sorted(set(have)) if have.count(name) > 1]
    complaints = missing + surplus + twice
    return complaints + (['`tests/house/house.py write-umbrella` mends this'] if complaints else [])


def check_mirror(root):
    complaints = []
    for header in public_headers(root):
        if header.as_posix() in WITHOUT_TEST or 'tables' in header.parts:
            continue
        test = root / 'tests' / header.parent / f'{header.stem}_test.cpp'
        if not test.exists():
            complaints.append(f'{header}: no {test.relative_to(root)}')
        elif [name for _, name in includes(test)][:1] != [f'meterlink/{header.as_posix()}']:
            complaints.append(f'{test.relative_to(root)}: does not include <meterlink/{header.as_posix()}> first')
    return complaints


def check_format(root):
    program = shutil.which('clang-format-19')
    if program is None:
        print('skipped: clang-format-19 is not installed')
        sys.exit(77)
    files = [str(p.relative_to(root)) for folder in SOURCE_FOLDERS for p in sorted((root / folder).rglob('*'))
             if p.suffix in {'.hpp', '.cpp'}]
    done = subprocess.run([program, f'--style=file:{root / ".clang-format"}', '--dry-run', '--Werror', *files], cwd=root,
                          capture_output=True, text=True, check=False)
    places = dict(reversed(re.findall(r'^(.+?):(\d+):\d+: error: .*clang-format', done.stderr, re.MULTILINE)))
    complaints = [f'{path}:{line}: clang-format-19 would change this' for path, line in sorted(places.items())]
    return complaints or ([done.stderr] if done.returncode != 0 else [])


CHECKS = {'layers': check_layers, 'standard': check_standard, 'umbrella': check_umbrella, 'mirror': check_mirror,
          'format': check_format}


def main():
    what = sys.argv[1] if len(sys.argv) > 1 else None
    root = Path(sys.argv[2] if len(sys.argv) > 2 else Path(__file__).parents[2]).resolve()
    if what == 'write-umbrella':
        (root / 'include/meterlink/meterlink.hpp').write_text(umbrella_text(root), encoding='utf8')
        return
    if what not in CHECKS:
        sys.exit(__doc__)
    complaints = CHECKS[what](root)
    print('\n'.join(complaints) if complaints else 'in order')
    sys.exit(1 if complaints else 0)


if __name__ == '__main__':
    main()
