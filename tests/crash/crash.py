#!/usr/bin/env python3
"""Kills a consolidation at every system call and at random moments, and runs it on a full disk.

Usage: crash.py HUIZONG [--moments N] [--every N] [--documents N]

After each kill the result's folder must be in the old state or in the new one, byte for byte, and the next run must clean
up everything else. Needs strace. The full disk needs permission to mount a tmpfs; without it that test is skipped with a
message.
"""
import argparse, hashlib, itertools, json, pathlib, random, shutil, subprocess, sys, tempfile, time

# Calls that touch the file system, except reading and mapping, which are many and change nothing. Each is counted separately.
CALLS = ("open openat creat mkdir mkdirat rename renameat renameat2 unlink unlinkat rmdir link linkat symlink symlinkat "
         "chmod fchmod fchmodat truncate ftruncate fallocate write pwrite64 writev close fsync fdatasync sync_file_range "
         "copy_file_range sendfile flock fcntl statx newfstatat fstat stat lstat access faccessat faccessat2 readlink "
         "readlinkat getdents64 getcwd chdir utimensat").split()


def state(folder):
    """The names and digests of all files in a folder, or None if it does not exist."""
    if not folder.exists():
        return None
    files = sorted(path for path in folder.rglob("*") if path.is_file())
    return {str(path.relative_to(folder)): hashlib.sha256(path.read_bytes()).hexdigest() for path in files}


def documents(path, count, spent):
    with open(path, "w", encoding="utf-8") as out:
        for number in range(count):
            out.write(json.dumps({
                "schema_version": "1.0", "department": {"name": f"示范区第{number}局", "code": f"{number:06}"},
                "fiscal_year": 2023, "unit": "CNY_10K",
                "budget": {"initial_budget": "120.50", "adjusted_budget": "118.00", "actual_expenditure": spent},
                "tasks": [{"name": f"任务{task}", "funds": "10.00", "indicators": [{"name": "数量", "target": "≥5"}]}
                          for task in range(3)],
            }, ensure_ascii=False) + "\n")


class Trial:
    def __init__(self, huizong, folder):
        self.huizong, self.folder, self.out = str(huizong), folder, folder / "out"
        self.tally = {"old": 0, "new": 0}

    def command(self, inputs):
        return [self.huizong, "consolidate", str(inputs), "-o", str(self.out), "--jobs", "1", "--fail-on", "never"]

    def run(self, inputs, before=()):
        return subprocess.run([*before, *self.command(inputs)], cwd=self.folder, stdout=subprocess.DEVNULL,
                              stderr=subprocess.DEVNULL).returncode

    def whole(self, inputs):
        """Runs without a kill: the run must succeed and leave nothing but the result's folder."""
        beside = {path.name for path in self.folder.iterdir()} - {"out"}
        code = self.run(inputs)
        left = {path.name for path in self.folder.iterdir()} - {"out"}
        litter = {name for name in left if name.startswith(".")}
        assert code == 0 and not litter and left <= beside, (code, litter, left)
        return state(self.out)

    def begin(self, old_inputs):
        """Creates the old state: a result, or no folder."""
        if old_inputs is None:
            shutil.rmtree(self.out, ignore_errors=True)
            return None
        return self.whole(old_inputs)

    def judge(self, old, new, what):
        now = state(self.out)
        assert now in (old, new), f"{what}: neither the old state nor the new one"
        self.tally["old" if now == old else "new"] += 1


def every_call(trial, old_inputs, new_inputs, step):
    new = trial.whole(new_inputs)
    old = trial.begin(old_inputs)
    calls = 0
    for call in CALLS:
        for number in itertools.count(1, step):
            kill = ["strace", "-f", "-qq", "-o", "/dev/null", "-e", f"trace={call}",
                    "-e", f"inject={call}:signal=KILL:when={number}"]
            code = trial.run(new_inputs, kill)
            trial.judge(old, new, f"{call} {number}")
            # The next run cleans up, whatever it consolidates.
            assert trial.whole(new_inputs) == new
            assert trial.begin(old_inputs) == old
            if code == 0:
                break
            calls += 1
    return calls


