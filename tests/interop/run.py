"""Runs the second implementation against `fuin`: what both read, what both refuse and by which code, and what each
makes of the other's. Usage: run.py PATH_OF_FUIN
"""

import json
import pathlib
import subprocess
import sys
import tempfile

import agreement
import exchange
import vectors

ROOT = pathlib.Path(__file__).parent.parent


class Fuin:
    """The command line under test, in a folder of its own."""

    def __init__(self, program, folder):
        self.program, self.folder = pathlib.Path(program).resolve(), pathlib.Path(folder)

    def path(self, name):
        return self.folder / name

    def write(self, name, content):
        self.path(name).write_bytes(content if isinstance(content, bytes) else content.encode())

    def run(self, *args):
        """What a command reports."""
        env = {"HOME": str(self.folder), "XDG_STATE_HOME": str(self.folder / "state")}
        done = subprocess.run(
            [self.program, "--json", *args], cwd=self.folder, env=env, capture_output=True, check=False
        )
        if done.returncode not in (0, 1):
            raise AssertionError(f"{args}: {done.returncode}: {done.stderr.decode(errors='replace')}")
        return json.loads(done.stdout)

    def code(self, *args):
        """`None`, or the code of the refusal."""
        report = self.run(*args)
        return None if report.get("ok") else report["error"]["code"]


def main(program):
    checks = vectors.check(ROOT)
    with tempfile.TemporaryDirectory() as folder:
        fuin = Fuin(program, folder)
        checks += agreement.check(fuin, ROOT)
    with tempfile.TemporaryDirectory() as folder:
        checks += exchange.check(Fuin(program, folder), ROOT)
    print(f"{checks} checks, and fuin and the second implementation said the same")


if __name__ == "__main__":
    main(sys.argv[1])
