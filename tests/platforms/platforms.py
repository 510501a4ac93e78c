"""Runs the command as it was built for several platforms on the same district, and compares what it writes byte by byte.

Each platform consolidates the example district, verifies the others' results, and writes a template, an annotated form and a form of
every format. Then one platform is killed at random moments while it replaces a result: what is there must be the old result or the
new one, at the latest after the next run. On Windows, text that is redirected in two code pages is decoded and compared.

    python3 tests/platforms/platforms.py linux=target/release/huizong windows='.ci/wine …/huizong.exe' [--kills 50]

The first platform is the one to compare with. Paths of Windows are drive Z:, which is how Wine shows the file system.
"""
import argparse, hashlib, json, os, pathlib, random, shlex, shutil, signal, subprocess, sys, tempfile, time

TOP = pathlib.Path(__file__).resolve().parents[2]
FORMATS = "json,xlsx,html,csv"
failures = 0


def check(holds, what):
    global failures
    if not holds:
        failures += 1
        print(f"  WRONG: {what}")
    return holds


def run(command, folder, *arguments):
    # Files instead of pipes: Wine's server keeps a pipe open long after the program has ended.
    with tempfile.TemporaryFile() as out, tempfile.TemporaryFile() as err:
        ran = subprocess.run([*command, *map(str, arguments)], cwd=folder, stdout=out, stderr=err, timeout=600)
        out.seek(0), err.seek(0)
        ran.stdout, ran.stderr = out.read(), err.read()
        return ran


def files(folder):
    """The digests of a result's files. Each platform's receipt names its own command, and its log of findings its own folder."""
    found = {}
    for path in sorted(folder.rglob("*")):
        if path.is_file():
            data = path.read_bytes()
            if path.name == "receipt.json":
                receipt = json.loads(data)
                receipt["tool"]["blake3"] = ""
                data = json.dumps(receipt, ensure_ascii=False).encode()
            if path.name == ".partial.ndjson":
                # Its first line names the command, and its last one has a digest of all lines.
                data = b"".join(data.splitlines(keepends=True)[1:-1])
            if path.name == "log.sarif.json":
                log = json.loads(data)
                base, = log["runs"][0]["originalUriBaseIds"].values()
                check(base["uri"].endswith("/district/"), f"the log's paths are not from the district's folder: {base}")
                base["uri"] = ""
                data = json.dumps(log, ensure_ascii=False).encode()
            found[str(path.relative_to(folder))] = hashlib.sha256(data).hexdigest()
    return found


def district(folder):
    shutil.copytree(TOP / "examples/district", folder / "district")
    return folder / "district"


def everything(command, folder):
    """Has a platform write one of everything into a copy of the district."""
    here = district(folder)
    made = folder / "made"
    made.mkdir()
    for arguments in [
        ["consolidate", "forms", "-o", "../made/结果 1", "--formats", FORMATS, "--fail-on", "never"],
        ["template", "-o", "../made/空表.xlsx"],
        ["check", "forms", "--format", "json", "--fail-on", "never"],
        ["check", "forms", "--format", "sarif", "--fail-on", "never"],
        ["convert", "forms/02-jiaoyu.html", "-o", "../made/02.json"],
        *[["convert", "../made/02.json", "-o", f"../made/02.{ending}"] for ending in ("xlsx", "docx", "html", "txt")],
        *[["annotate", f"forms/{form.name}", "-o", f"../made/{form.stem}-退回.{form.suffix[1:]}"]
          for form in sorted((here / "forms").iterdir()) if form.suffix in (".xlsx", ".docx", ".html")],
        ["consolidate", "2021", "--year", "2021", "--roster", "2021/roster.csv", "-o", "../made/上年", "--fail-on", "never"],
        ["diff", "../made/上年", "../made/结果 1", "-o", "../made/比较.xlsx"],
    ]:
        ran = run(command, here, *arguments)
        check(ran.returncode in (0, 1, 3), f"{arguments}: exit {ran.returncode}: {ran.stderr.decode(errors='replace')[-400:]}")
        if ran.stdout.startswith(b"{"):
            (made / ("log.sarif.json" if "sarif" in arguments else f"{arguments[0]}.json")).write_bytes(ran.stdout)
    return made


