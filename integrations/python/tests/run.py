"""Installs a wheel into an environment of its own and tests it there: the conformance suite, the same bytes as the command, frames, types.

    python3 integrations/python/tests/run.py WHEEL [--huizong target/release/huizong]
"""

import argparse
import os
import pathlib
import subprocess
import tempfile
import venv

HERE = pathlib.Path(__file__).resolve().parent
TOP = HERE.parents[2]

parser = argparse.ArgumentParser(description=__doc__)
parser.add_argument("wheel", type=pathlib.Path)
parser.add_argument("--huizong", type=pathlib.Path, default=TOP / "target/release/huizong")
options = parser.parse_args()
with tempfile.TemporaryDirectory() as folder:
    venv.create(folder, with_pip=True)
    python = pathlib.Path(folder) / ("Scripts/python.exe" if os.name == "nt" else "bin/python")
    environment = {**os.environ, "PYTHONDONTWRITEBYTECODE": "1", "HUIZONG": str(options.huizong.resolve())}

    def run(*arguments):
        subprocess.run([python, *map(str, arguments)], check=True, cwd=folder, env=environment)

    # The package needs nothing else; the rest is for the tests.
    run("-m", "pip", "install", "--quiet", "--no-deps", options.wheel.resolve())
    run("-c", "import huizong; print('huizong', huizong.__version__, 'alone in a new environment')")
    run("-m", "pip", "install", "--quiet", "pytest", "jsonschema", "pandas", "polars", "pyarrow", "mypy", "pandas-stubs")
    run("-m", "pytest", "--quiet", "-p", "no:cacheprovider", HERE)
    run("-m", "mypy", "--strict", "--ignore-missing-imports", "-p", "huizong")
    run("-m", "mypy", "--strict", "--ignore-missing-imports", HERE / "typed.py")
    run("-c", "import doctest, huizong; ran = doctest.testmod(huizong); print(ran); raise SystemExit(ran.failed or not ran.attempted)")
