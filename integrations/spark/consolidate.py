#!/usr/bin/env python3
"""Consolidates forms on Apache Spark: each partition runs the command over a part of them, and the driver merges the partials.

    spark-submit consolidate.py INPUT -o DIR --work WORK [--huizong COMMAND] [--partitions N] [-- ARGUMENTS]

INPUT is a folder of forms, or one file with a JSON document a line. INPUT, WORK and the lists have the same paths on all machines, and
WORK can be written by all of them. ARGUMENTS are those of `huizong consolidate`, such as --formats json,parquet --roster roster.csv.
The result is the same, byte for byte, as that of `huizong consolidate INPUT -o DIR ARGUMENTS` on one machine.

A partition that is computed again, because its machine was lost, writes the same partial again: nothing is counted twice.
"""
import argparse
import os
import pathlib
import subprocess
import sys

from pyspark.sql import SparkSession

# A partition holds its part of a file in memory.
LARGEST_PIECE = 256 << 20


def main():
    arguments = sys.argv[1:]
    own, passed = arguments, []
    if "--" in arguments:
        at = arguments.index("--")
        own, passed = arguments[:at], arguments[at + 1:]
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("input")
    parser.add_argument("-o", "--out", required=True, metavar="DIR")
    parser.add_argument("--work", required=True, metavar="WORK", help="a new or empty folder that all machines can write")
    parser.add_argument("--huizong", default="huizong", metavar="COMMAND")
    parser.add_argument("--partitions", type=int, metavar="N", help="default: four for each core of the cluster")
    asked = parser.parse_args(own)
    work = pathlib.Path(asked.work).resolve()
    work.mkdir(parents=True, exist_ok=True)
    if any(work.iterdir()):
        sys.exit(f"{work} is not empty: name a new folder, as partials of another run would be merged too")
    if not os.path.exists(asked.input):
        sys.exit(f"there is no {asked.input}")
    here = os.getcwd()

    spark = SparkSession.builder.appName("huizong").getOrCreate()
    context = spark.sparkContext
    partitions = asked.partitions or 4 * context.defaultParallelism
    command = [asked.huizong, "consolidate"]

    def partial(number):
        return str(work / f"{number:06}.partial")

    if os.path.isdir(asked.input):
        def read(number):
            run(command + [asked.input, "--partial", partial(number), "--part", f"{number + 1}/{partitions}"] + passed, here)
            return number

        parts = context.parallelize(range(partitions), partitions).map(read).collect()
    else:
        size = os.path.getsize(asked.input)
        partitions = max(partitions, -(-size // LARGEST_PIECE))
        path = os.path.join(here, asked.input)
        bounds = [size * number // partitions for number in range(partitions + 1)]
        pieces = list(zip(range(partitions), bounds, bounds[1:]))

        def count(piece):
            number, begin, end = piece
            lines = piece_of(path, begin, end).split(b"\n")
            documents = sum(1 for line in lines if line.strip(b" \t\r"))
            return number, documents, len(lines) - 1

        counts = sorted(context.parallelize(pieces, partitions).map(count).collect())
        begins, document, line = [], 1, 1
        for (number, documents, lines), (_, begin, end) in zip(counts, pieces):
            if documents:
                begins.append((number, begin, end, document, line))
            document, line = document + documents, line + lines

        # An empty file is one too.
        begins = begins or [(0, 0, size, 1, 1)]

        def read(piece):
            number, begin, end, document, line = piece
            of = ["--piece-of", asked.input, "--piece-document", str(document), "--piece-line", str(line)]
            run(command + ["-", "--partial", partial(number)] + of + passed, here, piece_of(path, begin, end))
            return number

        parts = context.parallelize(begins, max(1, len(begins))).map(read).collect()
    spark.stop()
    fail_on = passed[passed.index("--fail-on"):][:2] if "--fail-on" in passed else []
    merged = subprocess.run([asked.huizong, "merge"] + [partial(number) for number in parts] + ["-o", asked.out] + fail_on)
    sys.exit(merged.returncode)


def piece_of(path, begin, end):
    """The lines of a file that begin from `begin` on and before `end`."""
    with open(path, "rb") as file:
        if begin:
            # The line that goes on here began in the piece before, unless that ends with a line break.
            file.seek(begin - 1)
            begin = begin - 1 + len(file.readline())
        if begin >= end:
            return b""
        file.seek(begin)
        text = file.read(end - begin)
        if not text.endswith(b"\n"):
            text += file.readline()
        return text


def run(command, folder, text=b""):
    """Runs the command. It ends with 3 if a file could not be read, which the result says again."""
    ran = subprocess.run(command, cwd=folder, input=text, capture_output=True)
    if ran.returncode not in (0, 3):
        raise RuntimeError(f"{' '.join(command)}: exit status {ran.returncode}: {ran.stderr.decode(errors='replace')}")


if __name__ == "__main__":
    main()
