"""Programs that serve until somebody interrupts them, and the simulator of a bus above all."""
import re
import signal
import subprocess

from cli_case import PROGRAM, Case, environment


class SimulatorCase(Case):
    def start(self, *arguments):
        """The process once it is ready, and its first line."""
        process = subprocess.Popen([PROGRAM, *arguments], stdout=subprocess.PIPE, stderr=subprocess.PIPE,
                                   env=environment())
        self.addCleanup(self.stop, process)
        first = process.stdout.readline().decode()
        self.assertTrue(first, process.stderr.read().decode() if not first else '')
        return process, first.rstrip('\n')

    def stop(self, process):
        if process.poll() is None:
            process.kill()
        process.communicate()

    def interrupt(self, process, sent=signal.SIGINT):
        process.send_signal(sent)
        out, err = process.communicate(timeout=30)
        self.assertEqual(process.returncode, 0, err)
        return out.decode(), err.decode()

    def simulate(self, *arguments):
        """The process, how many meters it has, and the URL of its line."""
        if '--pty' not in arguments and '--listen' not in arguments:
            arguments += ('--listen', 'tcp://127.0.0.1:0')
        process, first = self.start('simulate', *arguments)
        count, url = re.fullmatch(r'(\d+) meters? at (\S+)', first).groups()
        return process, int(count), url