def compare(platforms, work):
    made = {}
    for name, command in platforms.items():
        made[name] = everything(command, work / name)
    first, *others = made
    for other in others:
        here, there = files(made[first]), files(made[other])
        check(here.keys() == there.keys(), f"{other} wrote other files: {sorted(here.keys() ^ there.keys())}")
        differ = [name for name in here if there.get(name) not in (None, here[name])]
        check(not differ, f"{other} differs from {first} in {differ}")
        print(f"{other}: {len(here)} files, {len(differ)} differ from {first}")
    for by, command in platforms.items():
        for of in platforms:
            ran = run(command, work / of, "verify", "made/结果 1")
            check(ran.returncode == 0, f"{by} does not verify the result of {of}: {ran.stdout.decode(errors='replace')}")
            print(f"{by} verifies the result of {of}: exit {ran.returncode}")


def kill(name, command, work, kills, rng):
    """Kills a run that replaces a result. Two kinds of results take turns, so that each run has something to replace."""
    here = district(work)
    kinds = [["--formats", "json,xlsx,html"], ["--formats", "json,csv"]]
    states = []
    for kind in kinds:
        began = time.monotonic()
        ran = run(command, here, "consolidate", "forms", "-o", "out", "--fail-on", "never", *kind)
        length = time.monotonic() - began
        check(ran.returncode in (0, 3), f"{name}: {ran.stderr.decode(errors='replace')[-300:]}")
        states.append(files(here / "out"))
    current, outcomes = 1, {"old": 0, "new": 0, "aside": 0}
    for turn in range(kills):
        wanted = 1 - current
        process = subprocess.Popen([*command, "consolidate", "forms", "-o", "out", "--fail-on", "never", *kinds[wanted]], cwd=here,
                                   stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, start_new_session=True)
        # Half of the kills come when the new result is being put in place.
        if turn % 2:
            while not (here / ".out.huizong-new").exists() and process.poll() is None:
                time.sleep(0.0005)
            time.sleep(rng.random() * length * 0.5)
        else:
            time.sleep(rng.random() * length * 1.1)
        try:
            os.killpg(process.pid, signal.SIGKILL)
        except ProcessLookupError:
            pass
        process.wait()
        # A program under Wine is a process of its own.
        for left in pathlib.Path("/proc").glob("[0-9]*/cmdline"):
            try:
                line = left.read_bytes()
                if b"consolidate\0forms\0-o\0out\0" in line and os.readlink(left.parent / "cwd") == str(here):
                    os.kill(int(left.parent.name), signal.SIGKILL)
            except (OSError, ProcessLookupError):
                pass
        if (here / "out").exists():
            now = files(here / "out")
            check(now in states, f"{name}, kill {turn}: the result is neither the old nor the new one")
            outcomes["new" if now == states[wanted] else "old"] += 1
            current = states.index(now) if now in states else current
        else:
            outcomes["aside"] += 1
            aside = here / ".out.huizong-old"
            check(aside.exists() and files(aside) == states[current], f"{name}, kill {turn}: the old result is not aside")
        # The next run clears what is left: an empty folder is refused, and an earlier result is restored first.
        ran = run(command, here, "consolidate", "no-such-folder", "-o", "out")
        check((here / "out").exists() and files(here / "out") == states[current], f"{name}, kill {turn}: the next run lost the result")
    ran = run(command, here, "consolidate", "forms", "-o", "out", "--fail-on", "never", *kinds[0])
    check(files(here / "out") == states[0], f"{name}: the last run")
    left = [path.name for path in here.iterdir() if path.name.startswith(".out")]
    check(not left, f"{name} left {left}")
    print(f"{name}: killed {kills} times: {outcomes}")


