"""Runs every command of the book: each block marked `sh`, in the order of its chapter, in a folder with `examples` in it.

    python3 tests/book/commands.py COMMAND [--chapters plugins,round] [--examples FOLDER]

A block may end with 0, 1 (findings) or 3 (incomplete), never with another status; what a chapter writes is there for its next block.
"""
import argparse, os, pathlib, re, shutil, subprocess, sys, tempfile

TOP = pathlib.Path(__file__).resolve().parents[2]
BOOK = TOP / "crates/book"

parser = argparse.ArgumentParser(description=__doc__)
parser.add_argument("command", type=pathlib.Path)
parser.add_argument("--chapters", default="")
parser.add_argument("--examples", type=pathlib.Path, default=TOP / "examples")
options = parser.parse_args()
wanted = set(filter(None, options.chapters.split(",")))
ran = wrong = 0
for language in ("zh", "en"):
    for chapter in sorted((BOOK / language).glob("*.md")):
        if wanted and chapter.stem not in wanted:
            continue
        blocks = re.findall(r"^```sh\n(.*?)^```$", chapter.read_text(encoding="utf-8"), re.M | re.S)
        if not blocks:
            continue
        with tempfile.TemporaryDirectory() as folder:
            folder = pathlib.Path(folder)
            shutil.copytree(options.examples, folder / "examples")
            (folder / "bin").mkdir()
            os.symlink(options.command.resolve(), folder / "bin/huizong")
            environment = {
                **os.environ,
                "PATH": f"{folder / 'bin'}:{os.environ['PATH']}",
                "HUIZONG_LANG": language,
                # The first build of a plugin serves the next.
                "CARGO_TARGET_DIR": "target",
            }
            # One shell runs the chapter: `cd` of a block holds for the next.
            script = "huizong_step() { [ $1 -eq 0 ] || [ $1 -eq 1 ] || [ $1 -eq 3 ] || exit $1; }\n"
            lines = [line for block in blocks for line in block.splitlines() if line.strip() and not line.startswith("#")]
            script += "".join(f"echo '+ {line.replace(chr(39), chr(34))}'\n{line}\nhuizong_step $?\n" for line in lines)
            done = subprocess.run(["bash", "-c", script], cwd=folder, env=environment, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, timeout=900)
            ran += len(lines)
            if done.returncode:
                wrong += 1
                print(f"WRONG: {language}/{chapter.name}: status {done.returncode}")
                print("\n".join(done.stdout.decode(errors="replace").splitlines()[-25:]))
print(f"{ran} commands of the book ran, {wrong} chapters wrong")
sys.exit(1 if wrong or not ran else 0)
