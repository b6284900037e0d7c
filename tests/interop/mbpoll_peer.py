"""mbpoll against our server.

usage: mbpoll_peer.py {tcp,rtu}, with our program in SERVER and the path of mbpoll in MBPOLL
"""

import os
import re
import subprocess
import sys


def poll(options, *values):
    """What mbpoll reads or writes: pairs of reference and value."""
    command = [os.environ['MBPOLL'], '-1', '-0', '-a', '1', '-o', '5', *options, *values]
    done = subprocess.run(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, timeout=60)
    if done.returncode != 0:
        sys.exit(f'{" ".join(command)}: {done.stdout}')
    return done.stdout


def read(where, table, start, count):
    out = poll(['-t', table, '-r', str(start), '-c', str(count), *where[:-1], where[-1]])
    return [int(value.split()[0]) for value in re.findall(r'^\[\d+\]:\s*(.+)$', out, re.MULTILINE)]


def equal(found, wanted, what):
    if found != wanted:
        sys.exit(f'{what}: {found} instead of {wanted}')


def main(transport):
    server = subprocess.Popen([os.environ['SERVER'], transport], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
    place = server.stdout.readline().strip()
    if transport == 'tcp':
        where = ['-m', 'tcp', '-p', place, '127.0.0.1']
    else:
        where = ['-m', 'rtu', '-b', '19200', '-P', 'even', place]
    equal(read(where, '0', 3, 20), [int(i % 3 == 0) for i in range(3, 23)], 'coils')
    equal(read(where, '1', 80, 20), [int(i % 2 == 1) for i in range(80, 100)], 'discrete inputs')
    equal(read(where, '4', 7, 125), [1007 + i for i in range(125)], 'holding registers')
    equal(read(where, '3', 75, 125), [2075 + i for i in range(125)], 'input registers')
    poll(['-t', '4', '-r', '150', *where], '4711')
    poll(['-t', '4', '-r', '151', *where], '1', '2', '3')
    equal(read(where, '4', 150, 4), [4711, 1, 2, 3], 'holding registers written')
    poll(['-t', '0', '-r', '10', *where], '1')
    poll(['-t', '0', '-r', '11', *where], '1', '0', '1')
    equal(read(where, '0', 10, 4), [1, 1, 0, 1], 'coils written')
    server.communicate()


if __name__ == '__main__':
    main(sys.argv[1])
