#!/usr/bin/env python3
"""Holds the README to the truth.

    readme_test.py README PROGRAM...

Its C++ block is examples/read_telegram/main.cpp, and what stands in a console block behind `$ COMMAND` is what that
command prints, both outputs together; so is what scripts/demo shows in a text block, up to `...`. Commands run in the
folder of the README. One that ends in `&` is a server: it goes on, what stands behind it is its first line, and the port
that README has for it is a free one here. A file that a link names exists.
"""
import contextlib
import difflib
import os
import re
import shlex
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

readme, *programs = (Path(argument).resolve() for argument in sys.argv[1:])
root = readme.parent
text = readme.read_text(encoding='utf8')
complaints = []


def compare(what, shown, real):
    if shown.rstrip('\n') != real.rstrip('\n'):
        complaints.append('\n'.join(difflib.unified_diff(shown.splitlines(), real.splitlines(), f'README: {what}', 'real',
                                                         lineterm='')))


def served(command, environment, ports):
    """The first line of a server, which ends with the last command. Its port is added to `ports`."""
    shown = re.search(r'127\.0\.0\.1:\d+', command).group()
    arguments = shlex.split(command.replace(shown, '127.0.0.1:0').replace('\\\n', ' '))[:-1]
    arguments[0] = shutil.which(arguments[0], path=environment['PATH'])
    server = subprocess.Popen(arguments, cwd=root, env=environment, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL)
    cleaning.callback(server.wait)
    cleaning.callback(server.kill)
    first = server.stdout.readline().decode()
    ports[shown] = re.search(r'127\.0\.0\.1:\d+', first).group()
    return first


def run(command, environment, ports):
    """What the command prints, both outputs together."""
    if command.endswith(' &'):
        printed = served(command, environment, ports)
    else:
        for shown, real in ports.items():
            command = command.replace(shown, real)
        printed = subprocess.run(['bash', '-c', command], cwd=root, env=environment, stdout=subprocess.PIPE,
                                 stderr=subprocess.STDOUT, check=False).stdout.decode().replace('\r\n', '\n')
    for shown, real in ports.items():
        printed = printed.replace(real, shown)
    return printed


def blocks(language):
    return re.findall(rf'^```{language}\n(.*?)^```$', text, re.MULTILINE | re.DOTALL)


sources = blocks('cpp')
source = (root / 'examples/read_telegram/main.cpp').read_text(encoding='utf8')
compare('the C++ example', sources[0] if sources else '', source)

with tempfile.TemporaryDirectory() as folder, contextlib.ExitStack() as cleaning:
    ports = {}
    for program in programs:
        (Path(folder) / program.name).symlink_to(program)
    environment = {**os.environ, 'PATH': folder + os.pathsep + os.environ['PATH'], 'NO_COLOR': '1'}
    commands = 0
    for block in blocks('console') + blocks('text'):
        for command, shown in re.findall(r'^\$ ((?:.*\\\n)*.*)\n((?:(?!\$ |\.\.\.$).*\n)*)', block, re.MULTILINE):
            command = command.replace('build/demo/bin/', '')
            commands += 1
            compare(command, shown, run(command, environment, ports))
    if commands < 4:
        complaints.append(f'only {commands} commands were found in README')

for target in re.findall(r'\]\(([^)#:]+)\)', re.sub(r'^```.*?^```$', '', text, flags=re.MULTILINE | re.DOTALL)):
    if not (root / target).exists():
        complaints.append(f'README links to {target}, which does not exist')

print('\n'.join(complaints) if complaints else f'{commands} commands print what README shows')
sys.exit(1 if complaints else 0)
