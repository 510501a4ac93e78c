"""Where the project's files are, and the command to compare with."""

import os
import pathlib
import subprocess

import pytest

TOP = pathlib.Path(__file__).resolve().parents[3]


@pytest.fixture
def top():
    return TOP


@pytest.fixture
def district():
    return TOP / "examples/district"


@pytest.fixture
def command():
    """Runs the command without settings, and returns what it prints."""
    program = os.environ["HUIZONG"]

    def run(*arguments, cwd):
        ran = subprocess.run([program, *map(str, arguments)], cwd=cwd, capture_output=True, timeout=600)
        assert ran.returncode in (0, 1, 3), ran.stderr.decode()
        return ran.stdout

    return run
