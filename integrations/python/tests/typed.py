"""Checked by mypy alone: the types that a program sees."""

from decimal import Decimal
from typing import List

import huizong


def places(path: str) -> List[str]:
    file = huizong.read(path, year=2022)
    located = (finding.get("location") for finding in file.findings)
    return [location["cell"] for location in located if location]


def total(paths: List[str]) -> Decimal:
    result = huizong.consolidate(paths, roster="roster.csv", progress=lambda done, of, name: print(done, of, name))
    rows = result.table("departments").to_dicts()
    return sum((row["actual_expenditure"] for row in rows), Decimal())


huizong.check("forms", jobs="two")  # type: ignore[arg-type]