def random_moments(trial, old_inputs, new_inputs, count, seed):
    rng = random.Random(seed)
    new = trial.whole(new_inputs)
    began = time.monotonic()
    trial.whole(new_inputs)
    takes = placed = time.monotonic() - began
    old = trial.begin(old_inputs)
    for number in range(count):
        with subprocess.Popen(trial.command(new_inputs), cwd=trial.folder, stdout=subprocess.DEVNULL,
                              stderr=subprocess.DEVNULL) as run:
            # Kill every other run near the moment when the folder is moved into place, which is estimated on the go.
            near = number % 2 == 0
            time.sleep(placed * rng.uniform(0.97, 1.03) if near else takes * rng.uniform(0, 1.05))
            run.kill()
        trial.judge(old, new, f"moment {number}")
        is_new = state(trial.out) == new
        if near:
            placed *= 0.98 if is_new else 1.02
        if is_new:
            assert trial.whole(old_inputs) == old
    assert trial.whole(new_inputs) == new


def full_disk(trial, old_inputs, new_inputs):
    disk = trial.folder / "disk"
    disk.mkdir()
    mounted = subprocess.run(["mount", "-t", "tmpfs", "-o", "size=5m", "tmpfs", str(disk)], capture_output=True)
    if mounted.returncode != 0:
        print("full disk: NOT TRIED, no tmpfs could be mounted:", mounted.stderr.decode().strip())
        return
    try:
        trial.folder, trial.out = disk, disk / "out"
        old = trial.whole(old_inputs)
        for attempt in range(3):
            assert trial.run(new_inputs) == 2, "the disk is too large for this test"
            assert state(trial.out) == old, "the old state is lost"
            assert [path.name for path in disk.iterdir()] == ["out"], "litter"
        # Once more without an old state.
        shutil.rmtree(trial.out)
        assert trial.run(new_inputs) == 2 and not list(disk.iterdir())
        print("full disk: the old state stayed, nothing beside it")
    finally:
        subprocess.run(["umount", str(disk)], check=True)


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("huizong", type=pathlib.Path)
    parser.add_argument("--moments", type=int, default=200)
    parser.add_argument("--every", type=int, default=1, help="kill at every Nth call alone")
    parser.add_argument("--documents", type=int, default=3_000)
    parser.add_argument("--seed", type=int, default=1)
    asked = parser.parse_args()
    huizong = asked.huizong.resolve()
    inputs = pathlib.Path(tempfile.mkdtemp())
    folder = pathlib.Path(tempfile.mkdtemp())
    try:
        # The result that must not fit is larger than the disk's 5 MB in any format.
        sizes = {"a": 5, "b": 5, "large": asked.documents, "full": max(asked.documents, 8_000)}
        for number, (name, count) in enumerate(sizes.items()):
            documents(inputs / f"{name}.ndjson", count, f"10{number}.00")
        small = Trial(huizong, folder)
        traced = subprocess.run(["strace", "-o", "/dev/null", "true"], capture_output=True)
        if traced.returncode != 0:
            print("kills at calls: NOT TRIED, strace may not trace here:", traced.stderr.decode().strip())
        for old in (inputs / "a.ndjson", None) if traced.returncode == 0 else ():
            calls = every_call(small, old, inputs / "b.ndjson", asked.every)
            print(f"killed at {calls} calls, {'with' if old else 'without'} an old state: {small.tally}")
            assert min(small.tally.values()) > 0, "both states must have been seen"
            small.tally = {"old": 0, "new": 0}
        large = Trial(huizong, folder)
        random_moments(large, inputs / "a.ndjson", inputs / "large.ndjson", asked.moments, asked.seed)
        print(f"killed at {asked.moments} moments of {asked.documents} documents: {large.tally}")
        full_disk(large, inputs / "a.ndjson", inputs / "full.ndjson")
    finally:
        shutil.rmtree(inputs)
        shutil.rmtree(folder)


if __name__ == "__main__":
    sys.exit(main())
