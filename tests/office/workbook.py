#!/usr/bin/env python3
"""Has LibreOffice recalculate the workbook of a consolidation, and compares every total with consolidation.json.

Run with the Python that has LibreOffice's `uno`:

    python3 tests/office/workbook.py HUIZONG [--departments 500] [--rounds 3]

The cached values of formulas are removed first, so that none of them can be read back.
"""
import argparse, json, pathlib, random, re, subprocess, sys, tempfile, zipfile
from decimal import Decimal, ROUND_HALF_UP

from libre import office, option

FIGURES = {
    "年初预算": "initial_budget", "调整后预算": "adjusted_budget", "实际支出": "actual_expenditure",
    "预算调整数": "budget_adjustment", "净增减": "net_change", "任务涉及资金": "task_funds",
    "重点项目申报预算": "key_project_requested", "重点项目实际使用": "key_project_used",
}
LIMIT = Decimal(2) ** 33 * 10_000  # 元; above this, a double in 万元 is not exact to the cent


def amounts(rng, size, unit):
    whole, decimals = 10 ** rng.uniform(0, size), rng.choice([0, 1, 2, 2, 2, 6] if unit == "CNY_10K" else [0, 2, 2])
    return f"{Decimal(whole).quantize(Decimal(1).scaleb(-decimals))}"


def documents(path, count, rng, size):
    sources = ["general_public_budget", "government_fund_budget", "unit_funds", "other"]
    with open(path, "w", encoding="utf-8") as out:
        for number in range(count):
            unit = rng.choice(["CNY_10K", "CNY_10K", "CNY"])
            amount = lambda: amounts(rng, size + (4 if unit == "CNY" else 0), unit)
            budget = {"initial_budget": amount(), "adjusted_budget": amount(), "actual_expenditure": amount()}
            if rng.random() < 0.7:
                budget["budget_adjustment"] = rng.choice(["", "-"]) + amount()
                if set(budget["budget_adjustment"]) <= set("-0."):
                    budget["budget_adjustment"] = "0"
            if rng.random() < 0.8:
                budget["by_source"] = {source: {"actual_expenditure": amount()} for source in rng.sample(sources, 2)}
            out.write(json.dumps({
                "schema_version": "1.0", "department": {"name": f"示范区第{number}局", "code": f"{number:06}"},
                "fiscal_year": 2023, "unit": unit, "budget": budget,
                "tasks": [{"name": "甲", "funds": amount()}] if rng.random() < 0.5 else [],
                "key_projects": [{"name": "乙", "budget_requested": amount(), "funds_used": amount()}],
            }, ensure_ascii=False) + "\n")


def without_values(source, target):
    with zipfile.ZipFile(source) as old, zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as new:
        taken = 0
        for name in old.namelist():
            data = old.read(name)
            if name.startswith("xl/worksheets/sheet"):
                text, count = re.subn(r"(</f>)<v>[^<]*</v>", r"\1", data.decode())
                data, taken = text.encode(), taken + count
            new.writestr(name, data)
    return taken


def at(totals, label):
    name, _, column = label.partition("：")
    if not column:
        return totals.get(FIGURES[name])
    for group, labels in (("by_source", SOURCES), ("by_nature", {"基本支出": "basic", "项目支出": "project"})):
        if name in labels:
            return totals.get(group, {}).get(labels[name], {}).get(FIGURES[column])
    raise KeyError(label)


SOURCES = {
    "一般公共预算": "general_public_budget", "政府性基金预算": "government_fund_budget",
    "国有资本经营预算": "state_capital_budget", "财政拨款": "fiscal_appropriation",
    "财政专户管理资金": "fiscal_special_account", "单位资金": "unit_funds", "上年结转资金": "carried_over",
    "其他资金": "other",
}


def cents(value):
    return Decimal(value).quantize(Decimal("0.01"), ROUND_HALF_UP)


class Sheet:
    """The values of a sheet as doubles, because files written by LibreOffice have only 15 digits."""

    def __init__(self, sheet):
        cursor = sheet.createCursor()
        cursor.gotoEndOfUsedArea(False)
        end = cursor.RangeAddress
        self.rows = sheet.getCellRangeByPosition(0, 0, end.EndColumn, end.EndRow).getDataArray()

    def value(self, row, column):
        """The value of a cell, counted from 1."""
        return self.rows[row - 1][column - 1] if row <= len(self.rows) and column <= len(self.rows[0]) else ""


class Comparison:
    def __init__(self):
        self.same, self.wrong, self.large = 0, [], 0

    def total(self, where, cell, total):
        exact = Decimal(total["value"])
        if abs(exact) >= LIMIT:
            self.large += 1
        elif not isinstance(cell, (int, float)) or cents(Decimal(cell) * 10_000) != cents(exact):
            self.wrong.append(f"{where}: {cell} for {exact}")
        else:
            self.same += 1

    def rate(self, where, cell, rate):
        if rate is None and cell in (None, ""):
            return
        if rate is None or not isinstance(cell, (int, float)) or cents(Decimal(cell) * 100) != Decimal(rate):
            self.wrong.append(f"{where}: {cell} for {rate}")
        else:
            self.same += 1


