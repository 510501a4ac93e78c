"""Fills in templates with LibreOffice and compares their live checks with the command's.

Run with the Python that has LibreOffice's `uno`:

    python3 tests/office/template.py HUIZONG [--cases 40]

Half of the cases are correct, half have changed figures, often by a cent or a hundredth of a percent. LibreOffice evaluates
the formulas and saves each form, which the command then reads. For every rule in the template, the cells and the command
must agree: failed, passed, or not judged.
"""
import argparse, json, pathlib, random, re, subprocess, sys, tempfile

from libre import office, option
from made import DISTRICT, SCORED, D, district, scored, two


class Template:
    def __init__(self, desktop, path):
        self.book = desktop.loadComponentFromURL(f"file://{path}", "_blank", 0, (option("Hidden", True),))
        self.sheet = self.book.Sheets.getByIndex(0)
        cursor = self.sheet.createCursor()
        cursor.gotoEndOfUsedArea(False)
        self.rows, self.columns = cursor.RangeAddress.EndRow + 1, cursor.RangeAddress.EndColumn + 1
        self.texts, self.checks = {}, []
        for row in range(self.rows):
            for column in range(self.columns):
                cell = self.sheet.getCellByPosition(column, row)
                if "检查✓" in cell.Formula:
                    title = re.search(r'"检查[✗⚠※] ([^"（：]*)', cell.Formula).group(1)
                    self.checks.append((title, row, column))
                elif cell.String:
                    self.texts.setdefault(cell.String, []).append((row, column))

    def right_of(self, place):
        row, column = place
        area = self.sheet.createCursorByRange(self.sheet.getCellByPosition(column, row))
        area.collapseToMergedArea()
        return row, area.RangeAddress.EndColumn + 1

    def write(self, place, value):
        cell = self.sheet.getCellByPosition(place[1], place[0])
        if isinstance(value, D):
            cell.Value = float(value)
        else:
            cell.String = value

    def figure(self, label, value):
        self.write(self.right_of(self.texts[label][0]), value)

    def under(self, head, row, value):
        places = [place for place in self.texts[head] if place[0] < row]
        self.write((row, max(places)[1]), value)

    def close(self):
        self.book.close(True)


def percent(text):
    return D(text) / 100


def fill_district(template, document):
    budget = document["budget"]
    template.figure("部门名称（汇总）", document["department"]["name"])
    template.figure("被评价年度", D(document["fiscal_year"]))
    for label, member in [("部门调整预算收入", "adjusted_budget"), ("部门年初预算收入", "initial_budget"),
                          ("实际支出数", "actual_expenditure"), ("年度预算调整数", "budget_adjustment")]:
        if member in budget:
            template.figure(label, D(budget[member]))
    for label, member in [("预算完成率", "completion_rate"), ("预算调整率", "adjustment_rate")]:
        if member in budget:
            template.figure(label, percent(budget[member]))
    for label, source in [("其中：一般公共预算", "general_public_budget"), ("其他资金", "other"), ("财政拨款", "fiscal_appropriation")]:
        if "actual_expenditure" in budget["by_source"].get(source, {}):
            template.figure(label, D(budget["by_source"][source]["actual_expenditure"]))
    row = template.texts["主要任务"][0][0] + 1
    for task in document["tasks"]:
        template.under("主要任务", row, task["name"])
        if "funds" in task:
            template.under("任务涉及资金", row, D(task["funds"]))
        for indicator in task["indicators"]:
            template.under("关键指标", row, indicator["name"])
            template.under("指标完成情况", row, indicator["result"])
            row += 1


def fill_scored(template, document):
    template.figure("部门（单位）名称", document["department"]["name"])
    template.figure("被评价年度", D(document["fiscal_year"]))
    heads = {"initial_budget": "年初预算数", "adjusted_budget": "全年预算数", "actual_expenditure": "全年执行数",
             "completion_rate": "执行率"}
    rows = [("年度资金总额", document["budget"]), ("其中：当年财政拨款", document["budget"]["by_source"]["fiscal_appropriation"])]
    for label, figures in rows:
        row = template.texts[label][0][0]
        for member, head in heads.items():
            if member in figures:
                value = figures[member]
                template.under(head, row, percent(value) if member == "completion_rate" else D(value))
    execution, row = document["scorecard"].get("execution", {}), template.texts["年度资金总额"][0][0]
    for member, head in [("weight", "分值"), ("score", "得分")]:
        if member in execution:
            template.under(head, row, D(execution[member]))
    row = template.texts["一级指标"][0][0] + 1
    for item in document["scorecard"]["indicators"]:
        for head, member in [("一级指标", "level1"), ("二级指标", "level2"), ("三级指标", "name"), ("年度指标值", "target"),
                             ("实际完成值", "result")]:
            template.under(head, row, item[member])
        for head, member in [("分值", "weight"), ("得分", "score")]:
            if member in item:
                template.under(head, row, D(item[member]))
        row += 1
    if "total_score" in document["scorecard"]:
        template.under("得分", template.texts["总分"][0][0], D(document["scorecard"]["total_score"]))


