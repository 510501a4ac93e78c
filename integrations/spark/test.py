#!/usr/bin/env python3
"""Tests the Spark job on a cluster of this machine: a master and two workers on loopback, one of which is killed in mid-job.

    test.py HUIZONG [--documents N]

Needs pyspark and Java 17. The result of the job has to be that of the command alone, byte for byte, and Spark's log has to say that
tasks of the lost worker ran again. Then a folder of forms is consolidated on the worker that is left.
"""
import argparse
import filecmp
import json
import os
import pathlib
import random
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time

import pyspark

HERE = pathlib.Path(__file__).resolve().parent
SPARK = pathlib.Path(pyspark.__file__).parent
FORMATS = ["--formats", "json,csv,parquet", "--fail-on", "never"]


def free_port():
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        return one.getsockname()[1]


def documents(path, count):
    """Documents that differ in their department and figures; some are faulty, and some departments sent two."""
    district = HERE.parent.parent / "examples/district/forms"
    model = json.loads((district / "07-shuiwu.json").read_text(encoding="utf-8"))
    chance = random.Random(1)
    with open(path, "w", encoding="utf-8") as out:
        for number in range(count):
            model["department"] = {"name": f"示范区第{number - number % 97 // 96}局", "scope": "consolidated"}
            spent = chance.randrange(1, 10 ** 6)
            model["budget"] = {
                "initial_budget": f"{spent + 50}.00", "adjusted_budget": f"{spent + 20}.50",
                "actual_expenditure": f"{spent}.25" if number % 101 else spent,
            }
            out.write(json.dumps(model, ensure_ascii=False) + "\n")


class Cluster:
    """A master and two workers on loopback."""

    def __init__(self, folder):
        self.folder, self.processes = folder, []
        self.environment = dict(os.environ, SPARK_LOCAL_IP="127.0.0.1", PYSPARK_PYTHON=sys.executable, SPARK_HOME=str(SPARK))
        port = free_port()
        self.url = f"spark://127.0.0.1:{port}"
        self.start("master", "org.apache.spark.deploy.master.Master",
                   "--host", "127.0.0.1", "--port", port, "--webui-port", free_port())
        self.workers = [
            self.start(f"worker{number}", "org.apache.spark.deploy.worker.Worker", "--host", "127.0.0.1", "--cores", 1,
                       "--memory", "512m", "--webui-port", free_port(), "--work-dir", folder / f"worker{number}", self.url)
            for number in range(2)
        ]

    def start(self, name, *arguments):
        log = open(self.folder / f"{name}.log", "wb")
        command = [SPARK / "bin/spark-class", *arguments]
        process = subprocess.Popen([str(word) for word in command], stdout=log, stderr=log, env=self.environment,
                                   start_new_session=True)
        self.processes.append(process)
        return process

    def kill(self, number):
        """Kills a worker and its executor, as when a machine is lost."""
        os.killpg(self.workers[number].pid, signal.SIGKILL)

    def submit(self, arguments, folder):
        command = [SPARK / "bin/spark-submit", "--master", self.url, "--conf", "spark.driver.host=127.0.0.1",
                   "--conf", "spark.driver.bindAddress=127.0.0.1", "--conf", "spark.executor.memory=512m",
                   "--conf", "spark.log.level=INFO", HERE / "consolidate.py", *arguments]
        return subprocess.Popen([str(word) for word in command], cwd=folder, stdout=subprocess.PIPE,
                                stderr=subprocess.STDOUT, text=True, env=self.environment)

    def stop(self):
        subprocess.run(["pkill", "-KILL", "-f", str(self.folder)])
        for process in self.processes:
            if process.poll() is None:
                os.killpg(process.pid, signal.SIGKILL)


def wait(until, seconds=120):
    end = time.monotonic() + seconds
    while not until():
        if time.monotonic() > end:
            sys.exit("this took too long")
        time.sleep(0.05)


def same(one, two):
    """Every file of two results; the receipts name the folder of the result."""
    names = sorted(path.name for path in one.iterdir() if not path.name.startswith("."))
    assert names == sorted(path.name for path in two.iterdir() if not path.name.startswith(".")), names
    for name in names:
        if name == "receipt.json":
            first, second = (json.loads((folder / name).read_text(encoding="utf-8")) for folder in (one, two))
            assert {**first, "out": "", "root": ""} == {**second, "out": "", "root": ""}, name
        else:
            assert filecmp.cmp(one / name, two / name, shallow=False), name
    return len(names)


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("huizong")
    parser.add_argument("--documents", type=int, default=20_000)
    asked = parser.parse_args()
    huizong = str(pathlib.Path(asked.huizong).resolve())
    folder = pathlib.Path(tempfile.mkdtemp(prefix="huizong-spark-"))
    cluster = Cluster(folder)
    try:
        documents(folder / "all.ndjson", asked.documents)
        subprocess.run([huizong, "consolidate", "all.ndjson", "-o", "one", *FORMATS], cwd=folder, check=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        parts = 40
        job = cluster.submit(["all.ndjson", "-o", "many", "--work", "work", "--huizong", huizong, "--partitions", parts, "--", *FORMATS], folder)
        work = folder / "work"
        wait(lambda: job.poll() is not None or work.is_dir() and len(list(work.glob("*.partial"))) >= 3)
        done = len(list(work.glob("*.partial"))) if work.is_dir() else 0
        assert job.poll() is None and done < parts, f"the job was over before a worker could be killed: {job.communicate()[0][-3000:]}"
        cluster.kill(0)
        log, _ = job.communicate(timeout=900)
        assert job.returncode == 0, log[-5000:]
        lost = [line for line in log.splitlines() if "Lost executor" in line]
        again = [line for line in log.splitlines() if "TaskSetManager: Starting task" in line and ".1 in stage" in line]
        assert lost and again, log[-5000:]
        print(f"a worker was killed after {done} of {parts} partials")
        print("lost: " + lost[0][:160])
        print("again: " + again[0][:160])
        print(f"{asked.documents} documents: {same(folder / 'one', folder / 'many')} files are the same")

        shutil.copytree(HERE.parent.parent / "examples/district", folder / "district")
        district = folder / "district"
        subprocess.run([huizong, "consolidate", "forms", "-o", "../forms-one", *FORMATS], cwd=district, check=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        job = cluster.submit(["forms", "-o", "../forms-many", "--work", "../forms-work", "--huizong", huizong, "--partitions", 4, "--", *FORMATS], district)
        log, _ = job.communicate(timeout=600)
        assert job.returncode == 0, log[-5000:]
        print(f"a folder of forms: {same(folder / 'forms-one', folder / 'forms-many')} files are the same")
    finally:
        cluster.stop()
        shutil.rmtree(folder, ignore_errors=True)


if __name__ == "__main__":
    main()