def compare(book, result, all_of):
    sheet = book["部门"]
    headings = sheet.rows[4]
    for column, heading in enumerate(headings, 1):
        if heading and heading.endswith("（万元）"):
            for row in (3, 4):
                all_of.total(f"部门 {heading}", sheet.value(row, column), at(result["totals"], heading[:-4]))
        if heading and heading.endswith("重算）"):
            name = "completion_rate" if "完成" in heading else "adjustment_rate"
            all_of.rate(f"部门 {heading}", sheet.value(3, column), result["rates"].get(name))
    sheet = book["概览"]
    for row in range(8, len(sheet.rows) + 1):
        label = sheet.value(row, 1)
        if not label:
            break
        if label.startswith("预算完成率") or label.startswith("预算调整率"):
            name = "completion_rate" if "完成" in label else "adjustment_rate"
            all_of.rate(f"概览 {label}", sheet.value(row, 2), result["rates"].get(name))
        else:
            all_of.total(f"概览 {label}", sheet.value(row, 2), at(result["totals"], label))
            assert sheet.value(row, 3).replace(",", "") == at(result["totals"], label)["value"], "the exact value"
    if not result["groups"]:
        return
    sheet = book["分组"]
    row = 3
    groups = {tuple(sorted(group["by"].items())): group for group in result["groups"]}
    seen = 0
    while row <= len(sheet.rows):
        if not sheet.value(row, 1):
            row += 1
            continue
        headings = [value for value in sheet.rows[row - 1] if value]
        columns = headings[: headings.index("应报部门数")]
        row += 1
        while sheet.value(row, 1):
            if sheet.value(row, 1) in ("合计", "四舍五入的尾差"):
                for index, heading in enumerate(headings, 1):
                    if sheet.value(row, 1) == "合计" and (heading.split("：")[0] in FIGURES or "：" in heading):
                        all_of.total(f"分组合计 {heading}", sheet.value(row, index), at(result["totals"], heading))
                row += 1
                continue
            by = {name: sheet.value(row, index) for index, name in enumerate(columns, 1)}
            group = groups[tuple(sorted((name, "" if value in ("（未填）", "（不在名单上）") else value) for name, value in by.items()))]
            seen += 1
            for index, heading in enumerate(headings, 1):
                if heading.split("：")[0] in FIGURES or "：" in heading:
                    total = at(group["totals"], heading)
                    if total:
                        all_of.total(f"分组 {by} {heading}", sheet.value(row, index), total)
            row += 1
    assert seen == len(groups), "every group has a row"


def run(desktop, huizong, folder, arguments, what, all_of):
    out = folder / "out"
    subprocess.run([huizong, "consolidate", *arguments, "-o", out, "--fail-on", "never"], check=True,
                   stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, cwd=folder)
    result = json.loads((out / "consolidation.json").read_text())
    bare = folder / "bare.xlsx"
    formulas = without_values(out / "consolidation.xlsx", bare)
    book = desktop.loadComponentFromURL(f"file://{bare}", "_blank", 0, (option("Hidden", True),))
    book.calculateAll()
    sheets = {name: Sheet(book.Sheets.getByName(name)) for name in book.Sheets.ElementNames[:3]}
    book.close(True)
    before = all_of.same
    compare(sheets, result, all_of)
    print(f"{what}: {len(result['departments'])} departments, {formulas} formulas, {all_of.same - before} totals compared")


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("huizong", type=pathlib.Path)
    parser.add_argument("--departments", type=int, default=500)
    parser.add_argument("--rounds", type=int, default=3)
    asked = parser.parse_args()
    huizong = asked.huizong.resolve()
    district = pathlib.Path(__file__).resolve().parents[2] / "examples/district"
    all_of = Comparison()
    with tempfile.TemporaryDirectory() as folder:
        process, desktop = office(folder)
        folder = pathlib.Path(folder)
        (folder / "district").mkdir()
        run(desktop, huizong, folder / "district", [district / "forms", "--roster", district / "roster.csv", "--group-by", "类别"],
            "the example district", all_of)
        for number in range(asked.rounds):
            rng = random.Random(number)
            here = folder / str(number)
            here.mkdir()
            # The largest amounts are those of a national budget.
            documents(here / "forms.ndjson", asked.departments, rng, [4, 7, 8][number % 3])
            roster = ["name,code,category,street"] + [
                f"示范区第{index}局,{index:06},{rng.choice('甲乙丙')},{rng.choice(['东街', '西街', ''])}"
                for index in range(asked.departments) if rng.random() < 0.9]
            (here / "roster.csv").write_text("\n".join(roster))
            run(desktop, huizong, here, ["forms.ndjson", "--roster", "roster.csv", "--group-by", "category", "--group-by", "category,street"],
                f"round {number}", all_of)
        process.kill()
    print(f"{all_of.same} totals agree to the cent, {len(all_of.wrong)} wrong, {all_of.large} beyond 2^33 万元 not compared")
    for wrong in all_of.wrong[:20]:
        print("  ", wrong)
    return bool(all_of.wrong) or not all_of.same


if __name__ == "__main__":
    sys.exit(main())
