"""Sends templates out, fills them in with LibreOffice, alters some, and looks whether the command says what was altered.

Run with the Python that has LibreOffice's `uno`:

    python3 tests/office/came_back.py HUIZONG [--rounds 2]

What a department may do, such as adding rows or saving as another kind of file, must raise nothing.
"""
import argparse, json, pathlib, random, subprocess, sys, tempfile

from libre import office, option
from made import DISTRICT, SCORED, district, scored
from template import Template, fill_district, fill_scored

KINDS = {"xlsx": "Calc MS Excel 2007 XML", "xls": "MS Excel 97", "ods": "calc8"}
PAGE = "HTML (StarCalc)"
FORMS = [(DISTRICT, district, fill_district), (SCORED, scored, fill_scored)]


def overwrite_label(template, rng):
    labels = [label for label in ("实际支出数", "年初预算数", "主要任务", "一级指标") if label in template.texts]
    place = template.texts[rng.choice(labels)][0]
    template.write(place, "别的内容")
    return "处文字被改动或盖住"


def clear_checks(template, rng):
    first = min(column for _, _, column in template.checks)
    last = max(column for _, _, column in template.checks)
    template.sheet.getCellRangeByPosition(first, 0, last, template.rows - 1).clearContents(1023)
    return "自带的检查没有了"


def change_year(template, rng):
    row, column = template.right_of(template.texts["被评价年度"][0])
    cell = template.sheet.getCellByPosition(column, row)
    cell.Value += 1
    return "年度的空表，年度填的是"


def change_name(template, rng):
    label = next(label for label in template.texts if label.startswith("部门名称") or label.startswith("部门（单位）名称"))
    template.write(template.right_of(template.texts[label][0]), "示范区另一个局")
    return "这份空表是发给"


def make_old(template, rng):
    cell, = [template.sheet.getCellByPosition(column, row) for text, places in template.texts.items()
             if text.startswith("检查（空表）") for row, column in places]
    parts = cell.String.split("｜")
    parts[3] = "0123456789ab"
    cell.String = "｜".join(parts)
    return "用的是旧的空表"


def add_rows(template, rng):
    head = template.texts.get("主要任务", template.texts.get("一级指标"))[0][0]
    template.sheet.Rows.insertByIndex(head + 5, 3)
    return None


def leave_out_rows(template, rng):
    head = template.texts.get("主要任务", template.texts.get("一级指标"))[0][0]
    template.sheet.Rows.removeByIndex(head + 12, 4)
    return None


def nothing(template, rng):
    return None


ALTER = [nothing, overwrite_label, clear_checks, change_year, change_name, make_old, add_rows, leave_out_rows]


def report(huizong, *arguments):
    ran = subprocess.run([huizong, "check", *map(str, arguments), "--format", "json"], capture_output=True, text=True)
    return json.loads(ran.stdout)


def copied(desktop, path, target):
    """The sheet of a workbook as a sheet of another one."""
    source = desktop.loadComponentFromURL(f"file://{path}", "_blank", 0, (option("Hidden", True),))
    book = desktop.loadComponentFromURL("private:factory/scalc", "_blank", 0, (option("Hidden", True),))
    book.Sheets.importSheet(source, source.Sheets.ElementNames[0], 0)
    book.storeToURL(f"file://{target}", (option("FilterName", KINDS["xlsx"]),))
    book.close(True)
    source.close(True)


def typed_anew(desktop, path, target):
    """The texts and numbers of a form, typed into an empty workbook."""
    source = Template(desktop, path)
    book = desktop.loadComponentFromURL("private:factory/scalc", "_blank", 0, (option("Hidden", True),))
    sheet = book.Sheets.getByIndex(0)
    first = min(column for _, _, column in source.checks)
    for row in range(source.rows):
        for column in range(first):
            cell = source.sheet.getCellByPosition(column, row)
            if cell.String:
                sheet.getCellByPosition(column, row).String = cell.String
    source.close()
    book.storeToURL(f"file://{target}", (option("FilterName", KINDS["xlsx"]),))
    book.close(True)


