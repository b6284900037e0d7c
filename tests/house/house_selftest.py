#!/usr/bin/env python3
"""Proves that every house check can fail: each is run on a small tree that is in order and on one that is not.

The compiler that the header checks use is taken from CXX, the CMake program from CMAKE.
"""
import os
import shutil
import subprocess
import sys
import tempfile
import unittest
from pathlib import Path

sys.dont_write_bytecode = True
sys.path.insert(0, str(Path(__file__).parent))
import house

PROJECT = Path(__file__).resolve().parents[2]
GOOD = '#pragma once\n\nnamespace meterlink {\ninline int answer() { return 42; }\n} // namespace meterlink\n'


class Tree(unittest.TestCase):
    """A temporary source tree with one header in core, its test and the umbrella."""

    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.root = Path(folder.name)
        self.write('include/meterlink/core/answer.hpp', GOOD)
        self.write('tests/core/answer_test.cpp', '#include <meterlink/core/answer.hpp>\n')
        self.write('include/meterlink/meterlink.hpp', '#pragma once\n\n#include <meterlink/core/answer.hpp>\n')

    def write(self, name, text):
        path = self.root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding='utf8')


class Layers(Tree):
    def refuses(self, name, include):
        self.assertEqual(house.check_layers(self.root), [])
        self.write(name, f'#include {include}\n')
        self.assertEqual(len(house.check_layers(self.root)), 1, f'{name} includes {include}')

    def accepts(self, name, include):
        self.write(name, f'#include {include}\n')
        self.assertEqual(house.check_layers(self.root), [])

    def test_downwards_is_allowed(self):
        self.accepts('include/meterlink/tpl/header.hpp', '<meterlink/apl/dib.hpp>')
        self.accepts('include/meterlink/core/more.hpp', '<tl/expected.hpp>')
        self.accepts('include/meterlink/core/still_more.hpp', '<vector>')
        self.accepts('src/format/text.cpp', '<fmt/format.h>')

    def test_upwards_is_refused(self): self.refuses('include/meterlink/core/bad.hpp', '<meterlink/apl/dib.hpp>')
    def test_sideways_is_refused(self): self.refuses('include/meterlink/modbus/bad.hpp', '<meterlink/mbus/ack.hpp>')
    def test_spaces_hide_nothing(self): self.refuses('include/meterlink/apl/bad.hpp', '  <meterlink/tpl/ci.hpp>')
    def test_format_is_above(self): self.refuses('include/meterlink/mbus/bad.hpp', '<meterlink/format/json.hpp>')
    def test_the_umbrella_is_for_users(self): self.refuses('include/meterlink/apl/bad.hpp', '<meterlink/meterlink.hpp>')
    def test_fmt_in_a_public_header(self): self.refuses('include/meterlink/format/bad.hpp', '<fmt/core.h>')
    def test_json_in_a_public_header(self): self.refuses('include/meterlink/format/bad.hpp', '<nlohmann/json.hpp>')
    def test_fmt_in_a_protocol_layer(self): self.refuses('src/apl/bad.cpp', '<fmt/core.h>')
    def test_a_system_header(self): self.refuses('include/meterlink/core/bad.hpp', '<unistd.h>')
    def test_printing(self): self.refuses('include/meterlink/mbus/bad.hpp', '<iostream>')
    def test_a_relative_include(self): self.refuses('include/meterlink/core/bad.hpp', '"answer.hpp"')
    def test_an_unknown_folder(self): self.refuses('include/meterlink/misc/bad.hpp', '<vector>')


class Standard(Tree):
    def complaints(self, text):
        self.assertEqual(house.check_standard(self.root), [])
        self.write('include/meterlink/core/more.hpp', text)
        return house.check_standard(self.root)

    def test_a_header_that_is_missing(self):
        self.assertEqual(self.complaints('#pragma once\n#include <array>\nstd::array<std::uint8_t, 1> a;\n'),
                         ['include/meterlink/core/more.hpp: std::uint8_t without <cstdint>'])

    def test_one_of_several_is_enough(self):
        self.assertEqual(self.complaints('#pragma once\n#include <tuple>\ninline auto f(std::tuple<int> t) { return std::get<0>(t); }\n'), [])

    def test_comments_use_nothing(self):
        self.assertEqual(self.complaints('#pragma once\n/// A `std::vector`.\n'), [])

    def test_a_name_without_a_row(self):
        self.assertIn('std::jthread is in no row', self.complaints('#pragma once\ninline void f(std::jthread&);\n')[0])

    def test_a_header_without_a_guard(self):
        self.assertIn('does not begin with #pragma once', self.complaints('int f();\n')[0])


