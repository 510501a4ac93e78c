"""Changes forms in ways that change nothing that they say, and checks that they are read as before.

The command writes random forms of both families; openpyxl moves the table, adds empty rows and columns, a cover sheet, a note, fonts,
runs, comments, white text on dark cells, protection, conditional colours and prompts; LibreOffice saves the result as xlsx, xls and ods. Every member must stay as it was.

    /usr/bin/python3 tests/office/metamorphic.py HUIZONG --python PYTHON-WITH-OPENPYXL [--forms 60] [--seed 1]
"""
import argparse, json, pathlib, random, subprocess, sys, tempfile

sys.path.insert(0, str(pathlib.Path(__file__).parent))

# Run in the Python that has openpyxl: changes one workbook and says what it did.
CHANGER = r'''
import random, sys
from openpyxl import Workbook, load_workbook
from openpyxl.cell.rich_text import CellRichText, TextBlock
from openpyxl.cell.text import InlineFont
from openpyxl.comments import Comment
from openpyxl.formatting.rule import CellIsRule
from openpyxl.styles import Font, PatternFill, Protection
from openpyxl.utils import range_boundaries
from openpyxl.worksheet.datavalidation import DataValidation
rng, source, target = random.Random(int(sys.argv[1])), sys.argv[2], sys.argv[3]
old = load_workbook(source); sheet = old.worksheets[0]
book = Workbook(); book.remove(book.active)
done = []
if rng.random() < 0.4:
    cover = book.create_sheet("封面"); cover["B3"] = "绩效自评材料"; cover["B5"] = "二〇二三年三月"; done.append("cover")
new = book.create_sheet(sheet.title)
down, right = (rng.randint(0, 6), rng.randint(0, 3)) if rng.random() < 0.6 else (0, 0)
if down or right: done.append(f"moved by {down}, {right}")
# An empty row goes between two rows that no merged area joins.
joined = {r for area in sheet.merged_cells.ranges for r in range(area.min_row, area.max_row)}
free = [r for r in range(1, sheet.max_row) if r not in joined]
gap = rng.choice(free) if free and rng.random() < 0.5 else None
if gap: done.append(f"an empty row after {gap}")
row_of = lambda r: r + down + (1 if gap and r > gap else 0)
runs, fonts = rng.random() < 0.5, rng.random() < 0.5
comments, dark = rng.random() < 0.4, rng.random() < 0.4
done += ["runs"] * runs + ["fonts"] * fonts + ["comments"] * comments + ["white on dark"] * dark
for cells in sheet.iter_rows():
    for cell in cells:
        if cell.value is None: continue
        at = new.cell(row_of(cell.row), cell.column + right)
        value = cell.value
        if runs and isinstance(value, str) and len(value) > 1 and not value.startswith("=") and rng.random() < 0.5:
            cut = rng.randrange(1, len(value))
            value = CellRichText(TextBlock(InlineFont(rFont="SimSun", b=rng.random() < 0.5), value[:cut]), TextBlock(InlineFont(rFont="Arial", color="FF0000"), value[cut:]))
        at.value, at.number_format = value, cell.number_format
        if comments and rng.random() < 0.2: at.comment = Comment("请核对：原为 99.99", "审核人")
        if dark and isinstance(value, str) and rng.random() < 0.5:
            at.fill, at.font = PatternFill("solid", fgColor=rng.choice(["1F4E79", "FF000000"])), Font(color="FFFFFFFF")
        elif fonts: at.font = Font(name=rng.choice(["SimSun", "Arial"]), size=rng.choice([9, 12]), bold=rng.random() < 0.3, italic=rng.random() < 0.2, color=rng.choice(["FF0000", "000000"]))
for area in sheet.merged_cells.ranges:
    new.merge_cells(start_row=row_of(area.min_row), end_row=row_of(area.max_row), start_column=area.min_col + right, end_column=area.max_col + right)
if rng.random() < 0.4:
    new.cell(row_of(sheet.max_row) + 2, 1 + right, "注：本表由各部门填写后报送。"); done.append("note")
if rng.random() < 0.3:
    new.sheet_view.zoomScale = 70; new.freeze_panes = "B2"; new.print_title_rows = "1:1"; done.append("view")
if rng.random() < 0.4:
    new.protection.sheet = True; new.cell(1, 1).protection = Protection(locked=True, hidden=True); done.append("protection")
if rng.random() < 0.4:
    new.conditional_formatting.add("A1:Z60", CellIsRule(operator="greaterThan", formula=["100"], font=Font(color="FFFF0000"), fill=PatternFill("solid", bgColor="FFFFFF00")))
    done.append("conditional colours")
if rng.random() < 0.3:
    rule = DataValidation(type="list", formula1='"是,否"', allow_blank=True, showInputMessage=True, promptTitle="提示", prompt="请填写 99.99")
    new.add_data_validation(rule); rule.add("A1:H40"); done.append("validation")
book.save(target)
print(", ".join(done))
'''


def main():
    ap = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    ap.add_argument("huizong"); ap.add_argument("--python", required=True)
    ap.add_argument("--forms", type=int, default=60); ap.add_argument("--seed", type=int, default=1)
    a = ap.parse_args()
    from libre import office, option
    from made import D, district, scored
    tool = str(pathlib.Path(a.huizong).resolve())
    convert = lambda path: json.loads(subprocess.run([tool, "convert", str(path)], capture_output=True, text=True, check=False).stdout or "null")
    filters = {"xlsx": "Calc MS Excel 2007 XML", "xls": "MS Excel 97", "ods": "calc8"}
    wrong = compared = 0
    with tempfile.TemporaryDirectory() as folder:
        folder = pathlib.Path(folder)
        process, desktop = office(folder)
        try:
            for seed in range(a.seed, a.seed + a.forms):
                rng = random.Random(seed)
                source = folder / f"{seed}.json"
                source.write_text(json.dumps((district if seed % 2 else scored)(rng), ensure_ascii=False), encoding="utf-8")
                first = folder / f"{seed}.xlsx"
                subprocess.run([tool, "convert", str(source), "-o", str(first)], check=True, capture_output=True)
                before = convert(first)
                changed = folder / f"{seed}-changed.xlsx"
                done = subprocess.run([a.python, "-W", "ignore", "-c", CHANGER, str(seed), str(first), str(changed)], check=True, capture_output=True, text=True).stdout.strip()
                files = [changed]
                for ending, name in filters.items():
                    document = desktop.loadComponentFromURL(changed.as_uri(), "_blank", 0, (option("Hidden", True),))
                    saved = folder / f"{seed}-saved.{ending}"
                    document.storeToURL(saved.as_uri(), (option("FilterName", name),))
                    document.close(True)
                    files.append(saved)
                for file in files:
                    compared += 1
                    if convert(file) != before:
                        wrong += 1
                        print(f"{file.name} ({done}) is read otherwise")
        finally:
            process.terminate()
    print(f"{compared} changed forms, {wrong} read otherwise")
    sys.exit(bool(wrong))


main()