def spoil(rng, document):
    """Changes some figures, mostly by the smallest possible step."""
    budget = document["budget"]
    figures = [(budget, member) for member in budget if isinstance(budget[member], str)]
    for source in budget["by_source"].values():
        figures += [(source, member) for member in source]
    figures += [(task, "funds") for task in document.get("tasks", [])]
    card = document.get("scorecard", {})
    figures += [(item, member) for item in card.get("indicators", []) for member in ("weight", "score")]
    figures += [(card, "total_score")] if card else []
    if card and rng.randrange(4) == 0:
        del card["execution"]
    for _ in range(rng.randrange(1, 4)):
        holder, member = rng.choice(figures)
        if member not in holder:
            continue
        value = D(holder[member])
        change = rng.randrange(7)
        if change == 0:
            del holder[member]
            continue
        value = [None, value + D("0.01"), value - D("0.01"), value + D("0.02"), value * 2, value + 7, D(0)][change]
        holder[member] = two(max(value, D(0)))


def state(texts):
    if any(text[:3] in ("检查✗", "检查⚠", "检查※") for text in texts):
        return "failed"
    return "passed" if any(text.startswith("检查✓") for text in texts) else "skipped"


def main():
    asked = argparse.ArgumentParser()
    asked.add_argument("huizong")
    asked.add_argument("--cases", type=int, default=40)
    asked = asked.parse_args()
    huizong = str(pathlib.Path(asked.huizong).resolve())
    listed = subprocess.run([huizong, "rule"], capture_output=True, text=True, check=True).stdout
    wrong, compared, counts = [], 0, {"failed": 0, "passed": 0, "skipped": 0}
    with tempfile.TemporaryDirectory() as folder:
        process, desktop = office(folder)
        try:
            for number in range(asked.cases):
                rng = random.Random(number)
                form, make, fill = [(DISTRICT, district, fill_district), (SCORED, scored, fill_scored)][number // 2 % 2]
                document = make(rng)
                if number % 2:
                    spoil(rng, document)
                blank = f"{folder}/{form}.xlsx"
                if not pathlib.Path(blank).exists():
                    subprocess.run([huizong, "template", "-o", blank, "--profile", form], check=True, stdout=subprocess.DEVNULL)
                template = Template(desktop, blank)
                fill(template, document)
                template.book.calculateAll()
                said = {}
                for title, row, column in template.checks:
                    said.setdefault(title, []).append(template.sheet.getCellByPosition(column, row).String)
                path = f"{folder}/filled-{number}.xlsx"
                template.book.storeToURL(f"file://{path}", (option("FilterName", "Calc MS Excel 2007 XML"),))
                template.close()
                ran = subprocess.run([huizong, "check", path, "--format", "json"], capture_output=True, text=True)
                report = json.loads(ran.stdout)
                if report["documents"] != 1 or ran.stderr:
                    wrong.append(f"{number}: {ran.stderr}")
                if number % 2 == 0 and report["findings"]:
                    wrong.append(f"{number}: a right form has {[(f['rule'], f['message']['en']) for f in report['findings']]}")
                for title, texts in said.items():
                    rule = next((line.split()[0] for line in listed.splitlines() if title in line), None)
                    counted = next((r for r in report["rules"] if r["rule"] == rule), None)
                    if counted is None:
                        wrong.append(f"no rule is called {title}")
                        continue
                    commanded = "failed" if counted["failed"] else "passed" if counted["passed"] else "skipped"
                    compared += 1
                    counts[commanded] += 1
                    if state(texts) != commanded:
                        wrong.append(f"case {number}, {rule}: live {texts}, command {commanded}")
        finally:
            process.terminate()
            process.wait()
    print("\n".join(wrong))
    print(f"{asked.cases} templates filled, {compared} verdicts compared ({counts}), {len(wrong)} wrong")
    return bool(wrong)


if __name__ == "__main__":
    sys.exit(main())