def code_pages(name, command, work, text_of):
    """Redirected text in the code page of a console, as `cmd` has it."""
    here = district(work)
    exe = "Z:" + command[-1].replace("/", "\\")
    environment = {"WINEPREFIX": tempfile.gettempdir() + "/huizong-wine", "WINEDEBUG": "-all", **os.environ}
    for page, encoding in ((936, "gbk"), (65001, "utf-8")):
        line = f"chcp {page} >nul & {exe} check forms > text.txt 2> said.txt"
        # Wine has a console only in a terminal.
        terminal = ["script", "-qc", shlex.join(["wine", "cmd", "/c", line]), "/dev/null"]
        subprocess.run(terminal, cwd=here, env=environment, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, timeout=300)
        for file, expected in zip(("text.txt", "said.txt"), text_of):
            data = (here / file).read_bytes()
            is_equal = check(data.decode(encoding, errors="replace") == expected, f"{name}, code page {page}: {file}")
            print(f"{name}, code page {page}: {file}, {len(data)} bytes, {'the text' if is_equal else 'not the text'} of the first platform")


def open_elsewhere(name, command, work):
    """A file of a result that another program has open is named, and the result stays as it is."""
    here = district(work)
    hold = work / "hold.c"
    hold.write_text(r"""#include <stdio.h>
#include <windows.h>
int main(void) {
    HANDLE held = CreateFileA("out\\consolidation.xlsx", GENERIC_READ, FILE_SHARE_READ, 0, OPEN_EXISTING, 0, 0);
    fclose(fopen("held", "w"));
    while (GetFileAttributesA("done") == INVALID_FILE_ATTRIBUTES) Sleep(20);
    return held == INVALID_HANDLE_VALUE;
}
""")
    subprocess.run(["x86_64-w64-mingw32-gcc", hold, "-o", work / "hold.exe"], check=True)
    consolidate = ["consolidate", "forms", "-o", "out", "--fail-on", "never"]
    run(command, here, *consolidate)
    before = files(here / "out")
    holder = subprocess.Popen([*command[:-1], work / "hold.exe"], cwd=here, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    while not (here / "held").exists():
        time.sleep(0.02)
    ran = run(command, here, *consolidate)
    said = ran.stderr.decode(errors="replace")
    check(ran.returncode == 2 and "consolidation.xlsx" in said and "Excel" in said, f"{name}, open file: {ran.returncode} {said}")
    check(files(here / "out") == before, f"{name}, open file: the result was changed")
    (here / "done").touch()
    check(holder.wait() == 0, f"{name}: the file was not held open")
    check(run(command, here, *consolidate).returncode == 0, f"{name}: it is not written once the file is closed")
    print(f"{name}: a file that is open elsewhere is named")


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("platforms", nargs="+")
    parser.add_argument("--kills", type=int, default=50)
    parser.add_argument("--seed", type=int, default=1)
    arguments = parser.parse_args()
    platforms = {}
    for given in arguments.platforms:
        name, command = given.split("=", 1)
        command = shlex.split(command)
        platforms[name] = [str(pathlib.Path(part).resolve()) if "/" in part and not part.startswith("-") else part for part in command]
    with tempfile.TemporaryDirectory() as work:
        work = pathlib.Path(work)
        compare(platforms, work / "same")
        first = next(iter(platforms.values()))
        ran = run(first, district(work / "text"), "check", "forms")
        for name, command in platforms.items():
            kill(name, command, work / f"kill-{name}", arguments.kills, random.Random(arguments.seed))
            if command[-1].endswith(".exe"):
                open_elsewhere(name, command, work / f"open-{name}")
                code_pages(name, command, work / f"page-{name}", (ran.stdout.decode(), ran.stderr.decode()))
    print(f"{failures} wrong")
    sys.exit(failures > 0)


main()