def main():
    asked = argparse.ArgumentParser()
    asked.add_argument("huizong")
    asked.add_argument("--rounds", type=int, default=2)
    asked = asked.parse_args()
    huizong = str(pathlib.Path(asked.huizong).resolve())
    wrong, told = [], 0
    with tempfile.TemporaryDirectory() as folder:
        process, desktop = office(folder)
        folder = pathlib.Path(folder)
        try:
            for number in range(asked.rounds):
                rng = random.Random(number)
                for form, make, fill in FORMS:
                    document = make(rng)
                    name, year = document["department"]["name"], document["fiscal_year"]
                    here = folder / f"{number}-{form}"
                    here.mkdir()
                    (here / "roster.csv").write_text(f"名称,截止日期\n{name},2024-03-31\n")
                    for flags, to in [([], "blank"), (["--work-out-rates"], "rates")]:
                        subprocess.run([huizong, "template", "--roster", "roster.csv", "--year", str(year), "--profile", form,
                                        "-o", to, *flags], check=True, cwd=here, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
                    blank, = (here / "blank").iterdir()
                    for alter in ALTER:
                        for kind, name_of_filter in KINDS.items():
                            template = Template(desktop, blank)
                            template.sheet.unprotect("")
                            fill(template, document)
                            expected = alter(template, rng)
                            template.book.calculateAll()
                            path = here / f"{alter.__name__}.{kind}"
                            template.book.storeToURL(f"file://{path}", (option("FilterName", name_of_filter),))
                            template.close()
                            said = [notice["message"]["zh"] for notice in report(huizong, path)["notices"]
                                    if notice["notice"] == "template-altered"]
                            told += 1
                            fits = not said if expected is None else len(said) == 1 and expected in said[0]
                            # Another year contradicts what the title says, which may be the year that is taken.
                            if not fits:
                                wrong.append(f"{form}, {path.name}: {said}")
                    # A sheet that was copied is the template's; one that was typed anew is not.
                    plain = here / "plain.xlsx"
                    subprocess.run([huizong, "template", "-o", plain, "--profile", form], check=True, stdout=subprocess.DEVNULL)
                    for name in "甲乙丙丁":
                        template = Template(desktop, plain)
                        fill(template, {**document, "department": {**document["department"], "name": f"示范区{name}局"}})
                        template.book.storeToURL(f"file://{here / name}.xlsx", (option("FilterName", KINDS["xlsx"]),))
                        template.close()
                    copied(desktop, here / "丙.xlsx", here / "copied.xlsx")
                    typed_anew(desktop, here / "丁.xlsx", here / "typed.xlsx")
                    lines = [notice for notice in report(huizong, here / "甲.xlsx", here / "乙.xlsx", here / "copied.xlsx",
                                                         here / "typed.xlsx")["notices"] if notice["notice"] == "not-on-template"]
                    told += 1
                    if [line["args"]["count"] for line in lines] != [1] or "typed.xlsx" not in lines[0]["args"]["documents"]:
                        wrong.append(f"{form}: typed anew: {lines}")
                    # Rates that formulas work out are read, and right.
                    with_rates, = (here / "rates").iterdir()
                    template = Template(desktop, with_rates)
                    bare = json.loads(json.dumps(document))
                    for figures in [bare["budget"], *bare["budget"].get("by_source", {}).values()]:
                        for rate in ("completion_rate", "adjustment_rate"):
                            if isinstance(figures, dict):
                                figures.pop(rate, None)
                    fill(template, bare)
                    template.book.calculateAll()
                    path = here / "rates.xlsx"
                    template.book.storeToURL(f"file://{path}", (option("FilterName", KINDS["xlsx"]),))
                    template.close()
                    # A page shows the checks as it shows the form.
                    page = here / "page.html"
                    template = Template(desktop, here / "nothing.xlsx")
                    template.book.storeToURL(f"file://{page}", (option("FilterName", PAGE),))
                    template.close()
                    told += 1
                    unread = [f["rule"] for f in report(huizong, page)["findings"] if "检查" in f["message"]["zh"]]
                    if unread:
                        wrong.append(f"{form}: checks of a page are read: {unread}")
                    # A blank one stays blank, whatever it is saved as.
                    for kind, name_of_filter in KINDS.items():
                        if (form, kind) == (SCORED, "xls"):
                            # LibreOffice stores zeros for formulas that it shares between cells, and no formula to tell them by.
                            continue
                        template = Template(desktop, with_rates)
                        blank_again = here / f"blank-rates.{kind}"
                        template.book.storeToURL(f"file://{blank_again}", (option("FilterName", name_of_filter),))
                        template.close()
                        told += 1
                        rules = [f["rule"] for f in report(huizong, blank_again)["findings"]]
                        if rules != ["blank-form"]:
                            wrong.append(f"{form}: a blank {kind} with formulas: {rules}")
                    found = report(huizong, path)
                    read = json.loads(subprocess.run([huizong, "convert", str(path)], capture_output=True, text=True).stdout)
                    told += 1
                    rate = read["budget"].get("completion_rate")
                    if found["findings"] or rate != document["budget"].get("completion_rate", rate) or rate is None:
                        wrong.append(f"{form}: rates by formula: {rate} for {document['budget']}, {found['findings']}")
        finally:
            process.terminate()
            process.wait()
    print("\n".join(wrong))
    print(f"{told} forms came back, {len(wrong)} wrong")
    return bool(wrong)


if __name__ == "__main__":
    sys.exit(main())