class Umbrella(Tree):
    def test_in_order(self):
        self.assertEqual(house.check_umbrella(self.root), [])

    def test_a_header_is_missing(self):
        self.write('include/meterlink/core/other.hpp', GOOD)
        self.assertIn('meterlink.hpp does not include meterlink/core/other.hpp', house.check_umbrella(self.root))

    def test_a_header_is_gone(self):
        (self.root / 'include/meterlink/core/answer.hpp').unlink()
        self.assertTrue(house.check_umbrella(self.root))

    def test_writing_mends_it(self):
        self.write('include/meterlink/core/other.hpp', GOOD)
        self.write('include/meterlink/meterlink.hpp', house.umbrella_text(self.root))
        self.assertEqual(house.check_umbrella(self.root), [])


class Mirror(Tree):
    def test_in_order(self):
        self.assertEqual(house.check_mirror(self.root), [])

    def test_without_a_test(self):
        self.write('include/meterlink/core/untested.hpp', GOOD)
        self.assertEqual(house.check_mirror(self.root), ['core/untested.hpp: no tests/core/untested_test.cpp'])

    def test_another_header_first(self):
        self.write('tests/core/answer_test.cpp', '#include <vector>\n\n#include <meterlink/core/answer.hpp>\n')
        self.assertEqual(len(house.check_mirror(self.root)), 1)

    def test_tables_need_none(self):
        self.write('include/meterlink/apl/tables/vif.hpp', GOOD)
        self.assertEqual(house.check_mirror(self.root), [])


@unittest.skipUnless(shutil.which('clang-format-19'), 'clang-format-19 is not installed')
class Format(Tree):
    def setUp(self):
        super().setUp()
        shutil.copy(PROJECT / '.clang-format', self.root)

    def test_in_order(self):
        self.assertEqual(house.check_format(self.root), [])

    def test_a_wrong_indentation(self):
        self.write('src/core/bad.cpp', 'int f() {\n   return 1;\n}\n\nint  g();\n')
        self.assertEqual(len(house.check_format(self.root)), 1)


class Headers(Tree):
    """The build-time checks: a header alone, and twice in one program."""

    def build(self):
        self.write('CMakeLists.txt', f'''
cmake_minimum_required(VERSION 3.25)
project(fixture LANGUAGES CXX)
include({PROJECT}/cmake/MeterlinkHeaderChecks.cmake)
add_library(nothing INTERFACE)
file(GLOB_RECURSE headers "include/*.hpp")
meterlink_check_headers(headers_alone nothing "${{PROJECT_SOURCE_DIR}}/include" ${{headers}})
meterlink_check_odr(odr nothing "${{PROJECT_SOURCE_DIR}}/include" meterlink/meterlink.hpp)
''')
        cmake = os.environ.get('CMAKE', 'cmake')
        where = ['-S', str(self.root), '-B', str(self.root / 'build'), '-G', 'Ninja']
        subprocess.run([cmake, *where], check=True, capture_output=True)
        done = subprocess.run([cmake, '--build', str(self.root / 'build')], capture_output=True, text=True)
        return done.returncode, done.stdout + done.stderr

    def test_in_order(self):
        code, output = self.build()
        self.assertEqual(code, 0, output)

    def test_a_header_that_leans_on_another(self):
        self.write('include/meterlink/core/lean.hpp', '#pragma once\ninline int twice() { return 2 * meterlink::answer(); }\n')
        code, output = self.build()
        self.assertNotEqual(code, 0)
        self.assertIn('lean.hpp', output)

    def test_a_header_without_a_guard(self):
        self.write('include/meterlink/core/answer.hpp', GOOD.replace('#pragma once', ''))
        self.assertNotEqual(self.build()[0], 0)

    def test_a_function_that_is_not_inline(self):
        self.write('include/meterlink/core/answer.hpp', GOOD.replace('inline ', ''))
        code, output = self.build()
        self.assertNotEqual(code, 0)
        self.assertIn('multiple definition', output)


if __name__ == '__main__':
    unittest.main(verbosity=2)
