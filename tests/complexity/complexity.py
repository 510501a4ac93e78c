#!/usr/bin/env python3
"""Counts instructions: twice the input may cost at most 2.2 times as much, for every reader, rule and search.

    complexity.py PROGRAM [--only TEXT] [--write]

PROGRAM is the workspace's `complexity`. Instructions are counted by callgrind, so that a busy machine makes no difference. They are compared
with `baseline.json` too: 2 % more fail, and the message names the case. Another compiler counts otherwise; then this is said, and only growth
is checked. `--write` writes the baseline anew. A loop that was made quadratic on purpose has to fail.
"""
import argparse
import concurrent.futures
import json
import pathlib
import re
import subprocess
import sys
import tempfile

BASELINE = pathlib.Path(__file__).with_name("baseline.json")
GROWTH = 2.2
DRIFT = 1.02


def instructions(program, case, size):
    with tempfile.TemporaryDirectory() as folder:
        command = ["valgrind", "--tool=callgrind", "--toggle-collect=*complexity::measured*", f"--callgrind-out-file={folder}/out",
                   program, case, str(size)]
        ran = subprocess.run(command, capture_output=True, text=True)
    found = re.search(r"Collected : (\d+)", ran.stderr)
    if ran.returncode or not found:
        sys.exit(f"{case} {size}: exit status {ran.returncode}: {ran.stderr[-2000:]}")
    return int(found[1])


def measure(program, case, size):
    """What the size and half of it cost."""
    return instructions(program, case, size // 2), instructions(program, case, size)


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("program")
    parser.add_argument("--only", default="")
    parser.add_argument("--write", action="store_true")
    asked = parser.parse_args()
    listed = subprocess.run([asked.program, "list"], capture_output=True, text=True, check=True).stdout.split("\n")[:-1]
    cases = {case: int(size) for case, size in (line.split() for line in listed) if asked.only in case}
    compiler = subprocess.run(["rustc", "--version"], capture_output=True, text=True, check=True).stdout.strip()
    baseline = json.loads(BASELINE.read_text(encoding="utf-8")) if BASELINE.exists() else {"compiler": "", "cases": {}}
    is_compared = baseline["compiler"] == compiler and not asked.write
    if not is_compared and not asked.write:
        by = baseline["compiler"]
        print((f"the baseline was counted by {by}, this is {compiler}" if by else "there is no baseline") + ": only growth is checked")
    faults, counted = [], {}
    with concurrent.futures.ThreadPoolExecutor() as pool:
        costs = pool.map(lambda case: measure(asked.program, *case), cases.items())
        for (case, size), (half, cost) in zip(cases.items(), costs):
            growth = cost / half
            counted[case] = {"size": size, "instructions": cost}
            before = baseline["cases"].get(case, {})
            print(f"{case:50} {size:5} {cost:12} x{growth:.2f}")
            if growth > GROWTH:
                faults.append(f"{case}: {size} items cost {growth:.2f} times as much as {size // 2}")
            if is_compared and (before.get("size") != size or cost > before["instructions"] * DRIFT):
                faults.append(f"{case}: {cost} instructions for {size} items, the baseline has {before or 'none'}")
    half, cost = measure(asked.program, "planted-quadratic-loop", 128)
    if cost / half <= GROWTH:
        faults.append(f"the planted quadratic loop was not found: x{cost / half:.2f}")
    if asked.write:
        # Cases that were not asked for keep what they have, if it was counted by this compiler.
        others = baseline["cases"] if asked.only and baseline["compiler"] == compiler else {}
        text = json.dumps({"compiler": compiler, "cases": {**others, **counted}}, indent=1) + "\n"
        BASELINE.write_text(text, encoding="utf-8")
    print("\n".join(faults) or f"{len(cases)} cases, none costs more than {GROWTH} times as much for twice the input")
    sys.exit(bool(faults))


main()
