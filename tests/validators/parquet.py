#!/usr/bin/env python3
"""Reads the Parquet files of a result with DuckDB and compares their sums with its consolidation.json.

Usage: parquet.py DIR     (needs duckdb)
"""
import json, pathlib, sys
from decimal import Decimal

import duckdb

TABLES = ["departments", "categories", "tasks", "indicators", "key_projects", "findings", "lineage"]


def figures(totals):
    for name, value in totals.items():
        if name in ("by_source", "by_nature"):
            for group, columns in value.items():
                for column, total in columns.items():
                    yield f"{name}.{group}.{column}", total
        else:
            yield name, value


def main():
    folder = pathlib.Path(sys.argv[1])
    result = json.loads((folder / "consolidation.json").read_text())
    db = duckdb.connect()
    compared, rows, decimals = 0, 0, 0
    for table in TABLES:
        db.execute(f"create view {table} as select * from '{folder / table}.parquet'")
        columns = db.execute(f"describe {table}").fetchall()
        floats = [name for name, kind, *_ in columns if kind in ("DOUBLE", "FLOAT")]
        assert not floats, f"{table}: {floats} are floating-point"
        decimals += sum(kind.startswith("DECIMAL") for _, kind, *_ in columns)
        rows += db.execute(f"select count(*) from {table}").fetchone()[0]
    by_lineage = dict(db.execute("select figure_id, sum(value) from lineage group by figure_id").fetchall())
    reported = dict(db.execute("select figure_id, count(distinct document) from lineage group by figure_id").fetchall())
    for path, total in figures(result["totals"]):
        column = path.replace(".", "_")
        value, count = db.execute(f'select sum("{column}"), count("{column}") from departments').fetchone()
        assert isinstance(value, Decimal), f"{path}: {type(value)}"
        assert value == by_lineage[path] == Decimal(total["value"]), f"{path}: {value} {by_lineage[path]} {total}"
        assert count == reported[path] == total["reported_by"], path
        compared += 1
    assert set(by_lineage) == {path for path, _ in figures(result["totals"])}
    assert db.execute("select count(*) from departments").fetchone()[0] == len(result["departments"])
    findings = result["findings"]
    assert db.execute("select count(*) from findings").fetchone()[0] == findings["error"] + findings["warning"] + findings["info"]
    for table, count in result["counts"].items():
        assert db.execute(f"select count(*) from {table}").fetchone()[0] == count, table
    funds = db.execute("select sum(funds) from tasks").fetchone()[0]
    assert funds == Decimal(result["totals"]["task_funds"]["value"]), funds
    print(f"DuckDB: {len(TABLES)} tables, {rows} rows, {decimals} decimal columns; {compared} totals agree twice")


if __name__ == "__main__":
    main()
